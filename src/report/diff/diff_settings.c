/*
 * The settings of two runs, as rows of a table.
 */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/str.h"
#include "report/diff/diff.h"

/* One run and its candidates in the comparison. */
struct side {
	const struct result *r;
	const struct candidate_result **candidates;
	size_t n;
};

/* Reads a field; `offset` is that of a member of its row. */
typedef const char *reader(struct arena *a, const struct side *side, size_t offset);

struct field {
	const char *name;
	reader *read;
	size_t offset;
};

static const void *settings_member(const void *row, size_t offset)
{
	return (const char *)row + offset;
}

static const char *settings_run_text(struct arena *a, const struct side *side, size_t offset)
{
	(void)a;
	return *(const char *const *)settings_member(side->r->run, offset);
}

static const char *settings_run_mode(struct arena *a, const struct side *side, size_t offset)
{
	(void)a;
	(void)offset;
	return run_mode_name(side->r->run->mode);
}

static const char *settings_run_sha256(struct arena *a, const struct side *side, size_t offset)
{
	return arena_printf(a, "sha256 %.12s", settings_run_text(a, side, offset));
}

static const char *settings_run_number(struct arena *a, const struct side *side, size_t offset)
{
	return arena_printf(a, "%lld",
			    (long long)*(const int64_t *)settings_member(side->r->run, offset));
}

static const char *settings_run_bytes(struct arena *a, const struct side *side, size_t offset)
{
	int64_t n_bytes = *(const int64_t *)settings_member(side->r->run, offset);

	return n_bytes ? str_bytes(a, (uint64_t)n_bytes) : "none";
}

static const char *settings_run_minutes(struct arena *a, const struct side *side, size_t offset)
{
	int64_t minutes = *(const int64_t *)settings_member(side->r->run, offset);

	return minutes ? arena_printf(a, "%lld", (long long)minutes) : "none";
}

static const char *settings_run_share(struct arena *a, const struct side *side, size_t offset)
{
	return arena_printf(a, "%.6g%%",
			    100 * *(const double *)settings_member(side->r->run, offset));
}

static const char *settings_label_names(struct arena *a, const struct side *side, size_t offset)
{
	const char *all = "";

	(void)offset;
	for (size_t i = 0; i < side->r->n_labels; i++)
		all = arena_add_item(a, all, ", ", "%s", side->r->labels[i].name);
	return all;
}

static const char *settings_slices(struct arena *a, const struct side *side, size_t offset)
{
	const char *all = "";

	(void)offset;
	for (size_t i = 0; i < side->r->n_slices; i++) {
		const struct slice *s = &side->r->slices[i];

		all = arena_add_item(a, all, ", ", "%zu %s (sha256 %.12s)", s->n,
				     slice_role_name(s->role), s->sha256);
	}
	return all;
}

/* Distinct values, in the order of their first appearance. */
struct values {
	const char **items;
	size_t n;
};

static struct values settings_values_of(struct arena *a, const struct side *side)
{
	size_t most = 0;

	for (size_t i = 0; i < side->n; i++)
		most += side->candidates[i]->n_passes + side->candidates[i]->n_segments;
	return (struct values){ .items = arena_array(a, most, sizeof(const char *)) };
}

static void settings_put(struct values *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->items[i], text) == 0)
			return;
	if (*text)
		v->items[v->n++] = text;
}

static const char *settings_short_sha256(struct arena *a, const char *sha256)
{
	return *sha256 ? arena_printf(a, "sha256 %.12s", sha256) : "";
}

/* The values of all passes of models; baselines have their own settings. */
static const char *settings_pass_text(struct arena *a, const struct side *side, size_t offset)
{
	struct values v = settings_values_of(a, side);

	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		for (size_t k = 0; !c->baseline && k < c->n_passes; k++)
			settings_put(&v,
				     *(const char *const *)settings_member(c->passes[k], offset));
	}
	return arena_join(a, v.items, v.n, ", ");
}

static const char *settings_pass_number(struct arena *a, const struct side *side, size_t offset)
{
	struct values v = settings_values_of(a, side);

	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		for (size_t k = 0; !c->baseline && k < c->n_passes; k++)
			settings_put(&v, arena_printf(a, "%lld",
						      (long long)*(const int64_t *)settings_member(
							      c->passes[k], offset)));
	}
	return arena_join(a, v.items, v.n, ", ");
}

static const char *settings_examples_of(struct arena *a, const struct side *side, bool baseline)
{
	struct values v = settings_values_of(a, side);

	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		for (size_t k = 0; c->baseline == baseline && k < c->n_passes; k++)
			settings_put(&v, settings_short_sha256(a, c->passes[k]->examples_sha256));
	}
	return arena_join(a, v.items, v.n, ", ");
}

static const char *settings_examples(struct arena *a, const struct side *side, size_t offset)
{
	(void)offset;
	return settings_examples_of(a, side, false);
}

/* The training rows of baselines; other passes have their examples there. */
static const char *settings_training(struct arena *a, const struct side *side, size_t offset)
{
	(void)offset;
	return settings_examples_of(a, side, true);
}

static const char *settings_segment_text(struct arena *a, const struct side *side, size_t offset)
{
	struct values v = settings_values_of(a, side);

	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		for (size_t k = 0; !c->baseline && k < c->n_segments; k++)
			settings_put(
				&v, *(const char *const *)settings_member(&c->segments[k], offset));
	}
	return arena_join(a, v.items, v.n, ", ");
}

static const char *settings_template_sha256(struct arena *a, const struct side *side, size_t offset)
{
	struct values v = settings_values_of(a, side);

	(void)offset;
	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		for (size_t k = 0; k < c->n_segments; k++)
			settings_put(&v, settings_short_sha256(
						 a, c->segments[k].report.template_sha256));
	}
	return arena_join(a, v.items, v.n, ", ");
}

/* The date given to a template that prints one (docs/templates.md). */
static const char *settings_date_told(struct arena *a, const struct side *side, size_t offset)
{
	enum { DAY_LEN = 10, US_PER_S = 1000000 };
	struct values v = settings_values_of(a, side);

	(void)offset;
	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];

		if (c->n_segments == 0 ||
		    !strstr(c->segments[0].report.template_marks, "date printed"))
			continue;
		for (size_t k = 0; k < c->n_passes; k++)
			settings_put(&v, arena_printf(a, "%.*s", DAY_LEN,
						      clock_iso(a, c->passes[k]->pinned_date_s *
									   US_PER_S)));
	}
	return arena_join(a, v.items, v.n, ", ");
}

#define RUN(field) offsetof(struct run_row, field)
#define PASS(field) offsetof(struct pass_row, field)
#define SEGMENT(field) offsetof(struct segment_row, field)

static const struct field fields[] = {
	{ "job file", settings_run_sha256, RUN(job_sha256) },
	{ "prompt", settings_run_sha256, RUN(prompt_sha256) },
	{ "labels", settings_label_names, 0 },
	{ "tickets", settings_slices, 0 },
	{ "examples", settings_examples, 0 },
	{ "training data", settings_training, 0 },
	{ "seed", settings_run_number, RUN(seed) },
	{ "bar", settings_run_share, RUN(bar) },
	{ "certainty", settings_run_share, RUN(certainty) },
	{ "floor", settings_run_share, RUN(floor) },
	{ "share of hard tickets", settings_run_share, RUN(hard_share) },
	{ "use", settings_run_text, RUN(use) },
	{ "mode", settings_run_mode, 0 },
	{ "reason", settings_run_text, RUN(reason_order) },
	{ "reason tokens", settings_run_number, RUN(budget_reason_tok) },
	{ "memory budget", settings_run_bytes, RUN(budget_memory_bytes) },
	{ "minutes budget", settings_run_minutes, RUN(budget_minutes) },
	{ "head", settings_pass_text, PASS(head_sha256) },
	{ "sampler", settings_pass_text, PASS(sampler) },
	{ "threads", settings_pass_number, PASS(n_threads) },
	{ "batch", settings_pass_number, PASS(n_batch) },
	{ "batch of one decode", settings_pass_number, PASS(n_ubatch) },
	{ "tickets kept at a time", settings_pass_number, PASS(n_wave) },
	{ "longest context", settings_pass_number, PASS(n_ctx_max) },
	{ "layers on the device", settings_pass_number, PASS(n_gpu_layers) },
	{ "engine build", settings_pass_text, PASS(engine_build) },
	{ "device", settings_pass_text, PASS(device) },
	{ "template", settings_template_sha256, 0 },
	{ "template marks", settings_segment_text, SEGMENT(report.template_marks) },
	{ "date in the prompt", settings_date_told, 0 },
	{ "sandbox", settings_segment_text, SEGMENT(report.sandbox) },
	{ "machine", settings_run_text, RUN(host) },
	{ "processor", settings_run_text, RUN(cpu) },
	{ "cores", settings_run_number, RUN(n_cores) },
	{ "memory", settings_run_bytes, RUN(memory_bytes) },
	{ "system", settings_run_text, RUN(os) },
	{ "program", settings_run_text, RUN(program) },
};

enum { N_FIELDS = COUNT_OF(fields) };

/* The candidates of one run that are in both; all of them if none is. */
static struct side settings_side_of(struct arena *a, const struct diff *d, const struct result *r)
{
	struct side side = { .r = r, .candidates = arena_array(a, r->n, sizeof(*side.candidates)) };

	for (size_t i = 0; i < d->n; i++)
		if (diff_in_both(&d->candidates[i]))
			side.candidates[side.n++] = r == d->a ?
							    &d->a->candidates[d->candidates[i].a] :
							    &d->b->candidates[d->candidates[i].b];
	for (size_t i = 0; side.n == 0 && i < r->n; i++)
		side.candidates[i] = &r->candidates[i];
	side.n = side.n ? side.n : r->n;
	return side;
}

static void settings_add(struct diff *d, const char *name, const char *x, const char *y)
{
	if (!*x && !*y)
		return; /* in neither run */
	d->settings[d->n_settings++] =
		(struct setting){ .name = name, .a = x, .b = y, .same = strcmp(x, y) == 0 };
}

static const char *settings_weights_of(struct arena *a, const struct result *r, int at)
{
	const struct pass_row *pass = at >= 0 ? r->candidates[at].pass : NULL;

	return pass ? settings_short_sha256(a, pass->model_sha256) : "";
}

static const char *settings_weights_name(struct arena *a, const struct candidate_result *c)
{
	return c->baseline ? arena_printf(a, "what %s learnt", c->row->name) :
			     arena_printf(a, "weights of %s", c->row->name);
}

/* Weights belong to a candidate: a row for each that differs, or one row for all. */
static void settings_add_weights(struct arena *a, struct diff *d)
{
	bool same = false, differ = false;

	for (size_t i = 0; i < d->n; i++) {
		const struct candidate_pair *p = &d->candidates[i];
		const char *x = settings_weights_of(a, d->a, p->a),
			   *y = settings_weights_of(a, d->b, p->b);

		if (!diff_in_both(p) || !*x || !*y)
			continue;
		same |= strcmp(x, y) == 0;
		differ |= strcmp(x, y) != 0;
		if (strcmp(x, y) != 0)
			settings_add(d, settings_weights_name(a, &d->a->candidates[p->a]), x, y);
	}
	if (same && !differ)
		settings_add(d, "weights", "all", "all");
}

void diff_settings(struct arena *a, struct diff *d)
{
	const struct side x = settings_side_of(a, d, d->a), y = settings_side_of(a, d, d->b);

	d->settings = arena_array(a, N_FIELDS + d->n + 1, sizeof(*d->settings));
	for (size_t i = 0; i < N_FIELDS; i++)
		settings_add(d, fields[i].name, fields[i].read(a, &x, fields[i].offset),
			     fields[i].read(a, &y, fields[i].offset));
	settings_add_weights(a, d);
}

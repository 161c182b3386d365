/*
 * The settings of two runs, as rows of a table.
 */
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "report/diff/diff.h"

/* One run and its candidates in the comparison. */
struct side {
	const struct result *r;
	const struct candidate_result **candidates;
	size_t n;
};

/* The rows that a field is read from, each as text; distinct texts are joined. */
enum source {
	OF_RESULT,
	OF_RUN,
	OF_MODELS, /* passes of models; baselines have their own settings */
	OF_BASELINES, /* passes of baselines */
	OF_DATED, /* passes whose template prints the date (docs/templates.md) */
	OF_SEGMENTS, /* of models */
};

struct field {
	const char *name;
	enum source source;
	const char *(*read)(struct arena *a, const void *row, size_t offset);
	size_t offset; /* of the member of the row */
};

static const void *settings_member(const void *row, size_t offset)
{
	return (const char *)row + offset;
}

static const char *settings_text(struct arena *a, const void *row, size_t offset)
{
	(void)a;
	return *(const char *const *)settings_member(row, offset);
}

static const char *settings_mode(struct arena *a, const void *row, size_t offset)
{
	(void)a;
	return run_mode_name(*(const enum run_mode *)settings_member(row, offset));
}

static const char *settings_short_sha256(struct arena *a, const char *sha256)
{
	return *sha256 ? arena_printf(a, "sha256 %.12s", sha256) : "";
}

static const char *settings_sha256(struct arena *a, const void *row, size_t offset)
{
	return settings_short_sha256(a, settings_text(a, row, offset));
}

static int64_t settings_i64(const void *row, size_t offset)
{
	return *(const int64_t *)settings_member(row, offset);
}

static const char *settings_number(struct arena *a, const void *row, size_t offset)
{
	return arena_printf(a, "%lld", (long long)settings_i64(row, offset));
}

static const char *settings_bytes(struct arena *a, const void *row, size_t offset)
{
	int64_t n_bytes = settings_i64(row, offset);

	return n_bytes ? str_bytes(a, (uint64_t)n_bytes) : "none";
}

static const char *settings_minutes(struct arena *a, const void *row, size_t offset)
{
	return settings_i64(row, offset) ? settings_number(a, row, offset) : "none";
}

static const char *settings_share(struct arena *a, const void *row, size_t offset)
{
	return arena_printf(a, "%.6g%%", 100 * *(const double *)settings_member(row, offset));
}

static const char *settings_date(struct arena *a, const void *row, size_t offset)
{
	enum { DAY_LEN = 10, US_PER_S = 1000000 };

	return arena_printf(a, "%.*s", DAY_LEN, clock_iso(a, settings_i64(row, offset) * US_PER_S));
}

/* The marks of a written task follow from the task. */
static const char *settings_labels(struct arena *a, const void *row, size_t offset)
{
	const struct result *r = row;
	const char *all = "";

	(void)offset;
	for (size_t i = 0; i < r->n_labels && !task_writes(r->run->task); i++)
		all = arena_add_item(a, all, ", ", "%s", r->labels[i].name);
	return all;
}

/* What jobs of old have needs no line. */
static const char *settings_task(struct arena *a, const void *row, size_t offset)
{
	enum task task = *(const enum task *)settings_member(row, offset);

	(void)a;
	return task == TASK_CLASSIFY ? "" : task_names.texts[task];
}

static const char *settings_form(struct arena *a, const void *row, size_t offset)
{
	const char *form = settings_text(a, row, offset);
	char sha256[HASH_HEX_LEN + 1];

	if (!form || !*form)
		return "";
	hash_bytes(form, strlen(form), sha256);
	return settings_short_sha256(a, sha256);
}

static const char *settings_slices(struct arena *a, const void *row, size_t offset)
{
	const struct result *r = row;
	const char *all = "";

	(void)offset;
	for (size_t i = 0; i < r->n_slices; i++)
		all = arena_add_item(a, all, ", ", "%zu %s (sha256 %.12s)", r->slices[i].n,
				     slice_role_name(r->slices[i].role), r->slices[i].sha256);
	return all;
}

#define RUN(field) offsetof(struct run_row, field)
#define PASS(field) offsetof(struct pass_row, field)
#define SEGMENT(field) offsetof(struct segment_row, field)

static const struct field fields[] = {
	{ "job file", OF_RUN, settings_sha256, RUN(job_sha256) },
	{ "prompt", OF_RUN, settings_sha256, RUN(prompt_sha256) },
	{ "task", OF_RUN, settings_task, RUN(task) },
	{ "form of the answers", OF_RUN, settings_form, RUN(form) },
	{ "labels", OF_RESULT, settings_labels, 0 },
	{ "tickets", OF_RESULT, settings_slices, 0 },
	{ "examples", OF_MODELS, settings_sha256, PASS(examples_sha256) },
	{ "training data", OF_BASELINES, settings_sha256, PASS(examples_sha256) },
	{ "seed", OF_RUN, settings_number, RUN(seed) },
	{ "bar", OF_RUN, settings_share, RUN(bar) },
	{ "certainty", OF_RUN, settings_share, RUN(certainty) },
	{ "floor", OF_RUN, settings_share, RUN(floor) },
	{ "share of hard tickets", OF_RUN, settings_share, RUN(hard_share) },
	{ "harder tickets", OF_RUN, settings_text, RUN(harder) },
	{ "use", OF_RUN, settings_text, RUN(use) },
	{ "mode", OF_RUN, settings_mode, RUN(mode) },
	{ "reason", OF_RUN, settings_text, RUN(reason_order) },
	{ "reason tokens", OF_RUN, settings_number, RUN(budget_reason_tok) },
	{ "memory budget", OF_RUN, settings_bytes, RUN(budget_memory_bytes) },
	{ "minutes budget", OF_RUN, settings_minutes, RUN(budget_minutes) },
	{ "head", OF_MODELS, settings_text, PASS(head_sha256) },
	{ "sampler", OF_MODELS, settings_text, PASS(sampler) },
	{ "threads", OF_MODELS, settings_number, PASS(n_threads) },
	{ "batch", OF_MODELS, settings_number, PASS(n_batch) },
	{ "batch of one decode", OF_MODELS, settings_number, PASS(n_ubatch) },
	{ "tickets kept at a time", OF_MODELS, settings_number, PASS(n_wave) },
	{ "longest context", OF_MODELS, settings_number, PASS(n_ctx_max) },
	{ "layers on the device", OF_MODELS, settings_number, PASS(n_gpu_layers) },
	{ "engine build", OF_MODELS, settings_text, PASS(engine_build) },
	{ "device", OF_MODELS, settings_text, PASS(device) },
	{ "template", OF_SEGMENTS, settings_sha256, SEGMENT(report.template_sha256) },
	{ "template marks", OF_SEGMENTS, settings_text, SEGMENT(report.template_marks) },
	{ "date in the prompt", OF_DATED, settings_date, PASS(pinned_date_s) },
	{ "sandbox", OF_SEGMENTS, settings_text, SEGMENT(report.sandbox) },
	{ "machine", OF_RUN, settings_text, RUN(host) },
	{ "processor", OF_RUN, settings_text, RUN(cpu) },
	{ "cores", OF_RUN, settings_number, RUN(n_cores) },
	{ "memory", OF_RUN, settings_bytes, RUN(memory_bytes) },
	{ "system", OF_RUN, settings_text, RUN(os) },
	{ "program", OF_RUN, settings_text, RUN(program) },
};

enum { N_FIELDS = COUNT_OF(fields) };

/* Distinct values, in the order of their first appearance. */
struct values {
	const char **items;
	size_t n;
};

static void settings_put(struct values *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->items[i], text) == 0)
			return;
	if (*text)
		v->items[v->n++] = text;
}

static bool settings_has(const struct candidate_result *c, enum source source)
{
	if (source == OF_DATED)
		return c->n_segments > 0 &&
		       strstr(c->segments[0].report.template_marks, "date printed");
	return c->baseline == (source == OF_BASELINES);
}

static const char *settings_read(struct arena *a, const struct side *side, const struct field *f)
{
	struct values v = { 0 };
	size_t most = 0;

	if (f->source == OF_RESULT)
		return f->read(a, side->r, f->offset);
	if (f->source == OF_RUN)
		return f->read(a, side->r->run, f->offset);
	for (size_t i = 0; i < side->n; i++)
		most += side->candidates[i]->n_passes + side->candidates[i]->n_segments;
	v.items = arena_array(a, most, sizeof(*v.items));
	for (size_t i = 0; i < side->n; i++) {
		const struct candidate_result *c = side->candidates[i];
		bool segments = f->source == OF_SEGMENTS;

		if (!settings_has(c, f->source))
			continue;
		for (size_t k = 0; k < (segments ? c->n_segments : c->n_passes); k++) {
			const void *row = segments ? (const void *)&c->segments[k] : c->passes[k];

			settings_put(&v, f->read(a, row, f->offset));
		}
	}
	return arena_join(a, v.items, v.n, ", ");
}

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
		settings_add(d, fields[i].name, settings_read(a, &x, &fields[i]),
			     settings_read(a, &y, &fields[i]));
	settings_add_weights(a, d);
}

/*
 * From a result back to a session. Decides what must be unchanged.
 */
#include "flow/again/rerun.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "flow/ask/pass_row.h"
#include "flow/say/say.h"

/* Adds the text once, if there is room. */
static void rerun_list_once(struct opt_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i], text) == 0)
			return;
	if (list->n < OPT_LIST_MAX)
		list->items[list->n++] = text;
}

/* "NAME #2 WAY" before "NAME #10 WAY". */
static int rerun_by_place(const void *x, const void *y)
{
	const char *a = (*(const struct candidate_result *const *)x)->row->name;
	const char *b = (*(const struct candidate_result *const *)y)->row->name;
	size_t n_a = strlen(a), n_b = strlen(b);

	return n_a != n_b ? (n_a > n_b) - (n_a < n_b) : strcmp(a, b);
}

/* Models that share a file name differ by their place in the job, so the order is restored. */
static const struct candidate_result **rerun_in_order_of_job(struct arena *a,
							     const struct result *r)
{
	const struct candidate_result **list = arena_array(a, r->n, sizeof(*list));

	for (size_t i = 0; i < r->n; i++)
		list[i] = &r->candidates[i];
	if (r->n > 1)
		qsort(list, r->n, sizeof(*list), rerun_by_place);
	return list;
}

/* The run's own models and ways, which may have come from the command line. */
static void rerun_options_of(struct arena *a, const struct result *r, const struct rerun *rerun,
			     struct prepare_options *o)
{
	const struct candidate_result *only = rerun->only;
	const struct candidate_result **list = rerun_in_order_of_job(a, r);

	o->no_models = only && only->baseline;
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = list[i];

		if (c->baseline || (only && c != only))
			continue;
		rerun_list_once(&o->models, rerun->with ? rerun->with : c->row->spec);
		if (!c->pass)
			continue;
		rerun_list_once(&o->ways, c->pass->way);
		o->threads = c->pass->n_threads;
		o->batch = c->pass->n_batch;
	}
}

/*
 * The job is unchanged, and so are its descriptions. What an encoder's head is made of differs in
 * the tickets, or in what this program makes of them.
 */
static const char *rerun_own_head_words(struct arena *a, const struct candidate *c,
					const struct pass_row *was, const char *run)
{
	if (strcmp(was->examples_sha256, c->head->training.sha256) != 0)
		return arena_printf(a, "%s learns from the %s, and these are not those of run '%s'",
				    c->name,
				    c->way == WAY_TRAINED ? "training tickets" : "examples", run);
	return arena_printf(a,
			    "the head of %s is not made as in run '%s': another version of toehold "
			    "or another adapter made that one",
			    c->name, run);
}

/* An edited template is in the model file, so its checksum differs as well. */
static const char *rerun_template_words(const struct candidate_result *was,
					const struct candidate *c)
{
	const char *then = was->n_segments ? was->segments[0].report.template_sha256 : "";
	const char *now = c->model->facts.template_sha256;

	return now && *then && *now && strcmp(then, now) != 0 ? "; its chat template is another" :
								"";
}

/* How the candidate differs from the run's, as text, or NULL. */
static const char *rerun_change_words(const struct session *s, const struct result *r,
				      const struct candidate *c)
{
	const struct candidate_result *result = result_candidate(r, c->name);
	const struct pass_row *was = result ? result->pass : NULL;
	const struct prepared *p = &s->prepared;
	struct arena *a = &s->cmd->arena;

	if (!was || c->model->engine == ENGINE_BASELINE)
		return NULL;
	if (strcmp(was->model_sha256, c->model->sha256) != 0)
		return arena_printf(a,
				    "the weights of %s are not those of run '%s' (sha256 %.12s, "
				    "now %.12s%s)",
				    c->name, r->run->name, was->model_sha256, c->model->sha256,
				    rerun_template_words(result, c));
	if (c->head && !*c->head->path && strcmp(was->head_sha256, c->head->sha256) != 0)
		return rerun_own_head_words(a, c, was, r->run->name);
	if (c->head && strcmp(was->head_sha256, c->head->sha256) != 0)
		return arena_printf(a,
				    "the head of %s is not that of run '%s' (sha256 %.12s, now "
				    "%.12s)",
				    c->name, r->run->name, was->head_sha256, c->head->sha256);
	if (way_has_examples(c->way) && strcmp(was->examples_sha256, p->examples.sha256) != 0)
		return arena_printf(a, "the examples in '%s' were changed since run '%s'",
				    display_path(a, p->job.examples_path), r->run->name);
	return NULL;
}

static int rerun_check_candidates(struct session *s, const struct result *r,
				  const struct rerun *rerun)
{
	const struct plan *plan = &s->prepared.plan;

	for (size_t i = 0; i < plan->n; i++) {
		const char *change = rerun_change_words(s, r, &plan->candidates[i]);

		if (change && !rerun->accept_change)
			return err_set(&s->cmd->err, ERR_INPUT,
				       "%s; put the old file back%s, or start a new run", change,
				       rerun->work && !rerun->strict ?
					       ", accept it with --accept-change" :
					       "");
		if (change)
			say("note: %s; accepted with --accept-change\n", change);
	}
	return 0;
}

/* The slices under test besides the first, which is the job's own. */
static void rerun_list_added(struct arena *a, const struct result *r, const struct rerun *rerun,
			     struct prepare_options *o)
{
	size_t n = rerun->n_slices ? rerun->n_slices : r->n_slices;
	const struct slice **added = arena_array(a, n + 1, sizeof(*added));

	for (size_t i = 1; i < n; i++)
		added[o->n_added++] = &r->slices[i];
	if (rerun->extra)
		added[o->n_added++] = rerun->extra;
	o->added = added;
}

/* RULE: what was purged is not asked again. */
static int rerun_check_texts(struct session *s, const struct result *r)
{
	for (size_t i = 0; i < r->n_slices; i++)
		for (size_t k = 0; k < r->slices[i].n; k++)
			if (r->slices[i].tickets[k].text == store_purged)
				return err_set(
					&s->cmd->err, ERR_REFUSED,
					"run '%s' cannot be resumed or asked again: the text of "
					"ticket '%s' was purged from the store; start a new run in "
					"another store, with 'toehold smoke JOB --store FILE'",
					r->run->name,
					display_text(&s->cmd->arena, r->slices[i].tickets[k].id));
	return 0;
}

/* What the run keeps. The job of its row is the one that its passes were made for. */
static void rerun_keep_own(struct session *s, const struct result *r, const struct rerun *rerun,
			   const char *job_path, struct prepare_options *o)
{
	struct arena *a = &s->cmd->arena;
	struct example_set *set = arena_alloc(a, sizeof(*set));
	struct err unused;
	struct job job;

	if (rerun->work && r->n_slices > 0) {
		o->job_text = r->run->job_text;
		o->slice = &r->slices[0];
	}
	if (job_parse(a, job_path, r->run->job_text, &job, &unused) < 0)
		return;
	for (size_t i = 0; i < r->n && !o->examples; i++) {
		const struct pass_row *pass = r->candidates[i].pass;
		int way = pass ? way_by_name(pass->way) : -1;

		if (way >= 0 && way_has_examples((enum way)way) &&
		    pass_row_read_examples(a, pass, &job, set))
			o->examples = set;
	}
}

/* Today's files may hold something else, which the answers to come do not show. */
static void rerun_say_changed(struct session *s, const struct result *r, const struct rerun *rerun,
			      const struct prepare_options *o)
{
	const struct slice *slices[] = { &s->prepared.slice };
	const struct prepared *p = &s->prepared;
	struct example_set today;
	const char *what = "";
	struct err unused;
	struct slice slice;
	struct job job;

	if (rerun->work && (job_load(&s->cmd->arena, p->job.path, &job, &unused) < 0 ||
			    strcmp(job.sha256, p->job.sha256) != 0))
		what = arena_add_item(&s->cmd->arena, what, ", ", "the job");
	if (rerun->work && (slice_load(&s->cmd->arena, &p->job, p->job.tickets_path, SLICE_ORDINARY,
				       &slice, &unused) < 0 ||
			    strcmp(slice.sha256, p->slice.sha256) != 0))
		what = arena_add_item(&s->cmd->arena, what, ", ", "the tickets");
	if (o->examples && p->job.ways[WAY_EXAMPLES] &&
	    (examples_draw(&s->cmd->arena, &p->job, slices, 1, &today, &unused) < 0 ||
	     strcmp(today.sha256, p->examples.sha256) != 0))
		what = arena_add_item(&s->cmd->arena, what, ", ", "the examples");
	if (*what)
		say("note: %s changed since run '%s'; used as the run has them\n", what,
		    r->run->name);
}

int rerun_prepare(struct session *s, const struct result *r, const struct rerun *rerun,
		  const char *job_path)
{
	struct prepare_options o = { .no_sandbox = rerun->no_sandbox, .hash = true };
	struct err *err = &s->cmd->err;

	if (rerun_check_texts(s, r) < 0)
		return -1;
	rerun_options_of(&s->cmd->arena, r, rerun, &o);
	rerun_list_added(&s->cmd->arena, r, rerun, &o);
	rerun_keep_own(s, r, rerun, job_path, &o);
	o.evaluate = strstr(r->run->use, use_name(USE_EVALUATE)) != NULL;
	if (prepare(s->cmd, job_path, &o, &s->prepared) < 0)
		return -1;
	if (strcmp(s->prepared.job.sha256, r->run->job_sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "'%s' was changed since run '%s': another job is another run; put "
			       "the old file back, or start one with 'toehold smoke'",
			       display_path(&s->cmd->arena, job_path), r->run->name);
	if (r->n_slices == 0 || strcmp(r->slices[0].sha256, s->prepared.slice.sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "the tickets in '%s' were changed since run '%s'; put the old file "
			       "back, or start a new run",
			       display_path(&s->cmd->arena, s->prepared.slice.path), r->run->name);
	rerun_say_changed(s, r, rerun, &o);
	s->run = *r->run;
	s->labels_json = r->run->labels_json;
	s->sandbox = !rerun->no_sandbox;
	if (s->timeout_us == 0)
		s->timeout_us = r->run->timeout_us;
	s->one_at_a_time = r->run->mode == MODE_ONE_AT_A_TIME;
	s->free_mode = r->run->mode == MODE_FREE;
	return rerun->with ? 0 : rerun_check_candidates(s, r, rerun);
}

void rerun_keep(struct arena *a, struct plan *plan,
		bool (*keep)(const void *ctx, const struct candidate *c), const void *ctx)
{
	struct candidate *kept = arena_array(a, plan->n, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		bool wanted = keep(ctx, c);

		for (size_t k = 0; k < plan->n && !wanted; k++)
			wanted = candidate_is_base(c, &plan->candidates[k]) &&
				 keep(ctx, &plan->candidates[k]);
		if (wanted)
			kept[n++] = *c;
	}
	plan->candidates = kept;
	plan->n = n;
}

/*
 * One run over a pool: the tickets, the candidates, the answers.
 */
#include "flow/again/pool_run.h"

#include <string.h>

#include "base/display.h"
#include "flow/again/rerun.h"
#include "flow/ask/ask.h"
#include "flow/interrupt.h"
#include "flow/open/load.h"
#include "flow/open/run_open.h"
#include "flow/open/store_find.h"
#include "flow/prepare/privacy.h"
#include "flow/say/say.h"
#include "flow/task_verbs.h"

enum { DEFAULT_ASKED = 3 };

/* Loads the run before the store is opened for writing, which would create a missing store. */
static int pool_load_run(struct pool_run *g)
{
	struct load_options load = { .name = g->options->run, .texts = true };
	struct store store = { 0 };
	int r = store_open(&g->cmd->arena, g->store_path, STORE_READ, &store, &g->cmd->err);

	if (r == 0 && !load.name)
		r = store_newest_run_of(g->cmd, &store, g->job_path, &load.name);
	if (r == 0)
		r = load_result(g->cmd, &store, &load, &g->run);
	if (r == 0)
		r = task_verb_check("suggest", g->run.run->task, &g->cmd->err);
	store_close(&store);
	return r;
}

static int pool_prepare_session(struct pool_run *g)
{
	struct session *s = &g->session;
	const struct rerun rerun = { .no_sandbox = g->options->no_sandbox };

	if (rerun_prepare(s, &g->run, &rerun, g->job_path) < 0)
		return -1;
	s->timeout_us = g->options->timeout_s * 1000000;
	s->prepared.job.reason = REASON_NONE;
	return 0;
}

/* RULE: leak guard. Proposals must be new to the run, and must not repeat a worked example. */
static int pool_draw_pool(struct pool_run *g)
{
	struct arena *a = &g->cmd->arena;
	struct prepared *p = &g->session.prepared;
	const struct example_set *set = &p->examples;
	const struct slice **slices = arena_array(a, g->run.n_slices + 1, sizeof(*slices));
	struct slice examples = { .n = set->n };
	size_t most = g->options->all ? TICKETS_MAX : (size_t)g->options->sample;
	struct leak_guard guard;
	struct job job = p->job;

	columns_override(&job.columns, &g->options->columns);
	examples.tickets = arena_array(a, set->n, sizeof(*examples.tickets));
	for (size_t i = 0; i < set->n; i++)
		examples.tickets[i] = *set->items[i];
	for (size_t i = 0; i < g->run.n_slices; i++)
		slices[i] = &g->run.slices[i];
	slices[g->run.n_slices] = &examples;
	guard = leak_guard_build(a, slices, g->run.n_slices + 1);
	if (pool_draw(a, &job, g->options->from, &guard, most, &g->pool, &g->cmd->err) < 0)
		return -1;
	if (g->pool.slice.note)
		say("%s\n", g->pool.slice.note);
	p->slice = g->pool.slice;
	return 0;
}

/* The plan's candidate of that name, if it is a model; else NULL. */
static const struct candidate *pool_planned(const struct pool_run *g, const char *name)
{
	const struct candidate *c = plan_find(&g->session.prepared.plan, name);

	return c && c->model->engine != ENGINE_BASELINE ? c : NULL;
}

static bool pool_is_asked(const struct pool_run *g, const struct candidate *c, bool same_model)
{
	for (size_t i = 0; i < g->n_asked; i++)
		if (g->asked[i] == c || (same_model && g->asked[i]->model == c->model))
			return true;
	return false;
}

/* The best-scoring candidate that is not asked yet; the smallest if several are best. */
static const struct candidate *pool_best_other(const struct pool_run *g, bool other_model)
{
	const struct candidate *best = NULL;
	size_t best_right = 0;

	for (size_t i = 0; i < g->run.n; i++) {
		const struct candidate_result *row = &g->run.candidates[i];
		const struct candidate *c = row->pass ? pool_planned(g, row->row->name) : NULL;

		if (!c || c->refused || pool_is_asked(g, c, other_model) ||
		    (best && row->score.n_right <= best_right))
			continue;
		best = c;
		best_right = row->score.n_right;
	}
	return best;
}

/*
 * RULE: the pick, or the closest candidate; then other models; then, if there are none, other ways.
 */
static int pool_choose_default(struct pool_run *g)
{
	int shown_first = result_shown(&g->run);
	const struct candidate *c = NULL;

	if (shown_first >= 0)
		c = pool_planned(g, g->run.candidates[shown_first].row->name);
	if (!c || c->refused)
		c = pool_best_other(g, false);
	while (c && g->n_asked < DEFAULT_ASKED) {
		g->asked[g->n_asked++] = c;
		c = pool_best_other(g, true);
		if (!c)
			c = pool_best_other(g, false);
	}
	return g->n_asked ? 0 :
			    err_set(&g->cmd->err, ERR_REFUSED,
				    "no model of run '%s' can be asked; start a new run with "
				    "'toehold smoke'",
				    g->run.run->name);
}

static int pool_unknown_candidate(struct pool_run *g, const char *name)
{
	struct arena *a = &g->cmd->arena;
	const char *list = "";

	for (size_t i = 0; i < g->run.n; i++)
		if (pool_planned(g, g->run.candidates[i].row->name))
			list = arena_add_item(a, list, ", ", "'%s'",
					      display_text(a, g->run.candidates[i].short_name));
	return err_set(&g->cmd->err, ERR_INPUT, "run '%s' has no model '%s' to ask; it has %s",
		       g->run.run->name, display_text(a, name), list);
}

static int pool_choose_named(struct pool_run *g)
{
	const struct opt_list *names = &g->options->candidates;

	for (size_t i = 0; i < names->n; i++) {
		const struct candidate_result *named;
		const struct candidate *c;

		if (result_find_candidate(&g->cmd->arena, &g->run, names->items[i], &named,
					  &g->cmd->err) < 0)
			return -1;
		c = pool_planned(g, named->row->name);
		if (!c)
			return pool_unknown_candidate(g, names->items[i]);
		if (c->refused)
			return err_set(&g->cmd->err, ERR_REFUSED, "%s cannot be asked: %s", c->name,
				       c->refused);
		if (!pool_is_asked(g, c, false))
			g->asked[g->n_asked++] = c;
	}
	return 0;
}

/* The baselines that read tickets cost nothing. */
static bool pool_is_kept(const void *ctx, const struct candidate *c)
{
	return pool_is_asked(ctx, c, false) ||
	       ((c->way == WAY_BAYES || c->way == WAY_WORDS) && !c->refused);
}

static void pool_keep_asked(struct pool_run *g)
{
	struct plan *plan = &g->session.prepared.plan;

	rerun_keep(&g->cmd->arena, plan, pool_is_kept, g);
	for (size_t i = 0; i < plan->n; i++)
		plan->candidates[i].estimate_us = plan->candidates[i].most_us =
			-1; /* the estimate was for other tickets */
}

/* The model's name if that is unique among the asked; else the candidate's. */
static const char *pool_voter_name(const struct pool_run *g, const struct candidate *c)
{
	size_t n_same = 0;

	for (size_t i = 0; i < g->n_asked; i++)
		n_same += strcmp(g->asked[i]->model->label, c->model->label) == 0;
	return n_same > 1 ? c->name : c->model->label;
}

/* The pass of a candidate in this run, or 0: it was planned and not measured. */
static int64_t pool_pass_of(const struct candidate_row *candidates, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (candidates[i].pass_id != 0 && strcmp(candidates[i].name, name) == 0)
			return candidates[i].pass_id;
	return 0;
}

/* Appends the candidate's answers; without any, it was not measured and is no voter. */
static int pool_load_voter(struct pool_run *g, const struct candidate *c, int64_t pass_id,
			   struct suggest_question *q, struct suggest_voter *voters)
{
	size_t n = g->pool.slice.n, n_answers = 0;
	struct answer **answers;

	if (pass_id == 0)
		return 0;
	if (store_get_answers(&g->cmd->arena, &g->session.store, pass_id, n, STORE_NO_TEXTS,
			      &answers, &g->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		n_answers += answers[i] != NULL;
	if (n_answers > 0)
		voters[q->n_voters++] =
			(struct suggest_voter){ .name = pool_voter_name(g, c),
						.baseline = c->model->engine == ENGINE_BASELINE,
						.answers = answers };
	return 0;
}

/* Models in the order in which they were chosen, then baselines. */
static int pool_load_voters(struct pool_run *g, struct suggest_question *q,
			    const char *const **ret_names)
{
	const struct plan *plan = &g->session.prepared.plan;
	struct suggest_voter *voters;
	struct candidate_row *candidates;
	const struct candidate *c;
	const char **names;
	size_t n;

	if (store_get_candidates(&g->cmd->arena, &g->session.store, g->session.run.id, &candidates,
				 &n, &g->cmd->err) < 0)
		return -1;
	voters = arena_array(&g->cmd->arena, g->n_asked + plan->n, sizeof(*voters));
	names = arena_array(&g->cmd->arena, g->n_asked + plan->n, sizeof(*names));
	for (size_t i = 0; i < g->n_asked + plan->n; i++) {
		c = i < g->n_asked ? g->asked[i] : &plan->candidates[i - g->n_asked];
		if (i >= g->n_asked && c->model->engine != ENGINE_BASELINE)
			continue;
		names[q->n_voters] = c->name;
		if (pool_load_voter(g, c, pool_pass_of(candidates, n, c->name), q, voters) < 0)
			return -1;
	}
	q->voters = voters;
	*ret_names = names;
	return 0;
}

static const size_t *pool_count_labels(struct pool_run *g)
{
	size_t *known = arena_array(&g->cmd->arena, g->run.n_labels, sizeof(*known));

	for (size_t i = 0; i < g->run.n_tickets; i++)
		known[g->run.tickets[i].label]++;
	return known;
}

int pool_run_ask(struct pool_run *g)
{
	struct session *s = &g->session;
	struct run_names names = { .kind = RUN_SUGGEST };

	if (pool_load_run(g) < 0 || pool_prepare_session(g) < 0 || pool_draw_pool(g) < 0 ||
	    (g->options->candidates.n ? pool_choose_named(g) : pool_choose_default(g)) < 0)
		return -1;
	names.parent = g->run.run->name;
	pool_keep_asked(g);
	if (privacy_check(g->cmd, &s->prepared.job, &s->prepared.slice, &names.redaction) < 0 ||
	    run_open(s, &names, g->store_path) < 0 || ask_all(s) < 0)
		return -1;
	if (interrupt_count())
		return err_set(&g->cmd->err, ERR_STOPPED, "stopped; the same command resumes");
	return 0;
}

int pool_run_load(struct pool_run *g, struct suggest_question *ret_question,
		  const char *const **ret_names)
{
	*ret_question = (struct suggest_question){ .tickets = g->pool.slice.tickets,
						   .n = g->pool.slice.n,
						   .known = pool_count_labels(g),
						   .n_labels = g->run.n_labels };
	return pool_load_voters(g, ret_question, ret_names);
}

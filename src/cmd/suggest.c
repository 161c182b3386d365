/*
 * `toehold suggest JOB --from POOL`: which unlabelled tickets are worth labelling next. Candidates
 * of a run label a sample of the pool, in a run of their own that is never scored. Decides which
 * candidates are asked; judge/suggest.h decides what is proposed.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/ask/ask.h"
#include "flow/interrupt.h"
#include "flow/load.h"
#include "flow/prepare/privacy.h"
#include "flow/rerun.h"
#include "flow/run_open.h"
#include "flow/store_find.h"
#include "job/ticket/pool.h"
#include "report/suggest_text.h"

struct suggest_options {
	const char *from, *out, *run, *store;
	struct opt_list candidates;
	int64_t number, sample, timeout_s;
	bool all, force, json, no_sandbox;
};

#define AT(field) offsetof(struct suggest_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("from", 'f', AT(from), "POOL",
		 "tickets to choose from, JSON Lines or CSV; labels are ignored"),
	OPT_INT("number", 'n', AT(number), "N",
		"number of tickets to propose (default "
		"10)",
		1, 1000),
	OPT_TEXT("out", 'o', AT(out), "OUT.jsonl",
		 "write them to this file, with labels to fill in"),
	OPT_FLAG("force", 0, AT(force), "overwrite OUT.jsonl if it exists"),
	OPT_TEXT("run", 'r', AT(run), "NAME", "the run to add to later (default: the newest)"),
	OPT_LIST("candidates", 'c', AT(candidates), "NAME,...",
		 "ask these (default: the pick or the closest candidate, and the best two of other "
		 "models)"),
	OPT_INT("sample", 0, AT(sample), "N",
		"ask about N tickets of the pool, drawn with the job's seed (default 60)", 1,
		TICKETS_MAX),
	OPT_FLAG("all", 0, AT(all), "ask about every ticket of the pool"),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"deadline for one answer (default 120); a late answer gives no label", 1, 86400),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	JOB_STORE_ROW(AT(store)),
	OPT_FLAG("json", 'j', AT(json), "the proposals as JSON"),
};

static const struct opt_spec spec = {
	.verb = "suggest",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "propose harder tickets to label next, from a pool without labels",
	.details = "Proposes tickets on which the candidates differ or waver between two labels,\n"
		   "with a bonus for rare labels. Asks only for labels, never twice for the same\n"
		   "ticket, and scores nothing. Tickets that (nearly) repeat one of the run or a\n"
		   "worked example are left out. Label the proposals, then run 'toehold add JOB\n"
		   "OUT.jsonl --as harder'.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct suggest_options),
	.defaults = &(const struct suggest_options){ .number = 10, .sample = 60, .timeout_s = 120 },
};

enum { DEFAULT_ASKED = 3 };

/* One call of the verb. */
struct suggestion {
	struct cmd *cmd;
	const struct suggest_options *options;
	const char *job_path, *store_path;
	struct session session;
	struct result run; /* the run that the proposals are for */
	struct pool_sample pool;
	const struct candidate *asked[OPT_LIST_MAX]; /* candidates with a vote */
	size_t n_asked;
};

static int suggest_check_options(struct cmd *cmd, const struct suggest_options *o)
{
	if (!o->from)
		return err_set(&cmd->err, ERR_USAGE,
			       "no pool of tickets given; add --from POOL.jsonl");
	if (o->out && str_ends(o->out, ".csv"))
		return err_set(&cmd->err, ERR_USAGE,
			       "proposals are JSON Lines: give --out a name that ends in .jsonl");
	if (o->out && file_exists(o->out) && !o->force)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and may hold labels; choose another name, or "
			       "give --force",
			       display_path(&cmd->arena, o->out));
	return 0;
}

/* Loads the run before the store is opened for writing, which would create a missing store. */
static int suggest_load_run(struct suggestion *g)
{
	struct load_options load = { .name = g->options->run, .texts = true };

	return load_from_store(g->cmd, g->store_path, &load, &g->run);
}

static int suggest_prepare_session(struct suggestion *g)
{
	struct session *s = &g->session;
	const struct result *r = &g->run;
	struct rerun rerun = { .run = r->run, .no_sandbox = g->options->no_sandbox };
	const struct slice **added = arena_array(&g->cmd->arena, r->n_slices, sizeof(*added));

	for (size_t i = 1; i < r->n_slices; i++)
		added[rerun.n_added++] = &r->slices[i];
	rerun.added = added;
	if (rerun_prepare(s, r, &rerun, g->job_path) < 0)
		return -1;
	s->timeout_us = g->options->timeout_s * 1000000;
	s->prepared.job.reason = REASON_NONE;
	return 0;
}

/* RULE: leak guard. Proposals must be new to the run, and must not repeat a worked example. */
static int suggest_draw_pool(struct suggestion *g)
{
	struct arena *a = &g->cmd->arena;
	struct prepared *p = &g->session.prepared;
	const struct example_set *set = &p->examples;
	const struct slice **slices = arena_array(a, g->run.n_slices + 1, sizeof(*slices));
	struct slice examples = { .n = set->n };
	size_t most = g->options->all ? TICKETS_MAX : (size_t)g->options->sample;
	struct leak_guard guard;

	examples.tickets = arena_array(a, set->n, sizeof(*examples.tickets));
	for (size_t i = 0; i < set->n; i++)
		examples.tickets[i] = *set->items[i];
	for (size_t i = 0; i < g->run.n_slices; i++)
		slices[i] = &g->run.slices[i];
	slices[g->run.n_slices] = &examples;
	guard = leak_guard_build(a, slices, g->run.n_slices + 1);
	if (pool_draw(a, &p->job, g->options->from, &guard, most, &g->pool, &g->cmd->err) < 0)
		return -1;
	p->slice = g->pool.slice;
	return 0;
}

/* The plan's candidate of that name, if it is a model; else NULL. */
static const struct candidate *suggest_planned(const struct suggestion *g, const char *name)
{
	const struct plan *plan = &g->session.prepared.plan;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].model->engine != ENGINE_BASELINE &&
		    strcmp(plan->candidates[i].name, name) == 0)
			return &plan->candidates[i];
	return NULL;
}

static bool suggest_is_asked(const struct suggestion *g, const struct candidate *c, bool same_model)
{
	for (size_t i = 0; i < g->n_asked; i++)
		if (g->asked[i] == c || (same_model && g->asked[i]->model == c->model))
			return true;
	return false;
}

/* The best-scoring candidate that is not asked yet; the smallest if several are best. */
static const struct candidate *suggest_best_other(const struct suggestion *g, bool other_model)
{
	const struct candidate *best = NULL;
	size_t best_right = 0;

	for (size_t i = 0; i < g->run.n; i++) {
		const struct candidate_result *row = &g->run.candidates[i];
		const struct candidate *c = row->pass ? suggest_planned(g, row->row->name) : NULL;

		if (!c || c->refused || suggest_is_asked(g, c, other_model) ||
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
static int suggest_choose_default(struct suggestion *g)
{
	int shown_first = result_shown(&g->run);
	const struct candidate *c = NULL;

	if (shown_first >= 0)
		c = suggest_planned(g, g->run.candidates[shown_first].row->name);
	if (!c || c->refused)
		c = suggest_best_other(g, false);
	while (c && g->n_asked < DEFAULT_ASKED) {
		g->asked[g->n_asked++] = c;
		c = suggest_best_other(g, true);
		if (!c)
			c = suggest_best_other(g, false);
	}
	return g->n_asked ? 0 :
			    err_set(&g->cmd->err, ERR_REFUSED,
				    "no model of run '%s' can be asked; start a new run with "
				    "'toehold smoke'",
				    g->run.run->name);
}

static int suggest_unknown_candidate(struct suggestion *g, const char *name)
{
	const struct plan *plan = &g->session.prepared.plan;
	struct arena *a = &g->cmd->arena;
	const char *list = "";

	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].model->engine != ENGINE_BASELINE)
			list = arena_add_item(a, list, ", ", "'%s'",
					      display_text(a, plan->candidates[i].name));
	return err_set(&g->cmd->err, ERR_INPUT, "run '%s' has no model '%s' to ask; it has %s",
		       g->run.run->name, display_text(a, name), list);
}

static int suggest_choose_named(struct suggestion *g)
{
	const struct opt_list *names = &g->options->candidates;

	for (size_t i = 0; i < names->n; i++) {
		const struct candidate *c = suggest_planned(g, names->items[i]);

		if (!c)
			return suggest_unknown_candidate(g, names->items[i]);
		if (c->refused)
			return err_set(&g->cmd->err, ERR_REFUSED, "%s cannot be asked: %s", c->name,
				       c->refused);
		if (!suggest_is_asked(g, c, false))
			g->asked[g->n_asked++] = c;
	}
	return 0;
}

/* Keeps a candidate whose answers a calibrated one corrects. */
static bool suggest_carries_another(const struct suggestion *g, const struct candidate *candidate)
{
	for (size_t i = 0; i < g->n_asked; i++)
		if (candidate_is_base(candidate, g->asked[i]))
			return true;
	return false;
}

/* Keeps the asked candidates, those they correct, and the free baseline that reads tickets. */
static void suggest_keep_asked(struct suggestion *g)
{
	struct plan *plan = &g->session.prepared.plan;
	struct candidate *kept = arena_array(&g->cmd->arena, plan->n, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (!suggest_is_asked(g, c, false) && !suggest_carries_another(g, c) &&
		    c->way != WAY_BAYES)
			continue;
		kept[n] = *c;
		kept[n++].estimate_us = -1; /* the estimate was for other tickets */
	}
	plan->candidates = kept;
	plan->n = n;
}

/* The model's name if that is unique among the asked; else the candidate's. */
static const char *suggest_voter_name(const struct suggestion *g, const struct candidate *c)
{
	size_t n_same = 0;

	for (size_t i = 0; i < g->n_asked; i++)
		n_same += strcmp(g->asked[i]->model->label, c->model->label) == 0;
	return n_same > 1 ? c->name : c->model->label;
}

static int suggest_load_voter(struct suggestion *g, const struct candidate *c,
			      const struct candidate_row *candidates, size_t n,
			      struct suggest_voter *ret_voter)
{
	struct session *s = &g->session;
	struct answer **answers;
	size_t i = 0;

	while (i < n && strcmp(candidates[i].name, c->name) != 0)
		i++;
	if (i == n ||
	    store_get_answers(&g->cmd->arena, &s->store, candidates[i].pass_id, g->pool.slice.n,
			      STORE_NO_TEXTS, &answers, &g->cmd->err) < 0)
		return i < n ? -1 :
			       err_set(&g->cmd->err, ERR_STORE, "run '%s' has no candidate '%s'",
				       s->run.name, c->name);
	*ret_voter = (struct suggest_voter){ .name = suggest_voter_name(g, c),
					     .baseline = c->model->engine == ENGINE_BASELINE,
					     .answers = answers };
	return 0;
}

/* Models in the order in which they were chosen, then baselines. */
static int suggest_load_voters(struct suggestion *g, struct suggest_question *q,
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
		if (suggest_load_voter(g, c, candidates, n, &voters[q->n_voters++]) < 0)
			return -1;
	}
	q->voters = voters;
	*ret_names = names;
	return 0;
}

static const size_t *suggest_count_labels(struct suggestion *g)
{
	size_t *known = arena_array(&g->cmd->arena, g->run.n_labels, sizeof(*known));

	for (size_t i = 0; i < g->run.n_tickets; i++)
		known[g->run.tickets[i].label]++;
	return known;
}

/* A word for a shell, quoted if it holds anything but plain characters. */
static const char *suggest_shell_word(struct arena *a, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./+:,@";
	const char *quoted = "";

	word = display_path(a, word);
	if (*word && word[strspn(word, plain)] == '\0')
		return word;
	for (const char *p = word; *p; p++)
		quoted = arena_printf(a, *p == '\'' ? "%s'\\''" : "%s%c", quoted, *p);
	return arena_printf(a, "'%s'", quoted);
}

static const char *suggest_next_command(const struct suggestion *g)
{
	const struct suggest_options *o = g->options;
	struct arena *a = &g->cmd->arena;

	return arena_printf(
		a, "toehold add %s %s --as harder%s%s%s%s", suggest_shell_word(a, g->job_path),
		o->out ? suggest_shell_word(a, o->out) : "OUT.jsonl", o->run ? " --run " : "",
		o->run ? suggest_shell_word(a, o->run) : "", o->store ? " --store " : "",
		o->store ? suggest_shell_word(a, o->store) : "");
}

static int suggest_write_tickets(struct suggestion *g, const struct suggested *suggested)
{
	char *text = NULL;
	size_t n_bytes = 0;
	FILE *out;
	int r;

	if (!g->options->out)
		return 0;
	out = open_memstream(&text, &n_bytes);
	if (!out)
		return err_set(&g->cmd->err, ERR_INPUT, "out of memory for the proposals");
	suggested_write_tickets(&g->cmd->arena, suggested, out);
	fclose(out);
	r = file_write(g->options->out, 0600, text, n_bytes, &g->cmd->err);
	free(text);
	return r;
}

static int suggest_propose(struct suggestion *g)
{
	struct suggest_question q = { .tickets = g->pool.slice.tickets, .n = g->pool.slice.n };
	struct suggested suggested = { .run = g->run.run->name,
				       .asked_in = g->session.run.name,
				       .pool = &g->pool,
				       .question = &q,
				       .labels = g->run.labels,
				       .n_wanted = (size_t)g->options->number,
				       .out = g->options->out,
				       .next = suggest_next_command(g) };
	struct proposal *proposals;

	q.known = suggest_count_labels(g);
	q.n_labels = g->run.n_labels;
	if (suggest_load_voters(g, &q, &suggested.names) < 0)
		return -1;
	suggest_rank(&g->cmd->arena, &q, suggested.n_wanted, &proposals, &suggested.n);
	suggested.proposals = proposals;
	if (suggested.n == 0)
		return err_set(
			&g->cmd->err, ERR_ENGINE,
			"nothing to propose: the candidates gave no label to any of the %zu "
			"tickets. Ask others with --candidates, or run the same command again if a "
			"note above says that answers are missing",
			q.n);
	if (suggest_write_tickets(g, &suggested) < 0)
		return -1;
	if (g->options->json)
		json_print(suggested_to_json(&g->cmd->arena, &suggested), stdout);
	else
		suggested_write_text(&g->cmd->arena, &suggested, stdout);
	return 0;
}

static int suggest_tickets(struct suggestion *g)
{
	const struct suggest_options *o = g->options;
	struct session *s = &g->session;
	struct run_names names = { .kind = RUN_SUGGEST };

	g->store_path = o->store ? o->store : store_path_for(&g->cmd->arena, g->job_path);
	if (suggest_check_options(g->cmd, o) < 0 || suggest_load_run(g) < 0 ||
	    suggest_prepare_session(g) < 0 || suggest_draw_pool(g) < 0 ||
	    (o->candidates.n ? suggest_choose_named(g) : suggest_choose_default(g)) < 0)
		return -1;
	names.parent = g->run.run->name;
	suggest_keep_asked(g);
	if (privacy_check(g->cmd, &s->prepared.job, &s->prepared.slice, &names.redaction) < 0)
		return -1;
	if (run_open(s, &names, g->store_path) < 0 || ask_all(s) < 0)
		return -1;
	if (interrupt_count())
		return err_set(&g->cmd->err, ERR_STOPPED, "stopped; the same command resumes");
	return suggest_propose(g);
}

static int suggest_run(struct cmd *cmd, void *options)
{
	struct suggest_options *o = options;
	struct suggestion g = { .cmd = cmd, .options = o, .session.cmd = cmd };
	int r;

	g.job_path = cmd->args.items[0];
	r = suggest_tickets(&g);
	store_close(&g.session.store);
	return r;
}

const struct command cmd_suggest = { &spec, suggest_run };

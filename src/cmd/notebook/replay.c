/*
 * `toehold replay RUN`: asks everything again that a run asked, as a run of its own, and says
 * whether the answers are the same. Decides what must be unchanged before it asks.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/again/rerun.h"
#include "flow/ask/ask.h"
#include "flow/ask/ask_note.h"
#include "flow/interrupt.h"
#include "flow/open/load.h"
#include "flow/open/run_open.h"
#include "flow/open/store_find.h"
#include "flow/production/labeller.h"
#include "report/diff/diff_text.h"

struct replay_options {
	const char *name, *store, *with;
	struct opt_list candidates;
	bool json, quiet, no_sandbox;
	int64_t timeout_s, allow;
};

#define AT(field) offsetof(struct replay_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("name", 'n', AT(name), "NAME",
		 "name of the replay (default: replay-1, replay-2, ...)"),
	OPT_LIST("candidate", 'c', AT(candidates), "NAME,...", "ask only these candidates again"),
	OPT_TEXT("with", 'w', AT(with), "MODEL",
		 "ask this model, a file or a server's address, in place of that of the pick or of "
		 "--candidate"),
	OPT_INT("allow", 0, AT(allow), "N",
		"exit code 0 if at most N answers differ (default: none)", 0, 1000000000),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"deadline for one answer (default: as in the run); a late answer counts as wrong",
		1, 86400),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	STORE_ROW(AT(store)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "replay",
	.args = "RUN",
	.min_args = 1,
	.max_args = 1,
	.summary = "ask a run's questions again: are the answers the same?",
	.details =
		"Uses the same weights, prompt, seed and settings, on all tickets of the run. The\n"
		"answers are kept as a run of their own, which no decision counts. Exit code 0 if\n"
		"all answers are the same, 1 if some differ or are missing. --with asks another\n"
		"quant, version or server the same, and says what changes (docs/change-gate.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct replay_options),
};

/* One replay in progress. */
struct replay {
	struct cmd *cmd;
	const struct replay_options *options;
	struct session session;
	struct result was; /* the replayed run */
	const struct candidate_result **wanted; /* those that --candidate names */
	size_t n_wanted;
	const struct candidate *with; /* that --with has asked; NULL without it */
};

static bool replay_is_wanted(const struct replay *p, const char *name)
{
	for (size_t i = 0; i < p->n_wanted; i++)
		if (strcmp(p->wanted[i]->row->name, name) == 0)
			return true;
	return p->n_wanted == 0;
}

/* The one candidate whose model --with replaces. */
static int replay_choose_one(struct replay *p)
{
	const struct opt_list *list = &p->options->candidates;

	if (list->n > 1)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "--with replaces the model of one candidate; name one with "
			       "--candidate");
	if (labeller_choose(p->cmd, &p->was, list->n ? list->items[0] : NULL, &p->wanted[0]) < 0)
		return -1;
	p->n_wanted = 1;
	if (p->wanted[0]->baseline || !p->wanted[0]->pass)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "%s asked no model in run '%s', so --with has none to replace; name "
			       "another candidate with --candidate",
			       p->wanted[0]->row->name, p->was.run->name);
	return 0;
}

static int replay_check_options(struct replay *p)
{
	const struct opt_list *list = &p->options->candidates;
	const struct run_row *run = p->was.run;

	if (run->kind != RUN_SMOKE)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "'%s' is a %s of run '%s'; replay that run itself", run->name,
			       run_kind_name(run->kind), run->parent);
	p->wanted =
		arena_array(&p->cmd->arena, list->n + 1, sizeof(const struct candidate_result *));
	if (p->options->with)
		return replay_choose_one(p);
	for (; p->n_wanted < list->n; p->n_wanted++)
		if (result_find_candidate(&p->cmd->arena, &p->was, list->items[p->n_wanted],
					  &p->wanted[p->n_wanted], &p->cmd->err) < 0)
			return -1;
	return 0;
}

/* Lists the passes of the replayed run, so that templates see the same dates. */
static void replay_list_passes(struct replay *p)
{
	struct session *s = &p->session;
	size_t most = 0;

	for (size_t i = 0; i < p->was.n; i++)
		most += p->was.candidates[i].n_passes;
	s->replayed = arena_array(&p->cmd->arena, most, sizeof(*s->replayed));
	for (size_t i = 0; i < p->was.n; i++)
		for (size_t k = 0; k < p->was.candidates[i].n_passes; k++)
			s->replayed[s->n_replayed++] = p->was.candidates[i].passes[k];
}

/* The candidate's pass over a slice, or NULL if it was not asked. */
static const struct pass_row *replay_pass_over(const struct candidate_result *c,
					       const struct slice *slice)
{
	const struct pass_row *pass = NULL;

	for (size_t i = 0; c && i < c->n_passes; i++)
		if (strcmp(c->passes[i]->slice_sha256, slice->sha256) == 0)
			pass = c->passes[i];
	return pass;
}

/* In addition to rerun_prepare(): can this candidate be asked, baselines included? */
static int replay_check_candidate(struct replay *p, const struct candidate_result *was,
				  const struct pass_row *pass)
{
	const struct candidate *now = plan_find(&p->session.prepared.plan, was->row->name);
	struct err *err = &p->cmd->err;

	if (!now || now->refused)
		return err_set(err, now ? ERR_REFUSED : ERR_INPUT,
			       "%s cannot be asked again: %s; name the others with --candidate",
			       was->row->name,
			       now ? now->refused : "the job no longer has this candidate");
	if (strcmp(now->model->sha256, pass->model_sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "the training file of %s has changed since run '%s'; restore it, or "
			       "name other candidates with --candidate",
			       was->row->name, p->was.run->name);
	return 0;
}

/* What to keep of the plan for one slice. */
struct replay_slice {
	const struct replay *replay;
	const struct slice *slice;
};

static bool replay_answered_slice(const void *ctx, const struct candidate *c)
{
	const struct replay_slice *k = ctx;

	return replay_is_wanted(k->replay, c->name) &&
	       replay_pass_over(result_candidate(&k->replay->was, c->name), k->slice);
}

/* Keeps the candidates that answered this slice in the run. */
static int replay_keep_asked(struct replay *p, const struct slice *slice)
{
	const struct replay_slice kept = { p, slice };

	for (size_t i = 0; i < p->was.n; i++) {
		const struct candidate_result *c = &p->was.candidates[i];
		const struct pass_row *pass = replay_pass_over(c, slice);

		if (pass && replay_is_wanted(p, c->row->name) &&
		    replay_check_candidate(p, c, pass) < 0)
			return -1;
	}
	rerun_keep(&p->cmd->arena, &p->session.prepared.plan, replay_answered_slice, &kept);
	return 0;
}

static bool replay_is_with(const void *ctx, const struct candidate *c)
{
	return c == ctx;
}

/* The passes of the replaced model, as if they were of this one: the same dates and limits. */
static void replay_list_passes_with(struct replay *p)
{
	struct session *s = &p->session;

	for (size_t i = 0; i < s->n_replayed; i++) {
		struct pass_row *pass = arena_alloc(&p->cmd->arena, sizeof(*pass));

		*pass = *s->replayed[i];
		if (strcmp(pass->model_sha256, p->wanted[0]->pass->model_sha256) == 0)
			pass->model_sha256 = p->with->model->sha256;
		s->replayed[i] = pass;
	}
}

/* Whether it has the wanted one's way and prompt: the end of its name ("… plain:short"). */
static bool replay_asks_alike(const struct replay *p, const struct candidate *c)
{
	const char *way = way_name(c->way);
	const char *end = c->variant ?
				  arena_printf(&p->cmd->arena, " %s:%s", way, c->variant->name) :
				  arena_printf(&p->cmd->arena, " %s", way);

	return c->model->engine != ENGINE_BASELINE && str_ends(p->wanted[0]->row->name, end);
}

/* Keeps the candidate that is asked in the same way as the wanted one, with the other model. */
static int replay_keep_with(struct replay *p, const struct slice *slice)
{
	struct plan *plan = &p->session.prepared.plan;
	const struct candidate *found = NULL;

	for (size_t i = 0; i < plan->n && !found; i++)
		if (replay_asks_alike(p, &plan->candidates[i]))
			found = &plan->candidates[i];
	if (!found || found->refused)
		return err_set(&p->cmd->err, ERR_REFUSED, "'%s' cannot be asked as %s was: %s",
			       p->options->with, p->wanted[0]->row->name,
			       found ? found->refused :
				       "the job has no such way or prompt for this model");
	rerun_keep(&p->cmd->arena, plan, replay_is_with,
		   replay_pass_over(p->wanted[0], slice) ? found : NULL);
	if (!p->with) {
		p->with = found;
		replay_list_passes_with(p);
	}
	return 0;
}

/* Prepares the job as it was when slice `at` was asked: without later slices in the leak guard. */
static int replay_prepare_slice(struct replay *p, size_t at)
{
	const struct result *r = &p->was;
	const struct rerun rerun = { .n_slices = at + 1,
				     .no_sandbox = p->options->no_sandbox,
				     .only = p->options->with ? p->wanted[0] : NULL,
				     .with = p->options->with };
	struct session *s = &p->session;
	struct run_row run = s->run;
	const char *labels_json = s->labels_json;

	if (rerun_prepare(s, r, &rerun, p->was.job_path) < 0 ||
	    (rerun.with ? replay_keep_with(p, &r->slices[at]) :
			  replay_keep_asked(p, &r->slices[at])) < 0)
		return -1;
	s->race = false;
	for (size_t i = 0; at == 0 && i < r->n; i++)
		s->race |= r->candidates[i].raced;
	if (at == 0)
		return 0;
	s->prepared.slice = r->slices[at];
	s->run = run;
	s->labels_json = labels_json;
	return 0;
}

/* Notes a change before asking: another build or machine may give other answers. */
static int replay_note_change(struct replay *p, const char *what, const char *was, const char *now)
{
	if (strcmp(was, now) == 0)
		return 0;
	return ask_note(&p->session, 0, EVENT_REPLAY,
			arena_printf(&p->cmd->arena,
				     "another %s than in run '%s': %s, then %s; the answers may "
				     "differ for that alone",
				     what, p->was.run->name, was, now));
}

/* Compares each engine once, by its first candidate. */
static int replay_note_changes(struct replay *p)
{
	const struct plan *plan = &p->session.prepared.plan;
	bool said[ENGINE_BASELINE] = { false };

	if (replay_note_change(p, "processor", p->was.run->cpu, p->session.run.cpu) < 0)
		return -1;
	for (size_t i = 0; i < plan->n; i++) {
		const struct model *model = plan->candidates[i].model;
		const struct candidate_result *c =
			result_candidate(&p->was, plan->candidates[i].name);
		const char *build, *device;

		if (model->engine >= ENGINE_BASELINE || said[model->engine] || !c || !c->pass)
			continue;
		said[model->engine] = true;
		if (track_engine(&p->session, model, &build, &device, &p->cmd->err) < 0 ||
		    replay_note_change(p, "engine build", c->pass->engine_build, build) < 0 ||
		    replay_note_change(p, "device", c->pass->device, device) < 0)
			return -1;
	}
	return 0;
}

/* Stores every slice before the first is asked, so that slices left out show as missing. */
static int replay_begin(struct replay *p)
{
	const struct run_names names = { .name = p->options->name,
					 .redaction = p->was.run->redaction,
					 .kind = RUN_REPLAY,
					 .parent = p->was.run->name };
	struct session *s = &p->session;

	if (replay_prepare_slice(p, 0) < 0)
		return -1;
	if (s->prepared.plan.n == 0)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "nothing of run '%s' can be asked again: none of these candidates "
			       "answered in it",
			       p->was.run->name);
	if (run_begin(s, &names) < 0)
		return -1;
	for (size_t i = 1; i < p->was.n_slices; i++)
		if (store_put_run_slice(&s->store, s->run.id, &p->was.slices[i], &p->cmd->err) < 0)
			return -1;
	return replay_note_changes(p);
}

static int replay_ask_again(struct replay *p)
{
	if (replay_begin(p) < 0 || ask_all(&p->session) < 0)
		return -1;
	for (size_t i = 1; i < p->was.n_slices && !interrupt_count(); i++)
		if (replay_prepare_slice(p, i) < 0 || ask_all(&p->session) < 0)
			return -1;
	return 0;
}

/* One candidate then, and one now. */
static void replay_build_with(const struct replay *p, const struct result *now, struct diff *ret)
{
	const struct candidate_result *c = result_candidate(now, p->with->name);
	const struct candidate_pair pair = { .a = (int)(p->wanted[0] - p->was.candidates),
					     .b = c ? (int)(c - now->candidates) : -1 };

	diff_build_pair(&p->cmd->arena, &p->was, now, &pair, ret);
}

static int replay_show(struct replay *p)
{
	struct load_options load = { .name = p->session.run.name, .texts = true };
	const struct opt_list *only = &p->options->candidates;
	struct diff_totals totals;
	struct result now;
	struct diff d;

	if (load_result(p->cmd, &p->session.store, &load, &now) < 0)
		return -1;
	if (p->with)
		replay_build_with(p, &now, &d);
	else
		diff_build(&p->cmd->arena, &p->was, &now, only->items, only->n, &d);
	if (p->options->json)
		json_print(diff_to_json(&p->cmd->arena, &d), stdout);
	else if (p->with && diff_in_both(&d.candidates[0]))
		replay_write_with(&p->cmd->arena, &d, stdout);
	else
		replay_write_text(&p->cmd->arena, &d, stdout);
	totals = diff_totals(&d);
	return totals.n > 0 && totals.n_flips <= (size_t)p->options->allow && totals.n_only_a == 0 ?
		       0 :
		       1;
}

static int replay_all(struct replay *p, const char *name)
{
	struct load_options load = { .texts = true };
	struct session *s = &p->session;
	char *store;

	if (store_path_find(p->cmd, p->options->store, &name, &store) < 0)
		return -1;
	load.name = name;
	if (store_open(&p->cmd->arena, store, STORE_WRITE, &s->store, &p->cmd->err) < 0 ||
	    load_result(p->cmd, &s->store, &load, &p->was) < 0 || replay_check_options(p) < 0)
		return -1;
	s->replay_of = p->was.run->name;
	replay_list_passes(p);
	return replay_ask_again(p) < 0 ? -1 : replay_show(p);
}

static int replay_run(struct cmd *cmd, void *options)
{
	struct replay_options *o = options;
	struct replay p = { .cmd = cmd, .options = o, .session.cmd = cmd };
	int r;

	p.session.timeout_us = o->timeout_s * 1000000;
	r = replay_all(&p, cmd->args.items[0]);
	store_close(&p.session.store);
	return r;
}

const struct command cmd_replay = { &spec, replay_run };

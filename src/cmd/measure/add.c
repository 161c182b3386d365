/*
 * `toehold add JOB TICKETS --as ordinary|harder`: adds a new slice to a run, asks the candidates
 * that are still in play, and decides again.
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
#include "flow/events/event_lines.h"
#include "flow/interrupt.h"
#include "flow/open/job_find.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "flow/prepare/privacy.h"
#include "flow/say/say.h"
#include "flow/say/screen.h"
#include "job/ticket/leak_guard.h"
#include "job/ticket/repeats.h"
#include "report/diff/changes_text.h"
#include "report/result/decision_text.h"

struct add_options {
	struct columns columns;
	const char *as, *run, *store, *events;
	bool all, strict, json, quiet, no_sandbox, no_ladder;
	int64_t timeout_s;
};

#define AT(field) offsetof(struct add_options, field)

static const struct opt_row rows[] = {
	OPT_WORD("as", 'a', AT(as), "ROLE", "ordinary harder",
		 "ordinary: more of the usual stream; harder: chosen because they are hard"),
	OPT_TEXT("run", 'r', AT(run), "NAME", "the run to add to (default: the newest)"),
	COLUMN_ROWS(AT(columns)),
	OPT_FLAG("all", 0, AT(all), "ask every candidate, even those proven to be below the bar"),
	OPT_FLAG("no-ladder", 0, AT(no_ladder),
		 "do not retry a failed candidate with lower settings (docs/ladder.md)"),
	STRICT_ROW(AT(strict)),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"deadline for one answer (default: as in the run); a late answer counts as wrong",
		1, 86400),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	JOB_STORE_ROW(AT(store)),
	EVENTS_ROW(AT(events)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "the result as JSON"),
};

static const struct opt_spec spec = {
	.verb = "add",
	.args = "JOB TICKETS",
	.min_args = 2,
	.max_args = 2,
	.summary = "add tickets to a run, ask about them, and decide again",
	.details = "Ordinary tickets continue the evidence, and verdicts stay valid however often\n"
		   "you add some. Harder tickets prove nothing, but count in the pick, unless the\n"
		   "job says 'harder: shown' (docs/decision.md). After a stop, the same command\n"
		   "resumes. Ctrl-C, or a file STORE.stop beside the store, stops after the\n"
		   "current ticket.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct add_options),
};

/* One addition in progress. */
struct addition {
	struct cmd *cmd;
	struct session session;
	struct slice slice; /* the added tickets */
	struct result before;
	bool all; /* --all */
	bool known; /* the run has these tickets already, of an earlier call */
	size_t n_answers; /* then: the run's answers before this call */
	const struct columns *columns; /* of the added tickets */
};

/* The same text, about the same image if there is one. */
static bool add_repeats(const struct ticket *a, const char *a_text, const struct ticket *b,
			const char *b_text)
{
	if (strcmp(a_text, b_text) != 0)
		return false;
	if (!a->image_sha256 || !b->image_sha256)
		return !a->image_sha256 && !b->image_sha256 && *a_text;
	return strcmp(a->image_sha256, b->image_sha256) == 0;
}

/* RULE: repeats are not new tickets. */
static int add_check_repeats(struct addition *add)
{
	struct arena *a = &add->cmd->arena;
	const struct result *r = &add->before;
	const char **known = arena_array(a, r->n_tickets, sizeof(*known));

	for (size_t i = 0; i < r->n_tickets; i++)
		known[i] = str_normalised(a, r->tickets[i].text);
	for (size_t i = 0; i < add->slice.n; i++) {
		const struct ticket *t = &add->slice.tickets[i];
		const char *text = str_normalised(a, t->text);

		for (size_t k = 0; k < r->n_tickets; k++)
			if (add_repeats(t, text, &r->tickets[k], known[k]))
				return err_set(
					&add->cmd->err, ERR_INPUT,
					"%s:%zu: ticket '%s' repeats ticket '%s' of run '%s', and "
					"repeats are not new evidence; remove it",
					display_path(a, add->slice.path), t->line,
					display_text(a, t->id), display_text(a, r->tickets[k].id),
					display_text(a, r->run->name));
	}
	return 0;
}

/* RULE: repeats are one piece of evidence, and contradictions are an error of the tickets. */
static int add_find_repeats(struct addition *add, const struct job *job)
{
	struct arena *a = &add->cmd->arena;
	const struct result *r = &add->before;
	const struct slice **earlier = arena_array(a, r->n_slices, sizeof(*earlier));
	const char *words;

	for (size_t i = 0; i < r->n_slices; i++)
		earlier[i] = &r->slices[i];
	if (repeats_find(a, job, earlier, r->n_slices, &add->slice, &add->cmd->err) < 0)
		return -1;
	words = add->slice.role == SLICE_ORDINARY ? repeats_words(a, &add->slice) : NULL;
	if (words)
		say("note: %s\n", words);
	return 0;
}

/* RULE: leak guard. The prompt cannot change any more, so the ticket has to go. */
static int add_check_examples(struct addition *add)
{
	const struct example_set *set = &add->session.prepared.examples;
	struct arena *a = &add->cmd->arena;
	const struct slice *slices[1] = { &add->slice };
	struct leak_guard guard = leak_guard_build(a, slices, 1);

	for (size_t i = 0; i < set->n; i++) {
		const struct ticket *hit = leak_guard_hit(a, &guard, set->items[i]);

		if (hit)
			return err_set(&add->cmd->err, ERR_INPUT,
				       "%s:%zu: ticket '%s' (nearly) repeats the worked example "
				       "'%s' of the prompt; remove it",
				       display_path(a, add->slice.path), hit->line,
				       display_text(a, hit->id),
				       display_text(a, set->items[i]->id));
	}
	return 0;
}

/* Can this candidate still win? With --all: is it in the plan? */
static bool add_is_in_play(const void *ctx, const struct candidate *candidate)
{
	const struct addition *add = ctx;
	const struct result *r = &add->before;
	const struct candidate_result *c = result_candidate(r, candidate->name);

	/* Asked about the new tickets alone, it could never be complete. */
	if (c && result_not_run(c))
		return false;
	if (add->all || !c)
		return add->all;
	return result_is_in_play(r, c);
}

/* RULE: right-size. Only candidates that can still win are asked. */
static int add_keep_in_play(struct addition *add)
{
	struct plan *plan = &add->session.prepared.plan;
	size_t n = 0, n_models = 0, n_kept;

	rerun_keep(&add->cmd->arena, plan, add_is_in_play, add);
	n_kept = plan->n;
	for (size_t i = 0; i < n_kept; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->refused) {
			say("%s is not asked: %s\n", c->name, c->refused);
			continue;
		}
		n_models += c->model->engine != ENGINE_BASELINE;
		plan->candidates[n++] = *c;
	}
	plan->n = n;
	if (n_models > 0)
		return 0;
	if (n < n_kept)
		return err_set(&add->cmd->err, ERR_REFUSED,
			       "no candidate of run '%s' can be asked: each was refused (above)",
			       add->before.run->name);
	if (add->before.decision.n_not_tried > 0)
		return err_set(&add->cmd->err, ERR_REFUSED,
			       "no candidate of run '%s' is still in play, but %zu were not tried "
			       "(--first); ask them first: give smoke --name %s --all",
			       add->before.run->name, add->before.decision.n_not_tried,
			       add->before.run->name);
	return err_set(&add->cmd->err, ERR_REFUSED,
		       "no candidate of run '%s' is still in play: all are proven to be below the "
		       "bar; give --all to ask them anyway",
		       add->before.run->name);
}

/* The run's slice with the same tickets, or NULL. */
static const struct slice *add_known_as(const struct result *r, const struct slice *slice)
{
	for (size_t i = 0; i < r->n_slices; i++)
		if (strcmp(r->slices[i].sha256, slice->sha256) == 0)
			return &r->slices[i];
	return NULL;
}

static size_t add_count_answers(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		for (size_t t = 0; r->candidates[i].answers && t < r->n_tickets; t++)
			n += r->candidates[i].answers[t] != NULL;
	return n;
}

/* Loads the run without this slice, which an interrupted session may have added already. */
static int add_load_before(struct addition *add, const char *name, const char *tickets_path,
			   enum slice_role role, struct job *job)
{
	struct load_options load = { .name = name, .texts = true };
	struct cmd *cmd = add->cmd;
	const struct slice *known;
	struct job with = *job;

	columns_override(&with.columns, add->columns);
	if (!name && store_newest_run_of(cmd, &add->session.store, job->path, &load.name) < 0)
		return -1;
	if (load_result(cmd, &add->session.store, &load, &add->before) < 0 ||
	    slice_load(&cmd->arena, &with, tickets_path, role, &add->slice, &cmd->err) < 0)
		return -1;
	if (add->slice.note)
		say("%s\n", add->slice.note);
	known = add_known_as(&add->before, &add->slice);
	if (!known)
		return 0;
	add->known = true;
	add->n_answers = add_count_answers(&add->before);
	load.n_slices = add->before.n_slices - 1;
	if (load.n_slices == 0 || known != &add->before.slices[load.n_slices] ||
	    known->role != role)
		return err_set(
			&cmd->err, ERR_INPUT,
			"the tickets of '%s' are already in run '%s', as %s ones; add others",
			display_path(&cmd->arena, tickets_path), add->before.run->name,
			slice_role_name(known->role));
	return load_result(cmd, &add->session.store, &load, &add->before);
}

static int add_prepare_session(struct addition *add, const struct add_options *o,
			       const char *job_path)
{
	const struct rerun rerun = { .extra = &add->slice, .no_sandbox = o->no_sandbox };

	add->session.timeout_us = o->timeout_s * 1000000;
	if (rerun_prepare(&add->session, &add->before, &rerun, job_path) < 0)
		return -1;
	add->session.no_ladder = o->no_ladder;
	add->session.shows_results = add->session.adds = true;
	add->session.columns = add->columns;
	add->session.name_option = o->run ? NULL : "--run";
	return 0;
}

static void add_write_first_line(struct addition *add, const struct result *after)
{
	const char *role = slice_role_name(add->slice.role);
	const char *path = display_path(&add->cmd->arena, add->slice.path);

	if (!add->known)
		printf("Added %zu %s tickets from %s.\n", add->slice.n, role, path);
	else
		printf("The %zu %s tickets of %s are in the run already: %s.\n", add->slice.n, role,
		       path,
		       add_count_answers(after) == add->n_answers ? "nothing was added" :
								    "only the rest was asked");
}

static int add_show_changes(struct addition *add, const struct add_options *o)
{
	struct load_options load = { .name = add->before.run->name, .texts = true };
	struct result after;

	if (load_result(add->cmd, &add->session.store, &load, &after) < 0)
		return -1;
	run_events_decision(&add->session, &after, true);
	if (o->json) {
		json_t *j = result_to_json(&add->cmd->arena, &after, RESULT_REPLIES);

		json_object_set_new(j, "added",
				    json_integer(add->known ? 0 : (json_int_t)add->slice.n));
		json_object_set_new(j, "change", changes_to_json(&add->before, &after));
		json_print(j, stdout);
	} else if (!event_lines_fill_stdout(add->session.events.lines)) {
		add_write_first_line(add, &after);
		screen_show(add->cmd, &after, &add->before);
	}
	return ask_exit_code(&add->session, &after, o->strict);
}

static int add_tickets(struct addition *add, const struct add_options *o, const char *job_path,
		       const char *tickets_path, enum slice_role role)
{
	struct session *s = &add->session;
	struct cmd *cmd = add->cmd;
	struct job job;
	const char *redaction;
	char *store;

	if (job_load(&cmd->arena, job_path, &job, &cmd->err) < 0 ||
	    store_path_of_job(cmd, o->store, job_path, &store) < 0 ||
	    interrupt_check_stop(&cmd->arena, store, &cmd->err) < 0 ||
	    store_open(&cmd->arena, store, STORE_WRITE, &s->store, &cmd->err) < 0 ||
	    add_load_before(add, o->run, tickets_path, role, &job) < 0 ||
	    add_prepare_session(add, o, job_path) < 0 || add_find_repeats(add, &job) < 0 ||
	    add_check_repeats(add) < 0 || add_check_examples(add) < 0 ||
	    add_keep_in_play(add) < 0 || privacy_check(cmd, &job, &add->slice, &redaction) < 0)
		return -1;
	s->prepared.slice = add->slice;
	if (store_put_slice(&s->store, &s->prepared.job, &add->slice, &cmd->err) < 0 ||
	    store_put_run_slice(&s->store, s->run.id, &add->slice, &cmd->err) < 0 ||
	    ask_note(s, 0, EVENT_REDACTION,
		     arena_printf(&cmd->arena, "added tickets: %s", redaction)) < 0 ||
	    privacy_note_images(s, &add->slice) < 0 || ask_all(s) < 0)
		return -1;
	return add_show_changes(add, o);
}

static int add_run(struct cmd *cmd, void *options)
{
	const struct add_options *o = options;
	struct addition add = {
		.cmd = cmd, .session.cmd = cmd, .all = o->all, .columns = &o->columns
	};
	enum slice_role role = SLICE_HARDER;
	const char *job_path;
	int r;

	if (o->as && strcmp(o->as, slice_role_name(SLICE_ORDINARY)) == 0)
		role = SLICE_ORDINARY;
	else if (!o->as || strcmp(o->as, slice_role_name(SLICE_HARDER)) != 0)
		return err_set(&cmd->err, ERR_USAGE,
			       "give --as ordinary (more of the usual stream) or --as harder "
			       "(chosen because they are hard)");
	if (job_find(cmd, &job_path) < 0)
		return -1;
	if (event_lines_open(cmd, o->events, o->json, &add.session.events.lines) < 0)
		return -1;
	r = add_tickets(&add, o, job_path, cmd->args.items[1], role);
	run_events_finish(&add.session, r < 0 ? err_exit_code(cmd->err.kind) : r);
	event_lines_close(add.session.events.lines);
	store_close(&add.session.store);
	return r;
}

const struct command cmd_add = { &spec, add_run };

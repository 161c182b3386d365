/*
 * `toehold smoke JOB`: load the job, build the plan, run each candidate, judge, store, decide,
 * report.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/ask/ask.h"
#include "flow/ask/ask_note.h"
#include "flow/ask/probe.h"
#include "flow/events/event_lines.h"
#include "flow/open/job_find.h"
#include "flow/open/load.h"
#include "flow/open/run_open.h"
#include "flow/open/store_find.h"
#include "flow/plan_record.h"
#include "flow/prepare/privacy.h"
#include "flow/say/say.h"
#include "flow/say/screen.h"
#include "job/model/tuned.h"
#include "job/plan/duplicate.h"
#include "report/result/decision_text.h"

struct smoke_options {
	struct prepare_options prepare;
	const char *name, *store, *events;
	bool one_at_a_time, free_mode, race, first, all, no_ladder, probe, strict, json, quiet;
	int64_t timeout_s;
};

#define AT(field) offsetof(struct smoke_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("name", 'n', AT(name), "NAME", "name of the run (default: smoke-1, smoke-2, ...)"),
	PREPARE_ROWS(AT(prepare)),
	OPT_FLAG("one-at-a-time", '1', AT(one_at_a_time),
		 "finish each ticket before the next starts: exact end-to-end times"),
	OPT_FLAG("free", 0, AT(free_mode), "do not force labels: parse what the model writes"),
	OPT_FLAG("race", 0, AT(race), "stop a candidate as soon as it can no longer reach the bar"),
	OPT_FLAG("first", 0, AT(first), "end at the smallest candidate that scores the bar"),
	OPT_FLAG("all", 0, AT(all),
		 "ask every candidate, also those that --first (or 'stop: first') left out"),
	OPT_FLAG("no-ladder", 0, AT(no_ladder),
		 "do not retry a failed candidate with lower settings (docs/ladder.md)"),
	OPT_FLAG("probe", 0, AT(probe),
		 "afterwards, ask the two best candidates again with other label orders and prompt "
		 "formats: does the form matter?"),
	STRICT_ROW(AT(strict)),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"deadline for one answer (default 120); a late answer counts as wrong", 1, 86400),
	JOB_STORE_ROW(AT(store)),
	EVENTS_ROW(AT(events)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "the result as JSON"),
};

static const struct opt_spec spec = {
	.verb = "smoke",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "run the smoke test: every candidate, every ticket; then decide",
	.details =
		"Asks for the answers first, one ticket at a time; then for the reasons, many\n"
		"together. Every reply is kept as it arrives: after a stop, the same command\n"
		"resumes. Ctrl-C, or a file STORE.stop beside the store, stops after the current\n"
		"ticket; Ctrl-C twice stops at once. A candidate that runs out of memory, hangs\n"
		"or loses its device is asked again with lower settings.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct smoke_options),
	.defaults = &(const struct smoke_options){ .prepare.hash = true, .timeout_s = 120 },
};

static int smoke_show_result(struct session *s, const struct smoke_options *o)
{
	struct load_options load = { .name = s->run.name, .texts = true };
	bool no_text = event_lines_fill_stdout(s->events.lines);
	struct result r;

	if (load_result(s->cmd, &s->store, &load, &r) < 0)
		return -1;
	run_events_decision(s, &r, true);
	if (o->json)
		json_print(result_to_json(&s->cmd->arena, &r, RESULT_REPLIES), stdout);
	else if (!no_text)
		screen_show(s->cmd, &r, NULL);
	if (o->probe && probe(s, &r, o->json || no_text ? stderr : stdout) < 0)
		return -1;
	return ask_exit_code(s, &r, o->strict);
}

/* Refuses ways that need every label's probability, with options that give none or not all. */
static int smoke_check_ways(struct session *s)
{
	struct plan *plan = &s->prepared.plan;

	for (size_t i = 0; i < plan->n; i++) {
		struct candidate *c = &plan->candidates[i];

		if (c->head && s->free_mode)
			c->refused = "its head chooses a label, but --free forces none";
		if (s->free_mode && (way_has_letters(c->way) || way_is_rotated(c->way)))
			c->refused = "letters and orders need label probabilities, but --free "
				     "gives none";
		if (!way_is_calibrated(c->way))
			continue;
		if (s->race)
			return err_set(&s->cmd->err, ERR_USAGE,
				       "--race stops a candidate early, but the way '%s' needs its "
				       "scores on every ticket; drop one of them",
				       way_name(c->way));
		if (s->free_mode && model_writes(c->model))
			c->refused = "it corrects label probabilities, but --free gives none";
	}
	return 0;
}

/* Notes the tickets that the leak guard left out. */
static int smoke_note_leaks(struct session *s)
{
	const struct prepared *p = &s->prepared;
	size_t n_training = p->training.n_refused;

	for (size_t i = 0; i < p->n_heads; i++)
		n_training += p->heads[i].training.n_refused;
	if (p->examples.n_refused + n_training == 0)
		return 0;
	return ask_note_once(
		s, EVENT_LEAK_GUARD,
		arena_printf(&s->cmd->arena,
			     "leak guard: left out, as near copies of a ticket under test: "
			     "examples %zu, training tickets %zu",
			     p->examples.n_refused, n_training));
}

/* Notes files with the same weights under several names. */
static int smoke_note_repeats(struct session *s)
{
	const struct plan *plan = &s->prepared.plan;

	for (size_t i = 0; i < plan->n_repeats; i++)
		if (ask_note_once(s, EVENT_SAME_WEIGHTS,
				  duplicate_words(&s->cmd->arena, plan->repeats[i])) < 0)
			return -1;
	return 0;
}

/* Notes what the weights of tuned models were trained on. */
static int smoke_note_tuned(struct session *s)
{
	const struct plan *plan = &s->prepared.plan;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		const char *words = NULL;

		if (c->model->path && !c->refused &&
		    tuned_model_words(&s->cmd->arena, c->model->label, c->model->path, &words,
				      &s->cmd->err) < 0)
			return -1;
		if (words && ask_note_once(s, EVENT_TUNED_WEIGHTS, words) < 0)
			return -1;
	}
	return 0;
}

static int smoke_job(struct session *s, const struct smoke_options *o, const char *job_path)
{
	struct run_names names = { .name = o->name, .kind = RUN_SMOKE, .parent = "" };
	char *store;

	if (prepare(s->cmd, job_path, &o->prepare, &s->prepared) < 0 ||
	    store_path_of_job(s->cmd, o->store, job_path, &store) < 0)
		return -1;
	s->name_option = o->name ? NULL : "--name";
	s->first = !o->all && (o->first || s->prepared.job.stop == STOP_FIRST);
	if (smoke_check_ways(s) < 0 || ask_possible(s) < 0 ||
	    privacy_check(s->cmd, &s->prepared.job, &s->prepared.slice, &names.redaction) < 0 ||
	    plan_record_use(s->cmd, &s->prepared, store) < 0 || run_open(s, &names, store) < 0)
		return -1;
	if (!o->store && store_is_of_other_job(s->cmd, store, job_path))
		say("note: kept in '%s', which has runs on the same tickets (docs/flow.md)\n",
		    store);
	for (size_t i = 0; i < s->prepared.job.n_warnings; i++)
		say("note: %s\n", s->prepared.job.warnings[i]);
	say("note: %s in the tickets (docs/redaction.md); recorded in the run\n", names.redaction);
	if (smoke_note_leaks(s) < 0 || smoke_note_repeats(s) < 0 || smoke_note_tuned(s) < 0 ||
	    privacy_note_images(s, &s->prepared.slice) < 0 || ask_all(s) < 0)
		return -1;
	return smoke_show_result(s, o);
}

static int smoke_run(struct cmd *cmd, void *options)
{
	const struct smoke_options *o = options;
	struct session s = { .cmd = cmd };
	const char *job_path;
	int r;

	if (job_find(cmd, &job_path) < 0)
		return -1;
	if (o->first && o->all)
		return err_set(&cmd->err, ERR_USAGE, "--first and --all contradict each other");
	s.shows_results = true;
	s.one_at_a_time = o->one_at_a_time;
	s.free_mode = o->free_mode;
	s.race = o->race;
	s.no_ladder = o->no_ladder;
	s.sandbox = !o->prepare.no_sandbox;
	s.timeout_us = o->timeout_s * 1000000;
	if (event_lines_open(cmd, o->events, o->json, &s.events.lines) < 0)
		return -1;
	r = smoke_job(&s, o, job_path);
	run_events_finish(&s, r < 0 ? err_exit_code(cmd->err.kind) : r);
	event_lines_close(s.events.lines);
	store_close(&s.store);
	return r;
}

const struct command cmd_smoke = { &spec, smoke_run };

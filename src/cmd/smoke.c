/*
 * `toehold smoke JOB`: load the job, build the plan, run each candidate, judge, store, decide,
 * report. Decides the order of phases: with memory for all workers, every candidate answers
 * before any writes its reasons, so the verdict is known as early as it can be.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/interrupt.h"
#include "cmd/load.h"
#include "cmd/run_open.h"
#include "cmd/track.h"

struct smoke_options {
	struct prepare_options prepare;
	const char *name, *store;
	bool one_at_a_time, free_mode, json;
	int64_t timeout_s;
};

#define AT(field) offsetof(struct smoke_options, field)

static const struct opt_row rows[] = {
	{ "name", 'n', OPT_TEXT, AT(name), "NAME",
	  "name of the run (default: smoke-1, smoke-2, ...)", 0, 0 },
	PREPARE_ROWS(struct smoke_options, prepare),
	{ "one-at-a-time", '1', OPT_FLAG, AT(one_at_a_time), NULL,
	  "each ticket to its end before the next: exact end-to-end times", 0, 0 },
	{ "free", 0, OPT_FLAG, AT(free_mode), NULL,
	  "no forced labels: parse whatever the model says", 0, 0 },
	{ "timeout", 0, OPT_INT, AT(timeout_s), "SECONDS",
	  "deadline of one answer (default 120); then it counts as wrong", 1, 86400 },
	{ "store", 's', OPT_TEXT, AT(store), "FILE",
	  "where runs are kept (default: beside the job)", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "the result as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "smoke",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "run the smoke test: every candidate, every ticket, once; then decide",
	.details =
		"Answers first, one ticket at a time; then the reasons, many together. Every "
		"reply is kept as\nit comes: stopped or killed, the same command goes on where it "
		"was. Ctrl-C stops after the\nticket in flight, a second one at once.",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};

static int note_event(struct smoke *s, int64_t pass_id, const char *kind, const char *text)
{
	struct event_row row = { .run_id = s->run.id,
				 .pass_id = pass_id,
				 .at_us = clock_wall_us(),
				 .kind = kind,
				 .text = text };

	fprintf(stderr, "%s\n", text);
	return store_put_event(&s->store, &row, &s->cmd->err);
}

/* Plan estimates of the candidates after this one, -1 where one is unknown. */
static int64_t later_us(const struct smoke *s, size_t from)
{
	int64_t sum = 0;

	for (size_t i = from; i < s->prepared.plan.n; i++) {
		const struct candidate *c = &s->prepared.plan.candidates[i];

		if (!c->refused && c->estimate_us < 0)
			return -1;
		sum += c->refused ? 0 : c->estimate_us;
	}
	return sum;
}

/* Whether the next candidate's worker fits beside those that are in memory. */
static bool fits_beside(const struct candidate *next)
{
	struct machine now;
	int64_t reserve;

	machine_get(&now);
	reserve = now.memory_bytes / 10;
	return now.memory_available_bytes <= 0 ||
	       now.memory_available_bytes - reserve > next->size_bytes;
}

static int finish_track(struct smoke *s, struct track *t)
{
	if (!t->in_memory)
		return 0;
	progress_phase(&s->progress, "reasons", t->candidate->name, t->no, t->n_reasoned,
		       t->n_items, -1);
	return track_finish(t, &s->cmd->err);
}

/* The same weights under two names are one pass, and a pass has one worker at a time. */
static int finish_twins(struct smoke *s, struct track *tracks, const struct candidate *candidate)
{
	for (size_t i = 0; i < s->prepared.plan.n; i++)
		if (tracks[i].in_memory && tracks[i].candidate->way == candidate->way &&
		    !strcmp(tracks[i].candidate->model->sha256, candidate->model->sha256) &&
		    finish_track(s, &tracks[i]) < 0)
			return -1;
	return 0;
}

/* What had to be done to the prompt for this model, said aloud and kept. */
static int note_template(struct smoke *s, const struct track *t)
{
	const char *marks = t->begun ? t->pass.report.template_marks : "";

	if (!*marks || strcmp(marks, "none") == 0)
		return 0;
	progress_clear(&s->progress);
	return note_event(s, t->pass_id, "template",
			  arena_printf(&s->cmd->arena, "%s: prompt: %s (docs/templates.md)",
				       t->candidate->name, marks));
}

static int answer_all(struct smoke *s, struct track *tracks)
{
	for (size_t i = 0; i < s->prepared.plan.n; i++) {
		struct track *t = &tracks[i];

		if (finish_twins(s, tracks, &s->prepared.plan.candidates[i]) < 0)
			return -1;
		if (track_open(t, s, &s->prepared.plan.candidates[i], i + 1, &s->cmd->err) < 0)
			return -1;
		if (!t->candidate->refused && t->n_reasoned == t->n_items &&
		    note_event(s, t->pass_id, "reused",
			       arena_printf(&s->cmd->arena,
					    "%s: all replies are on record already; used "
					    "again, not timed again",
					    t->candidate->name)) < 0)
			return -1;
		for (size_t k = 0; k < i && !fits_beside(t->candidate); k++)
			if (finish_track(s, &tracks[k]) < 0)
				return -1;
		progress_phase(&s->progress, "answers", t->candidate->name, t->no, t->n_answered,
			       t->n_items, later_us(s, i + 1));
		if (track_answers(t, &s->cmd->err) < 0 || note_template(s, t) < 0)
			return -1;
	}
	return 0;
}

/* What is missing, said aloud and kept: a run that stopped early must not look complete. */
static int note_left_out(struct smoke *s, const struct track *tracks)
{
	bool budget = s->deadline_us && clock_mono_us() > s->deadline_us;

	for (size_t i = 0; i < s->prepared.plan.n; i++) {
		const struct track *t = &tracks[i];

		if (t->candidate->refused || t->n_reasoned == t->n_items)
			continue;
		if (note_event(
			    s, t->pass_id, budget ? "budget" : "stopped",
			    arena_printf(
				    &s->cmd->arena, "%s: left out %zu answers and %zu reasons (%s)",
				    t->candidate->name, t->n_items - t->n_answered,
				    t->n_items - t->n_reasoned - (t->n_items - t->n_answered),
				    budget ? "the minutes of the budget were spent" : "stopped")) <
		    0)
			return -1;
	}
	return 0;
}

static void print_result(struct smoke *s, const struct result *r)
{
	struct arena *a = &s->cmd->arena;
	int shown = r->decision.pick >= 0 ? r->decision.pick : r->decision.closest;

	result_write_table(a, r, stdout);
	putchar('\n');
	result_write_decision(a, r, stdout);
	if (shown >= 0) {
		const struct score *score = &r->candidates[shown].score;

		printf("\nConfusion of %s\n", r->candidates[shown].row->name);
		result_write_confusion(a, r, (size_t)shown, stdout);
		if (score->n_right < score->n)
			printf("\nTickets that %s missed\n", r->candidates[shown].row->name);
		result_write_missed(a, r, (size_t)shown, stdout);
	}
	printf("\nRun '%s' (%s). Chain head %.16s. 'toehold show %s' has everything.\n",
	       r->run->name, r->run->redaction, r->chain_head, r->run->name);
}

/* The verdict is known before the reasons are written: say it then. */
static int print_early(struct smoke *s, const struct track *tracks, int64_t start_us)
{
	struct result r;
	bool reasons_left = false;

	for (size_t i = 0; i < s->prepared.plan.n; i++)
		reasons_left |= tracks[i].in_memory && tracks[i].n_reasoned < tracks[i].n_items;
	if (!reasons_left || interrupt_count())
		return 0;
	if (load_result(s->cmd, &s->store, s->run.name, &r) < 0)
		return -1;
	progress_clear(&s->progress);
	fprintf(stderr, "All labels known after %s. %s\nWriting the reasons ...\n",
		str_duration(&s->cmd->arena, clock_mono_us() - start_us), r.decision.why);
	return 0;
}

static int run_all(struct smoke *s, struct track *tracks, int64_t start_us)
{
	if (answer_all(s, tracks) < 0 || print_early(s, tracks, start_us) < 0)
		return -1;
	for (size_t i = 0; i < s->prepared.plan.n; i++)
		if (finish_track(s, &tracks[i]) < 0)
			return -1;
	progress_clear(&s->progress);
	return note_left_out(s, tracks);
}

static int show_result(struct smoke *s, bool json)
{
	struct result r;

	if (load_result(s->cmd, &s->store, s->run.name, &r) < 0)
		return -1;
	if (json)
		json_print(result_to_json(&s->cmd->arena, &r, true), stdout);
	else
		print_result(s, &r);
	return r.decision.pick >= 0 ? 0 : 1;
}

/* No candidate can run: refused by a rule of the plan, or only files that are no models. */
static int all_refused(struct smoke *s)
{
	const struct plan *plan = &s->prepared.plan;
	enum err_kind kind = ERR_INPUT;

	for (size_t i = 0; i < plan->n; i++) {
		if (!plan->candidates[i].refused)
			return 0;
		if (!s->prepared.problems[plan->candidates[i].model - s->prepared.models])
			kind = ERR_REFUSED;
	}
	return err_set(&s->cmd->err, kind, "no candidate can run: %s: %s", plan->candidates[0].name,
		       plan->candidates[0].refused);
}

static int smoke(struct smoke *s, const struct smoke_options *o, const char *job_path)
{
	int64_t start_us = clock_mono_us();
	struct track *tracks;
	int r;

	if (prepare(s->cmd, job_path, &o->prepare, &s->prepared) < 0 || all_refused(s) < 0 ||
	    run_open(s, o->name, o->store ? o->store : store_path_for(&s->cmd->arena, job_path)) <
		    0)
		return -1;
	for (size_t i = 0; i < s->prepared.job.n_warnings; i++)
		fprintf(stderr, "note: %s\n", s->prepared.job.warnings[i]);
	fprintf(stderr, "note: the tickets were not redacted; the run says so\n");
	if (s->prepared.job.budget.minutes)
		s->deadline_us = start_us + s->prepared.job.budget.minutes * 60 * 1000000;
	progress_init(&s->progress, s->prepared.plan.n);
	tracks = arena_array(&s->cmd->arena, s->prepared.plan.n, sizeof(*tracks));
	interrupt_catch();
	r = run_all(s, tracks, start_us);
	for (size_t i = 0; i < s->prepared.plan.n; i++)
		track_close(&tracks[i]);
	if (r < 0)
		return -1;
	return show_result(s, o->json);
}

static int run(struct cmd *cmd)
{
	struct smoke_options o = { .prepare.hash = true, .timeout_s = 120 };
	struct smoke s = { .cmd = cmd };
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	s.one_at_a_time = o.one_at_a_time;
	s.free_mode = o.free_mode;
	s.sandbox = !o.prepare.no_sandbox;
	s.timeout_us = o.timeout_s * 1000000;
	r = smoke(&s, &o, args.items[0]);
	store_close(&s.store);
	return r;
}

const struct command cmd_smoke = { &spec, run };

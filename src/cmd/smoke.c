/*
 * `toehold smoke JOB`: load the job, build the plan, run each candidate, judge, store, decide,
 * report. Decides the order of phases: with memory for all workers, every candidate answers
 * before any writes its reasons, so the verdict is known as early as it can be.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "cmd/interrupt.h"
#include "cmd/load.h"
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

static const char *labels_json(struct arena *a, const struct job *job)
{
	struct buf b;
	const char *text;

	buf_init(&b, 4 << 20);
	for (size_t i = 0; i < job->n_labels; i++) {
		const struct label *l = &job->labels[i];

		buf_adds(&b, i ? ",{\"name\":\"" : "[{\"name\":\"");
		str_json_escape(&b, l->name, strlen(l->name));
		buf_adds(&b, "\",\"description\":\"");
		str_json_escape(&b, l->description ? l->description : "",
				l->description ? strlen(l->description) : 0);
		buf_adds(&b, "\"}");
	}
	buf_adds(&b, "]");
	text = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return text;
}

static int free_name(struct smoke *s, const char **ret_name)
{
	for (int i = 1; i < 100000; i++) {
		const char *name = arena_printf(&s->cmd->arena, "smoke-%d", i);
		struct run_row row;
		bool found;

		if (store_find_run(&s->cmd->arena, &s->store, name, &found, &row, &s->cmd->err) < 0)
			return -1;
		if (!found) {
			*ret_name = name;
			return 0;
		}
	}
	return err_set(&s->cmd->err, ERR_STORE, "too many runs without a name; give --name");
}

static void describe_run(struct smoke *s, char prompt_sha256[HASH_HEX_LEN + 1])
{
	const struct prepared *p = &s->prepared;
	const struct job *job = &p->job;

	hash_bytes(job->prompt, strlen(job->prompt), prompt_sha256);
	s->run = (struct run_row){
		.name = s->run.name,
		.created_us = clock_wall_us(),
		.job_name = job->name,
		.job_path = job->path,
		.job_text = job->text,
		.job_sha256 = job->sha256,
		.labels_json = s->labels_json,
		.prompt = job->prompt,
		.prompt_sha256 = prompt_sha256,
		.bar = job->bar,
		.use = use_name(job->use),
		.mode = s->free_mode	 ? "free" :
			s->one_at_a_time ? "one-at-a-time" :
					   "two-phase",
		.reason_order = reason_order_name(job->reason),
		.seed = job->seed,
		.budget_memory_bytes = job->budget.memory_bytes,
		.budget_minutes = job->budget.minutes,
		.budget_reason_tok = job->budget.reason_tok,
		.redaction = "not redacted",
		.host = p->machine.host,
		.os = p->machine.os,
		.cpu = p->machine.cpu,
		.n_cores = p->machine.n_cores,
		.memory_bytes = p->machine.memory_bytes,
		.program = cmd_program(),
	};
}

/* A run of this name goes on only where it asks the same thing. */
static int resume_run(struct smoke *s, const struct run_row *old)
{
	struct err *err = &s->cmd->err;
	struct slice *slices;
	size_t n;

	if (strcmp(old->job_sha256, s->run.job_sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists, and the job file was changed since; give the new "
			       "run another --name",
			       old->name);
	if (strcmp(old->mode, s->run.mode) != 0)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists in mode %s; give this one another --name",
			       old->name, old->mode);
	if (store_get_slices(&s->cmd->arena, &s->store, old, &slices, &n, err) < 0)
		return -1;
	if (n > 0 && strcmp(slices[0].sha256, s->prepared.slice.sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "run '%s' exists, and its tickets were changed since; give the new "
			       "run another --name",
			       old->name);
	s->run.id = old->id;
	s->run.created_us = old->created_us;
	return 0;
}

static int open_run(struct smoke *s, const struct smoke_options *o, const char *job_path)
{
	struct err *err = &s->cmd->err;
	struct arena *a = &s->cmd->arena;
	const char *path = o->store ? o->store : store_path_for(a, job_path);
	char *prompt_sha256 = arena_alloc(a, HASH_HEX_LEN + 1);
	struct run_row old;
	bool found = false;

	if (store_open(a, path, STORE_WRITE, &s->store, err) < 0)
		return -1;
	s->labels_json = labels_json(a, &s->prepared.job);
	s->run.name = o->name;
	if (!o->name && free_name(s, &s->run.name) < 0)
		return -1;
	describe_run(s, prompt_sha256);
	if (store_find_run(a, &s->store, s->run.name, &found, &old, err) < 0)
		return -1;
	if (found && resume_run(s, &old) < 0)
		return -1;
	/* A run that was killed right here has no tickets yet: both are made up for. */
	if ((!found && store_put_run(&s->store, &s->run, &s->run.id, err) < 0) ||
	    store_put_slice(&s->store, &s->prepared.job, &s->prepared.slice, err) < 0)
		return -1;
	return store_put_run_slice(&s->store, s->run.id, &s->prepared.slice, err);
}

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
		if (track_answers(t, &s->cmd->err) < 0)
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
	       r->run->name, r->run->redaction, s->store.head, r->run->name);
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
	if (json) {
		json_t *j = result_to_json(&s->cmd->arena, &r, true);

		json_object_set_new(j, "chain_head", json_string(s->store.head));
		json_dumpf(j, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(j);
	} else {
		print_result(s, &r);
	}
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
	    open_run(s, o, job_path) < 0)
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

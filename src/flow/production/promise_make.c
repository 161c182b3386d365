/*
 * The labelled tickets, the candidate's answers to them, and the record.
 */
#include "flow/production/promise_make.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "flow/interrupt.h"
#include "flow/open/store_find.h"
#include "flow/prepare/privacy.h"
#include "flow/production/change_gate.h"
#include "flow/say/progress.h"
#include "flow/say/status.h"
#include "job/model/head.h"
#include "job/model/tuned.h"
#include "job/ticket/leak_guard.h"
#include "judge/evidence.h"

/* The tickets that count, and the answer to each. */
struct promise_tickets {
	struct ticket *tickets;
	struct sure_answer *answers;
	size_t n;
};

/* RULE: tickets that chose the candidate show less: each candidate has its share of the error. */
static size_t promise_count_candidates(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->candidates[i].score.n > 0;
	return n;
}

static int promise_check_run(struct cmd *cmd, const struct result *r,
			     const struct candidate_result *c, const struct evidence *e)
{
	const char *why = NULL;

	if (c->unfinished)
		why = "it has not answered all of them yet";
	else if (c->calibrated)
		why = "its answers were corrected with them";
	else if (e->edited)
		why = "their results were seen before the run's prompt was written";
	if (!why)
		return 0;
	return err_set(
		&cmd->err, ERR_REFUSED,
		"the tickets of run '%s' cannot show a promise of %s: %s; give other labelled "
		"tickets with --on FILE",
		display_text(&cmd->arena, r->run->name), display_text(&cmd->arena, c->row->name),
		why);
}

/* The ordinary tickets of the run, with the answers on record. */
static int promise_use_run(struct promise_making *m, struct promise_tickets *t)
{
	const struct labeller *l = &m->labeller;
	const struct evidence *e = result_evidence(&l->run, l->was);
	struct arena *a = &l->cmd->arena;

	if (promise_check_run(l->cmd, &l->run, l->was, e) < 0)
		return -1;
	t->tickets = arena_array(a, l->run.n_ordinary, sizeof(*t->tickets));
	t->answers = arena_array(a, l->run.n_ordinary, sizeof(*t->answers));
	for (size_t i = 0; i < l->run.n_ordinary; i++) {
		const struct answer *answer = l->was->answers[i];

		if (!e->counts[i])
			continue;
		t->tickets[t->n] = l->run.tickets[i];
		t->answers[t->n++] = (struct sure_answer){
			answer_probability(answer, l->run.n_labels),
			answer && answer_is_right(answer, &l->run.tickets[i]),
		};
	}
	m->record.tickets_path = "";
	m->record.n_candidates = promise_count_candidates(&l->run);
	return 0;
}

static struct slice promise_slice_of(struct arena *a, const struct ticket *const *items, size_t n)
{
	struct slice slice = { .tickets = arena_array(a, n, sizeof(*slice.tickets)), .n = n };

	for (size_t i = 0; i < n; i++)
		slice.tickets[i] = *items[i];
	return slice;
}

/* RULE: leak guard. Tickets that tested or taught the candidate would flatter it. */
static void promise_leave_out_known(struct promise_making *m, const struct slice *file,
				    bool *ret_known)
{
	const struct prepared *p = &m->labeller.session.prepared;
	const struct result *r = &m->labeller.run;
	struct arena *a = &m->labeller.cmd->arena;
	const struct slice **slices = arena_array(a, r->n_slices + 2, sizeof(*slices));
	struct slice examples = promise_slice_of(a, p->examples.items, p->examples.n);
	struct slice training = promise_slice_of(a, p->training.items, p->training.n);
	struct leak_guard guard;

	for (size_t i = 0; i < r->n_slices; i++)
		slices[i] = &r->slices[i];
	slices[r->n_slices] = &examples;
	slices[r->n_slices + 1] = &training;
	guard = leak_guard_build(a, slices, r->n_slices + 2);
	for (size_t i = 0; i < file->n; i++) {
		struct arena scratch = { 0 };

		ret_known[i] = leak_guard_hit(&scratch, &guard, &file->tickets[i]) != NULL;
		m->n_known += ret_known[i];
		arena_release(&scratch);
	}
}

/* One ticket of each text and group. */
static void promise_choose(struct promise_making *m, const struct slice *file,
			   struct promise_tickets *t)
{
	struct arena *a = &m->labeller.cmd->arena;
	const struct ticket **items = arena_array(a, file->n, sizeof(*items));
	bool *known = arena_array(a, file->n, sizeof(*known));
	bool *none = arena_array(a, file->n, sizeof(*none));
	struct evidence e;

	promise_leave_out_known(m, file, known);
	t->tickets = arena_array(a, file->n, sizeof(*t->tickets));
	for (size_t i = 0; i < file->n; i++)
		if (!known[i])
			t->tickets[t->n++] = file->tickets[i];
	for (size_t i = 0; i < t->n; i++)
		items[i] = &t->tickets[i];
	evidence_choose(a, t->tickets, t->n, none, guard_find_repeats(a, items, t->n), &e);
	m->n_repeats = t->n - e.n_counts;
	t->n = 0;
	for (size_t i = 0; i < file->n - m->n_known; i++)
		if (e.counts[i])
			t->tickets[t->n++] = t->tickets[i];
}

/* Heads and weights from files keep their training tickets elsewhere. */
static int promise_guard_learnt(struct promise_making *m, const struct promise_tickets *t)
{
	const struct labeller *l = &m->labeller;
	const struct job *job = &l->session.prepared.job;
	const struct slice kept = { .path = "--on", .tickets = t->tickets, .n = t->n };
	const struct slice *slices[] = { &kept };
	const struct model *model = l->candidate->model;
	struct arena *a = &l->cmd->arena;
	struct err *err = &l->cmd->err;
	const char *refusal = NULL;

	if (model->engine == ENGINE_LLAMA &&
	    tuned_model_guard(a, model->path, job, slices, 1, &refusal, err) < 0)
		return -1;
	if (!refusal && l->candidate->way == WAY_TUNED &&
	    head_guard(a, l->candidate->head, job, slices, 1, &refusal, err) < 0)
		return -1;
	return refusal ? err_set(err, ERR_REFUSED, "%s", refusal) : 0;
}

static int promise_ask(struct promise_making *m, struct promise_tickets *t)
{
	struct labeller *l = &m->labeller;
	struct progress progress;

	t->answers = arena_array(&l->cmd->arena, t->n, sizeof(*t->answers));
	interrupt_catch(NULL);
	if (change_gate(l) < 0)
		return -1;
	progress_begin(&progress, "labelled tickets", NULL);
	for (size_t at = 0; at < t->n; at += LABELLER_BATCH) {
		size_t n = t->n - at < LABELLER_BATCH ? t->n - at : LABELLER_BATCH;
		struct production_row *rows;
		struct arena scratch = { 0 };
		int r = labeller_answer(l, &scratch, t->tickets + at, n, &rows);

		for (size_t i = 0; r == 0 && i < n; i++)
			t->answers[at + i] = (struct sure_answer){
				rows[i].label >= 0 ? rows[i].probability : PROMISE_NOT_SURE,
				rows[i].label >= 0 && rows[i].label == t->tickets[at + i].label,
			};
		arena_release(&scratch);
		if (r < 0)
			return -1;
		progress_show(&progress, at + n, t->n);
	}
	status_clear();
	return 0;
}

/* The tickets of a file, without those that are known, asked now. */
static int promise_use_file(struct promise_making *m, const struct promise_request *request,
			    struct promise_tickets *t)
{
	struct labeller *l = &m->labeller;
	struct cmd *cmd = l->cmd;
	struct job job = l->session.prepared.job;
	struct slice file;
	const char *words;

	columns_override(&job.columns, &request->columns);
	if (slice_load(&cmd->arena, &job, request->on, SLICE_ORDINARY, &file, &cmd->err) < 0 ||
	    privacy_check(cmd, &job, &file, &words) < 0)
		return -1;
	m->note = file.note;
	promise_choose(m, &file, t);
	if (t->n == 0)
		return err_set(
			&cmd->err, ERR_INPUT,
			"every ticket of '%s' (nearly) repeats one that tested or taught the "
			"candidate; label others",
			display_path(&cmd->arena, request->on));
	if (promise_guard_learnt(m, t) < 0)
		return -1;
	l->beside = request->on;
	m->record.tickets_path = request->on;
	m->record.n_candidates = 1;
	return promise_ask(m, t);
}

static void promise_identify(struct promise_making *m, const struct promise_request *request)
{
	const struct labeller *l = &m->labeller;

	m->record = (struct promise_record){ .run = l->run.run->name,
					     .candidate = l->was->row->name,
					     .pass_key = l->was->pass->key,
					     .model_sha256 = l->was->pass->model_sha256,
					     .head_sha256 = l->was->pass->head_sha256,
					     .right = request->right,
					     .confidence = request->confidence };
}

int promise_make(struct cmd *cmd, const struct promise_request *request, struct promise_making *ret)
{
	struct promise_tickets t = { 0 };
	const struct ticket **items;
	struct promise_terms terms;
	char *sha256 = arena_alloc(&cmd->arena, HASH_HEX_LEN + 1);

	*ret = (struct promise_making){ 0 };
	if (labeller_open(cmd, &request->labeller, &ret->labeller) < 0)
		return -1;
	promise_identify(ret, request);
	if ((request->on ? promise_use_file(ret, request, &t) : promise_use_run(ret, &t)) < 0)
		return -1;
	items = arena_array(&cmd->arena, t.n, sizeof(*items));
	for (size_t i = 0; i < t.n; i++)
		items[i] = &t.tickets[i];
	tickets_hash(&ret->labeller.session.prepared.job, items, t.n, sha256);
	ret->record.tickets_sha256 = sha256;
	terms = promise_terms_of(ret->record.right, ret->record.confidence,
				 ret->record.n_candidates);
	promise_find(t.answers, t.n, &terms, &ret->record.promise);
	return 0;
}

int promise_keep(struct cmd *cmd, const struct promise_making *m)
{
	const struct result *r = &m->labeller.run;
	const struct event_row event = { .run_id = r->run->id,
					 .at_us = clock_wall_us(),
					 .kind = EVENT_PROMISE,
					 .text = json_text(&cmd->arena,
							   promise_to_json(&m->record)) };
	struct store store = { 0 };
	int code = store_open_patiently(cmd, r->store_path, &store, &cmd->err);

	if (code == 0)
		code = store_put_event(&store, &event, &cmd->err);
	store_close(&store);
	return code;
}

/*
 * The loop over the candidates' stages. A candidate that needs the memory of another one waits
 * until that one has written its reasons and its worker has ended.
 */
#include "flow/ask/ask.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "flow/ask/ask_note.h"
#include "flow/ask/baseline.h"
#include "flow/ask/calibrated.h"
#include "flow/ask/encoder_head.h"
#include "flow/ask/result_line.h"
#include "flow/interrupt.h"
#include "flow/open/load.h"
#include "flow/run_plan.h"
#include "flow/say/say.h"
#include "report/result/decision_text.h"
#include "report/words/words.h"

/* Two headlines within this time are one too many. */
static const int64_t soon_us = 2000000;

/* What a candidate does next. */
enum stage {
	STAGE_OPEN, /* find or make its pass */
	STAGE_ANSWER, /* answer what needs no worker */
	STAGE_ASK, /* start a worker and ask the rest */
	STAGE_CHECK, /* take a step down the ladder if the answers call for one */
	STAGE_REOPEN, /* begin the pass of that step */
	STAGE_FINISH, /* write the reasons and end the worker; they may call for a step too */
	STAGE_DONE,
};

/* A candidate on its way through the stages. */
struct turn {
	struct track track;
	enum stage stage;
	bool finish; /* go on through the reasons; otherwise it is done when it has answered */
	struct ladder_limits next; /* of the step that is taken */
	struct turn *then; /* waits for this one; NULL: none */
	bool shown; /* its result was printed, or was there before this session */
};

struct asking {
	struct session *session;
	struct turn *turns; /* one a candidate, in the plan's order */
	size_t n;
	size_t n_begun; /* turns that have answered; --first leaves out the others */
	size_t n_finished; /* and that have written their reasons */
	int64_t start_us;
};

/* Whether the candidate's worker fits beside those that are in memory. */
static bool ask_fits_beside(const struct candidate *next)
{
	struct machine now;
	int64_t reserve;

	machine_get(&now);
	reserve = now.memory_bytes / 10;
	return now.memory_available_bytes <= 0 ||
	       now.memory_available_bytes - reserve > next->size_bytes;
}

/* The turn whose answers this calibrated candidate corrects: it is earlier in the plan. */
static struct turn *ask_base_of(const struct asking *w, struct turn *t)
{
	const struct candidate *plan = w->session->prepared.plan.candidates;
	const struct candidate *own = &plan[t - w->turns], *base = own;

	while (base > plan && !candidate_is_base(base, own))
		base--;
	return &w->turns[base - plan];
}

/* A head that the job names twice is one pass, and a pass has one worker at a time. */
static bool ask_is_same_pass(const struct candidate *a, const struct candidate *b)
{
	return a->way == b->way && strcmp(a->model->sha256, b->model->sha256) == 0;
}

/* Whether the worker of `other`, which is in memory, must end before `t` goes on. */
static bool ask_must_end(const struct asking *w, const struct turn *t, const struct turn *other)
{
	const struct candidate *own = &w->session->prepared.plan.candidates[t - w->turns];

	if (t->stage == STAGE_OPEN)
		return ask_is_same_pass(own, other->track.candidate);
	if (t->stage == STAGE_ASK)
		return other < t && !ask_fits_beside(own);
	return t->stage == STAGE_REOPEN && t->track.watch.cause == LADDER_MEMORY;
}

static struct turn *ask_who_must_end(const struct asking *w, const struct turn *t)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->turns[i].track.in_memory && ask_must_end(w, t, &w->turns[i]))
			return &w->turns[i];
	return NULL;
}

/*
 * After Ctrl-C, or if the time budget is used up, no head is made. The candidate is then stored as
 * planned, and its turn is over: the same command asks it.
 */
static int ask_make_head(struct asking *w, struct turn *t)
{
	struct session *s = w->session;
	size_t i = (size_t)(t - w->turns);
	const struct candidate *c = &s->prepared.plan.candidates[i];
	struct err err = { .kind = ERR_STOPPED };

	if (encoder_of(&s->prepared, c) && !c->refused)
		run_events_row_state(s, i, CANDIDATE_LEARNING);
	if (!encoder_of(&s->prepared, c) ||
	    (!interrupt_count() && !track_budget_is_used(s) && encoder_head_make(s, i, &err) == 0))
		return 0;
	if (err.kind != ERR_STOPPED) {
		s->cmd->err = err;
		return -1;
	}
	t->track = (struct track){
		.session = s, .candidate = c, .no = i + 1, .n_items = s->prepared.slice.n
	};
	t->stage = STAGE_DONE;
	t->shown = true;
	return track_declare(s, c, i + 1, &s->cmd->err);
}

static int ask_open(struct asking *w, struct turn *t)
{
	struct session *s = w->session;
	size_t i = (size_t)(t - w->turns);
	const struct candidate *c = &s->prepared.plan.candidates[i];
	const struct ladder_limits *limits =
		way_is_calibrated(c->way) ? &ask_base_of(w, t)->track.limits : NULL;

	if (ask_make_head(w, t) < 0)
		return -1;
	if (t->stage == STAGE_DONE)
		return 0;
	if (track_open(&t->track, s, c, i + 1, limits, &s->cmd->err) < 0)
		return -1;
	t->stage = c->refused ? STAGE_DONE : STAGE_ANSWER;
	if (c->refused)
		return 0;
	t->shown = t->track.n_answered == t->track.n_items;
	if (t->track.n_answered == 0 && ask_note_before(&t->track) < 0)
		return -1;
	return t->track.device_gone ? ask_note_step(&t->track, LADDER_DEVICE, &t->track.limits) : 0;
}

/* Happens before a worker is started, so candidates without a worker never wait. */
static int ask_answer(struct asking *w, struct turn *t)
{
	struct track *track = &t->track;
	struct err *err = &w->session->cmd->err;
	bool baseline = track->candidate->model->engine == ENGINE_BASELINE;
	bool calibrated = way_is_calibrated(track->candidate->way);

	if (track->n_reasoned == track->n_items && !baseline && ask_note_reused(track) < 0)
		return -1;
	if ((baseline && baseline_answers(track, err) < 0) ||
	    (calibrated && calibrated_answers(track, &ask_base_of(w, t)->track, err) < 0))
		return -1;
	/* If its base was stopped, a calibrated candidate has nothing to correct or ask. */
	t->stage = track->n_reasoned == track->n_items ||
				   (calibrated && track->n_answered < track->n_items) ?
			   STAGE_CHECK :
			   STAGE_ASK;
	return 0;
}

static int ask_ask(struct asking *w, struct turn *t)
{
	struct session *s = w->session;
	struct track *track = &t->track;

	t->stage = STAGE_CHECK;
	return track_answers(track, &s->cmd->err) < 0 ? -1 : ask_note_behaviour(track);
}

/* Goes to STAGE_REOPEN if the replies call for a step down the ladder, else to `otherwise`. */
static int ask_step_down(struct asking *w, struct turn *t, enum stage otherwise)
{
	struct track *track = &t->track;

	t->stage = otherwise;
	if (!track_steps_down(track, &t->next))
		return 0;
	t->stage = STAGE_REOPEN;
	return track_finish(track, &w->session->cmd->err) < 0 ?
		       -1 :
		       ask_note_step(track, track->watch.cause, &t->next);
}

static int ask_check(struct asking *w, struct turn *t)
{
	return ask_step_down(w, t, t->finish ? STAGE_FINISH : STAGE_DONE);
}

/* A pass with other limits takes the place of the present one. */
static int ask_reopen(struct asking *w, struct turn *t)
{
	const struct candidate *c = t->track.candidate;
	size_t no = t->track.no;

	t->stage = STAGE_ANSWER;
	t->shown = false;
	track_close(&t->track);
	return track_open(&t->track, w->session, c, no, &t->next, &w->session->cmd->err);
}

static int ask_finish(struct asking *w, struct turn *t)
{
	struct session *s = w->session;
	struct track *track = &t->track;
	bool calibrated = way_is_calibrated(track->candidate->way);
	const struct track *base = calibrated ? &ask_base_of(w, t)->track : NULL;

	t->stage = STAGE_DONE;
	if (track->candidate->refused)
		return 0;
	/* It corrects the answers that count: its base may have stepped down since. */
	if (calibrated && !ladder_limits_equal(&base->limits, &track->limits)) {
		t->next = base->limits;
		return ask_reopen(w, t);
	}
	if (calibrated && calibrated_finish(track, base, &s->cmd->err) < 0)
		return -1;
	if (track->in_memory)
		run_events_state(track, CANDIDATE_WRITING);
	if (track_finish(track, &s->cmd->err) < 0 || ask_step_down(w, t, STAGE_DONE) < 0)
		return -1;
	return t->stage == STAGE_DONE ? ask_note_given_up(track) : 0;
}

static int (*const stages[])(struct asking *w, struct turn *t) = {
	[STAGE_OPEN] = ask_open,   [STAGE_ANSWER] = ask_answer, [STAGE_ASK] = ask_ask,
	[STAGE_CHECK] = ask_check, [STAGE_REOPEN] = ask_reopen, [STAGE_FINISH] = ask_finish,
};

/* Says why a candidate that is done gave no answer; nothing if it was stopped or gave some. */
static int ask_note_silence(const struct asking *w, struct turn *t)
{
	struct track *track = &t->track;
	struct arena *a = &w->session->cmd->arena;
	const struct track *base = NULL;

	if (track->candidate->refused)
		return 0;
	if (track_is_not_measured(track))
		return ask_note_not_measured(track,
					     held_reason(a, &track->held, track->candidate->model));
	if (way_is_calibrated(track->candidate->way))
		base = &ask_base_of(w, t)->track;
	if (!base || track->n_answered > 0 || !track_is_not_measured(base))
		return 0;
	return ask_note_not_measured(track,
				     arena_printf(a,
						  "it corrects the answers of %s, which is not "
						  "measured",
						  base->candidate->name));
}

/* What has become of a candidate whose turn is over, for now or for good. */
static void ask_show_state(const struct asking *w, const struct turn *t)
{
	const struct track *track = &t->track;
	enum candidate_state state = CANDIDATE_STOPPED;

	if (track->candidate->refused)
		state = CANDIDATE_REFUSED;
	else if (track->not_measured_said)
		state = CANDIDATE_NOT_MEASURED;
	else if (track->n_reasoned == track->n_items)
		state = CANDIDATE_DONE;
	else if (track->n_answered == track->n_items && !t->finish)
		state = CANDIDATE_ANSWERED;
	else if (track_raced(track))
		state = CANDIDATE_RACED;
	if (state == CANDIDATE_REFUSED)
		run_events_row_state(w->session, track->no - 1, state);
	else
		run_events_state(track, state);
}

/* Prints the score of a candidate that has just answered. */
static void ask_show_result(const struct asking *w, struct turn *t)
{
	if (t->shown || !w->session->shows_results)
		return;
	t->shown = result_line_show(&t->track, clock_mono_us() - w->start_us);
}

/* Runs the candidate until it is done; first finishes those whose memory it needs. */
static int ask_run(struct asking *w, struct turn *t)
{
	while (t) {
		struct turn *other = ask_who_must_end(w, t);

		if (other) {
			other->stage = STAGE_FINISH;
			other->finish = true;
			other->then = t;
			t = other;
			continue;
		}
		if (stages[t->stage](w, t) < 0)
			return -1;
		if (t->stage == STAGE_DONE) {
			if (ask_note_silence(w, t) < 0)
				return -1;
			ask_show_state(w, t);
			ask_show_result(w, t);
			other = t->then;
			t->then = NULL;
			t = other;
		}
	}
	return 0;
}

/*
 * The verdict is available before the reasons: print it then, unless the screen that ends the run
 * follows at once. A replay has none.
 */
static int ask_say_early(const struct asking *w)
{
	struct session *s = w->session;
	int64_t left_us = run_events_all_left_us(&s->events);
	bool soon = left_us >= 0 && left_us < soon_us;
	struct load_options load = { .name = s->run.name };
	struct arena *a = &s->cmd->arena;
	const char **names;
	struct result r;
	bool reasons_left = false;

	for (size_t i = 0; i < w->n_begun; i++)
		reasons_left |= w->turns[i].track.in_memory &&
				!w->turns[i].track.not_measured_said &&
				w->turns[i].track.n_reasoned < w->turns[i].track.n_items;
	if (!reasons_left || interrupt_count() || s->prepared.job.reason == REASON_NONE ||
	    s->replay_of || (soon && !s->events.lines))
		return 0;
	if (load_result(s->cmd, &s->store, &load, &r) < 0)
		return -1;
	names = arena_array(a, r.n, sizeof(*names));
	for (size_t i = 0; i < r.n; i++)
		names[i] = display_path(a, r.candidates[i].short_name);
	run_events_decision(s, &r, false);
	if (!soon)
		say("All tickets are labelled after %s. %s\nWriting the reasons ...\n",
		    str_duration(a, clock_mono_us() - w->start_us),
		    words_recommendation(a, &r, names));
	return 0;
}

/* A run that stopped early must not look complete. */
static int ask_note_left_out(const struct asking *w)
{
	bool budget = track_budget_is_used(w->session);

	for (size_t i = 0; i < w->n_begun; i++) {
		const struct track *t = &w->turns[i].track;

		if (t->candidate->refused || t->not_measured_said || t->n_reasoned == t->n_items)
			continue;
		w->session->left_out |= !track_raced(t);
		if (ask_note_missing(t, budget) < 0)
			return -1;
	}
	return 0;
}

/* RULE: --first. The candidate at which the run stops, or NULL. */
static const struct turn *ask_first_pick(const struct asking *w)
{
	for (size_t i = 0; w->session->first && i < w->n_begun; i++)
		if (track_can_be_picked(&w->turns[i].track))
			return &w->turns[i];
	return NULL;
}

static int ask_answers(struct asking *w)
{
	while (w->n_begun < w->n && !ask_first_pick(w))
		if (ask_run(w, &w->turns[w->n_begun++]) < 0)
			return -1;
	return 0;
}

static int ask_reasons(struct asking *w)
{
	for (; w->n_finished < w->n_begun; w->n_finished++) {
		struct turn *t = &w->turns[w->n_finished];

		t->stage = STAGE_FINISH;
		t->finish = true;
		if (ask_run(w, t) < 0)
			return -1;
	}
	return 0;
}

/*
 * The answers of every candidate first, as far as memory allows, then the reasons. A step down the
 * ladder while reasons are written asks again: with --first, the run then goes on if the candidate
 * no longer scores the bar.
 */
static int ask_turns(struct asking *w)
{
	const struct turn *pick;

	do {
		if (ask_answers(w) < 0 || ask_say_early(w) < 0 || ask_reasons(w) < 0)
			return -1;
		pick = ask_first_pick(w);
	} while (w->n_begun < w->n && !pick);
	run_events_end(w->session);
	if (pick && ask_note_not_tried(&pick->track, w->n_begun) < 0)
		return -1;
	return ask_note_left_out(w);
}

/*
 * RULE: the plan is declared before the run. Every candidate is stored first, so that those that
 * are never reached are seen, and count in the statistics (docs/decision.md).
 */
static int ask_declare(struct session *s)
{
	const struct plan *plan = &s->prepared.plan;

	if (s->run.kind != RUN_SMOKE)
		return 0;
	for (size_t i = 0; !s->adds && i < plan->n; i++)
		if (track_declare(s, &plan->candidates[i], i + 1, &s->cmd->err) < 0)
			return -1;
	return run_plan_store(s, &s->cmd->err);
}

int ask_all(struct session *s)
{
	size_t n = s->prepared.plan.n;
	struct asking w = { .session = s, .n = n, .start_us = clock_mono_us() };
	int r;

	w.turns = arena_array(&s->cmd->arena, n, sizeof(*w.turns));
	if (s->prepared.job.budget.minutes)
		s->deadline_us = w.start_us + s->prepared.job.budget.minutes * 60 * 1000000;
	run_events_begin(s);
	interrupt_catch(s->store.path);
	r = ask_declare(s) < 0 ? -1 : ask_turns(&w);
	run_events_end(s);
	for (size_t i = 0; i < n; i++)
		track_close(&w.turns[i].track);
	return r;
}

int ask_possible(struct session *s)
{
	const struct plan *plan = &s->prepared.plan;
	const struct candidate *first = NULL;
	enum err_kind kind = ERR_INPUT; /* if every model is unreadable */

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->model->engine == ENGINE_BASELINE)
			continue;
		if (!c->refused)
			return 0;
		if (!first)
			first = c;
		if (!s->prepared.problems[c->model - s->prepared.models])
			kind = ERR_REFUSED;
	}
	if (!first)
		return err_set(&s->cmd->err, ERR_INPUT,
			       "no candidate can run: the ways 'trained' (for encoders) and "
			       "'tuned' (for the model of a head) fit no model of the job; list "
			       "'plain' under 'ways' too");
	return err_set(&s->cmd->err, kind, "no candidate can run: %s: %s", first->name,
		       first->refused);
}

/* What is unfinished says in its report how to go on. */
static void ask_say_reasons_left(const struct session *s, const struct result *r)
{
	struct arena *a = &s->cmd->arena;
	struct run_plan plan;

	if (r->decision.n_unfinished == 0 &&
	    run_plan_find(a, r->events, r->n_events, s->prepared.slice.sha256, &plan) &&
	    run_plan_command(a, &plan))
		say("The decision is made; reasons are missing. Go on with: %s\n",
		    run_plan_command(a, &plan));
}

int ask_exit_code(const struct session *s, const struct result *r, bool strict)
{
	int code = decision_exit_code(r, strict);

	if (!s->left_out)
		return code;
	ask_say_reasons_left(s, r);
	if (interrupt_exit_code())
		return interrupt_exit_code();
	return r->decision.n_unfinished ? DECISION_UNFINISHED : code;
}

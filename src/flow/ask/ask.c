/*
 * The stages of a session, candidate by candidate.
 */
#include "flow/ask/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "flow/ask/baseline.h"
#include "flow/ask/calibrated.h"
#include "flow/interrupt.h"
#include "flow/load.h"
#include "flow/prepare/server.h"
#include "flow/say.h"
#include "job/model/served.h"
#include "judge/decide.h"

int ask_note(struct session *s, int64_t pass_id, enum event_kind kind, const char *text)
{
	struct event_row row = { .run_id = s->run.id,
				 .pass_id = pass_id,
				 .at_us = clock_wall_us(),
				 .kind = kind,
				 .text = text };

	say("%s\n", text);
	return store_put_event(&s->store, &row, &s->cmd->err);
}

int ask_note_once(struct session *s, enum event_kind kind, const char *text)
{
	struct event_row *events;
	size_t n;

	if (store_get_events(&s->cmd->arena, &s->store, s->run.id, &events, &n, &s->cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (events[i].kind != kind || strcmp(events[i].text, text) != 0)
			continue;
		say("%s\n", text);
		return 0;
	}
	return ask_note(s, 0, kind, text);
}

/* Plan estimates of the candidates after this one, -1 where one is unknown. */
static int64_t ask_later_us(const struct session *s, size_t from)
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
static bool ask_fits_beside(const struct candidate *next)
{
	struct machine now;
	int64_t reserve;

	machine_get(&now);
	reserve = now.memory_bytes / 10;
	return now.memory_available_bytes <= 0 ||
	       now.memory_available_bytes - reserve > next->size_bytes;
}

static bool ask_is_calibrated(const struct track *t)
{
	return way_base(t->candidate->way) != t->candidate->way;
}

/* The track whose answers this calibrated one corrects: it stands before it in size order. */
static struct track *ask_base_of(struct track *tracks, struct track *t)
{
	struct track *base = t;

	while (base > tracks && (base->candidate->model != t->candidate->model ||
				 base->candidate->way != way_base(t->candidate->way)))
		base--;
	return base;
}

static int ask_finish_track(struct session *s, struct track *tracks, struct track *t);

/* A head that is named twice is one pass, and a pass has one worker at a time. */
static int ask_finish_twins(struct session *s, struct track *tracks,
			    const struct candidate *candidate)
{
	for (size_t i = 0; i < s->prepared.plan.n; i++)
		if (tracks[i].in_memory && tracks[i].candidate->way == candidate->way &&
		    !strcmp(tracks[i].candidate->model->sha256, candidate->model->sha256) &&
		    ask_finish_track(s, tracks, &tracks[i]) < 0)
			return -1;
	return 0;
}

/* What had to be done to the prompt for this model, said aloud and kept. */
static int ask_note_template(struct session *s, const struct track *t)
{
	const char *marks = t->begun ? t->pass.report.template_marks : "";

	if (!*marks || strcmp(marks, "none") == 0)
		return 0;
	progress_clear(&s->progress);
	return ask_note(s, t->pass_id, EVENT_TEMPLATE,
			arena_printf(&s->cmd->arena, "%s: prompt: %s (docs/templates.md)",
				     t->candidate->name, marks));
}

/* RULE: licence. What is measured only to evaluate it is said so aloud. */
static int ask_note_licence(struct session *s, const struct track *t)
{
	const struct licence *l = t->candidate->licence;

	if (l->verdict != LICENCE_BLOCK)
		return 0;
	progress_clear(&s->progress);
	return ask_note(
		s, t->pass_id, EVENT_LICENCE,
		arena_printf(&s->cmd->arena,
			     "%s: LICENCE FORBIDS %s USE (%s): measured to evaluate it, "
			     "never picked",
			     t->candidate->name,
			     s->prepared.job.use == USE_RESEARCH ? "RESEARCH" : "COMMERCIAL",
			     l->name));
}

/* RULE: nothing leaves this machine unsaid. */
static int ask_note_leaving(struct session *s, const struct track *t)
{
	const char *host = served_leaves_for(&s->cmd->arena, t->candidate->model);

	if (!host)
		return 0;
	progress_clear(&s->progress);
	return ask_note(s, t->pass_id, EVENT_WARNING,
			arena_printf(&s->cmd->arena, "%s: TICKETS LEAVE THIS MACHINE for %s",
				     t->candidate->name, host));
}

/* What a server did with the probes that were not as it was asked. */
static int ask_note_probes(struct session *s, const struct track *t)
{
	const char *words = t->begun && t->candidate->model->engine == ENGINE_HTTP ?
				    server_probe_words(&s->cmd->arena, t->pass.report.probes) :
				    NULL;

	if (!words)
		return 0;
	progress_clear(&s->progress);
	return ask_note(
		s, t->pass_id, EVENT_SERVER,
		arena_printf(&s->cmd->arena, "%s: %s (docs/http.md)", t->candidate->name, words));
}

/* Before a worker is started, so that what is done without one is not waited for. */
static int ask_answer_without_worker(struct track *tracks, struct track *t, struct err *err)
{
	if (t->candidate->model->engine == ENGINE_BASELINE)
		return baseline_answers(t, err);
	return ask_is_calibrated(t) ? calibrated_answers(t, ask_base_of(tracks, t), err) : 0;
}

static int ask_make_room(struct session *s, struct track *tracks, size_t i)
{
	for (size_t k = 0; k < i && !ask_fits_beside(tracks[i].candidate); k++)
		if (ask_finish_track(s, tracks, &tracks[k]) < 0)
			return -1;
	return 0;
}

/* Asks what is not on record of the track's pass. */
static int ask_answer_here(struct session *s, struct track *tracks, struct track *t)
{
	const struct candidate *candidate = t->candidate;

	if (t->n_reasoned == t->n_items && candidate->model->engine != ENGINE_BASELINE &&
	    ask_note(s, t->pass_id, EVENT_REUSED,
		     arena_printf(&s->cmd->arena,
				  "%s: all replies are on record already; used again, not timed "
				  "again",
				  candidate->name)) < 0)
		return -1;
	if (ask_answer_without_worker(tracks, t, &s->cmd->err) < 0)
		return -1;
	/* Its base was stopped: there is nothing to correct yet, and nothing else to ask. */
	if (t->n_reasoned == t->n_items || (ask_is_calibrated(t) && t->n_answered < t->n_items))
		return 0;
	if (ask_make_room(s, tracks, (size_t)(t - tracks)) < 0)
		return -1;
	/* Of a pool nobody knows what is right: no count of it beside the progress. */
	progress_phase(&s->progress, s->prepared.slice.role == SLICE_POOL ? "labels" : "answers",
		       candidate->name, t->no, t->n_answered, t->n_items, ask_later_us(s, t->no));
	if (track_answers(t, &s->cmd->err) < 0 || ask_note_template(s, t) < 0)
		return -1;
	return ask_note_probes(s, t);
}

/* The track's worker ends, and a pass with other limits takes the place of its pass. */
static int ask_reopen(struct session *s, struct track *t, const struct ladder_limits *limits)
{
	const struct candidate *candidate = t->candidate;
	size_t no = t->no;

	track_close(t);
	return track_open(t, s, candidate, no, limits, &s->cmd->err);
}

/* Workers that wait for their second phase take memory that this candidate lacks. */
static int ask_free_memory(struct session *s, struct track *tracks)
{
	for (size_t i = 0; i < s->prepared.plan.n; i++)
		if (tracks[i].in_memory && ask_finish_track(s, tracks, &tracks[i]) < 0)
			return -1;
	return 0;
}

static int ask_note_step(struct session *s, const struct track *t, enum ladder_cause cause,
			 const struct ladder_limits *next)
{
	struct arena *a = &s->cmd->arena;

	progress_clear(&s->progress);
	return ask_note(s, t->pass_id, EVENT_LADDER,
			arena_printf(a,
				     "%s: %s; asked again from the start %s, and what it answered "
				     "before does not count",
				     t->candidate->name, ladder_cause_words(cause),
				     ladder_words(a, next)));
}

static int ask_take_step(struct session *s, struct track *tracks, struct track *t,
			 const struct ladder_limits *next)
{
	if (track_finish(t, &s->cmd->err) < 0 || ask_note_step(s, t, t->watch.cause, next) < 0 ||
	    (t->watch.cause == LADDER_MEMORY && ask_free_memory(s, tracks) < 0))
		return -1;
	return ask_reopen(s, t, next);
}

/* Down the ladder, as far as the replies call for it. */
static int ask_step_down(struct session *s, struct track *tracks, struct track *t,
			 bool *ret_stepped)
{
	struct ladder_limits next;

	*ret_stepped = false;
	while (track_steps_down(t, &next)) {
		if (ask_take_step(s, tracks, t, &next) < 0 || ask_answer_here(s, tracks, t) < 0)
			return -1;
		*ret_stepped = true;
	}
	return 0;
}

/* A calibrated candidate corrects the answers that count: its base may have stepped down since. */
static int ask_follow_base(struct session *s, struct track *tracks, struct track *t)
{
	struct track *base = ask_base_of(tracks, t);

	if (ladder_limits_equal(&base->limits, &t->limits))
		return 0;
	return ask_reopen(s, t, &base->limits) < 0 ? -1 : ask_answer_here(s, tracks, t);
}

/* The last rung: said once, where the run goes on with the others. */
static int ask_note_given_up(struct session *s, struct track *t)
{
	struct arena *a = &s->cmd->arena;
	const char *how = ladder_words(a, &t->limits);

	if (!t->begun || t->given_up_said || !track_is_given_up(t))
		return 0;
	t->given_up_said = true;
	progress_clear(&s->progress);
	return ask_note(s, t->pass_id, EVENT_LADDER,
			arena_printf(a, "%s: %s%s%s; there is no further step: %s",
				     t->candidate->name, ladder_cause_words(t->watch.cause),
				     *how ? ", even " : "", how,
				     t->n_ok ? "what it could not answer counts as wrong" :
					       "it could not be run here, and the run goes on with "
					       "the others"));
}

static int ask_finish_here(struct session *s, struct track *tracks, struct track *t)
{
	if (ask_is_calibrated(t) &&
	    (ask_follow_base(s, tracks, t) < 0 ||
	     calibrated_finish(t, ask_base_of(tracks, t), &s->cmd->err) < 0))
		return -1;
	if (!t->in_memory)
		return 0;
	progress_phase(&s->progress, "reasons", t->candidate->name, t->no, t->n_reasoned,
		       t->n_items, -1);
	return track_finish(t, &s->cmd->err);
}

static int ask_finish_track(struct session *s, struct track *tracks, struct track *t)
{
	bool stepped = false;

	if (!t->candidate || t->candidate->refused)
		return 0;
	do {
		if (ask_finish_here(s, tracks, t) < 0 || ask_step_down(s, tracks, t, &stepped) < 0)
			return -1;
	} while (stepped);
	return ask_note_given_up(s, t);
}

static int ask_answer_one(struct session *s, struct track *tracks, size_t i)
{
	const struct candidate *candidate = &s->prepared.plan.candidates[i];
	struct track *t = &tracks[i];
	const struct ladder_limits *limits = NULL;
	bool stepped;

	if (ask_finish_twins(s, tracks, candidate) < 0)
		return -1;
	t->candidate = candidate;
	if (ask_is_calibrated(t))
		limits = &ask_base_of(tracks, t)->limits;
	if (track_open(t, s, candidate, i + 1, limits, &s->cmd->err) < 0)
		return -1;
	if (candidate->refused)
		return 0;
	if ((t->n_answered == 0 && (ask_note_licence(s, t) < 0 || ask_note_leaving(s, t) < 0)) ||
	    (t->device_gone && ask_note_step(s, t, LADDER_DEVICE, &t->limits) < 0))
		return -1;
	return ask_answer_here(s, tracks, t) < 0 ? -1 : ask_step_down(s, tracks, t, &stepped);
}

static int ask_note_stopped(struct session *s, const struct track *t, bool budget)
{
	size_t n_unanswered = t->n_items - t->n_answered;

	return ask_note(s, t->pass_id, budget ? EVENT_BUDGET : EVENT_STOPPED,
			arena_printf(&s->cmd->arena,
				     "%s: left out %zu answers and %zu reasons (%s)",
				     t->candidate->name, n_unanswered,
				     t->n_items - t->n_reasoned - n_unanswered,
				     budget ? "the minutes of the budget were spent" : "stopped"));
}

static int ask_note_changed(struct session *s, const struct track *t)
{
	return ask_note(
		s, t->pass_id, EVENT_CHANGED,
		arena_printf(&s->cmd->arena,
			     "%s: model file changed while it was at work; its last replies were "
			     "not kept, and %zu answers are missing: run the same command again",
			     t->candidate->name, t->n_items - t->n_answered));
}

static int ask_note_raced(struct session *s, const struct track *t)
{
	size_t needed = bar_needs(t->n_items, s->prepared.job.bar);

	return ask_note(s, t->pass_id, EVENT_RACED,
			arena_printf(&s->cmd->arena,
				     "%s: stopped after %zu of %zu tickets: %zu wrong, and the bar "
				     "allows %zu (--race)",
				     t->candidate->name, t->n_answered, t->n_items,
				     t->n_answered - t->n_right, t->n_items - needed));
}

/* What is missing, said aloud and kept: a run that stopped early must not look complete. */
static int ask_note_left_out(struct session *s, const struct track *tracks)
{
	bool budget = s->deadline_us && clock_mono_us() > s->deadline_us;

	for (size_t i = 0; i < s->prepared.plan.n; i++) {
		const struct track *t = &tracks[i];

		if (t->candidate->refused || t->n_reasoned == t->n_items)
			continue;
		if (t->changed) {
			if (ask_note_changed(s, t) < 0)
				return -1;
			continue;
		}
		if (track_raced(t) ? ask_note_raced(s, t) < 0 : ask_note_stopped(s, t, budget) < 0)
			return -1;
	}
	return 0;
}

/* The verdict is known before the reasons are written: say it then. A replay has none. */
static int ask_say_early(struct session *s, const struct track *tracks, int64_t start_us)
{
	struct load_options load = { .name = s->run.name };
	struct result r;
	bool reasons_left = false;

	for (size_t i = 0; i < s->prepared.plan.n; i++)
		reasons_left |= tracks[i].in_memory && tracks[i].n_reasoned < tracks[i].n_items;
	if (!reasons_left || interrupt_count() || s->prepared.job.reason == REASON_NONE ||
	    s->replay_of)
		return 0;
	if (load_result(s->cmd, &s->store, &load, &r) < 0)
		return -1;
	progress_clear(&s->progress);
	say("All labels known after %s. %s\nWriting the reasons ...\n",
	    str_duration(&s->cmd->arena, clock_mono_us() - start_us), r.decision.why);
	return 0;
}

/* Answers of every candidate first, where memory allows, then the reasons. */
static int ask_tracks(struct session *s, struct track *tracks, int64_t start_us)
{
	size_t n = s->prepared.plan.n;

	for (size_t i = 0; i < n; i++)
		if (ask_answer_one(s, tracks, i) < 0)
			return -1;
	if (ask_say_early(s, tracks, start_us) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (ask_finish_track(s, tracks, &tracks[i]) < 0)
			return -1;
	progress_clear(&s->progress);
	return ask_note_left_out(s, tracks);
}

int ask_all(struct session *s)
{
	size_t n = s->prepared.plan.n;
	struct track *tracks = arena_array(&s->cmd->arena, n, sizeof(*tracks));
	int64_t start_us = clock_mono_us();
	int r;

	if (s->prepared.job.budget.minutes)
		s->deadline_us = start_us + s->prepared.job.budget.minutes * 60 * 1000000;
	progress_init(&s->progress, n);
	interrupt_catch(s->store.path);
	r = ask_tracks(s, tracks, start_us);
	for (size_t i = 0; i < n; i++)
		track_close(&tracks[i]);
	return r;
}

/*
 * Where no model can run: refused by a rule of the plan, or only files that are no models.
 * Baselines alone are no smoke test.
 */
int ask_possible(struct session *s)
{
	const struct plan *plan = &s->prepared.plan;
	const struct candidate *first = NULL;
	enum err_kind kind = ERR_INPUT;

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
	return err_set(&s->cmd->err, kind, "no candidate can run: %s: %s", first->name,
		       first->refused);
}

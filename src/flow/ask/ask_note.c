/*
 * Notes about candidates: on standard error and in the store.
 */
#include "flow/ask/ask_note.h"

#include <string.h>

#include "base/clock.h"
#include "flow/open/load.h"
#include "flow/prepare/server.h"
#include "flow/say/say.h"
#include "job/model/served.h"
#include "judge/decide.h"

int ask_note(struct session *s, int64_t pass_id, enum event_kind kind, const char *text)
{
	struct event_row row = { .run_id = s->run.id,
				 .pass_id = pass_id,
				 .at_us = clock_wall_us(),
				 .kind = kind,
				 .text = text };

	(kind == EVENT_WARNING ? say_always : say)("%s\n", text);
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

/* "NAME: " and the text. */
static int ask_note_track(const struct track *t, enum event_kind kind, const char *text)
{
	struct session *s = t->session;

	return ask_note(s, t->pass_id, kind,
			arena_printf(&s->cmd->arena, "%s: %s", t->candidate->name, text));
}

/* RULE: licence. */
static int ask_note_licence(const struct track *t)
{
	const struct licence *l = t->candidate->licence;
	bool research = t->session->prepared.job.use == USE_RESEARCH;

	if (l->verdict != LICENCE_BLOCK)
		return 0;
	return ask_note_track(
		t, EVENT_LICENCE,
		arena_printf(&t->session->cmd->arena,
			     "LICENCE FORBIDS %s USE (%s): measured for evaluation, never picked",
			     research ? "RESEARCH" : "COMMERCIAL", l->name));
}

int ask_note_before(const struct track *t)
{
	/* RULE: nothing leaves this machine unsaid. */
	struct arena *a = &t->session->cmd->arena;
	const char *host = served_leaves_for(a, t->candidate->model);

	if (ask_note_licence(t) < 0)
		return -1;
	return host ? ask_note_track(t, EVENT_WARNING,
				     arena_printf(a, "TICKETS LEAVE THIS MACHINE for %s", host)) :
		      0;
}

int ask_note_reused(const struct track *t)
{
	return ask_note_track(t, EVENT_REUSED,
			      "all replies are already stored; reused, not timed again");
}

int ask_note_behaviour(const struct track *t)
{
	const struct pass_report *r = &t->pass.report;
	struct arena *a = &t->session->cmd->arena;
	const char *words = NULL;

	if (!t->begun)
		return 0;
	if (*r->template_marks && strcmp(r->template_marks, "none") != 0 &&
	    ask_note_track(t, EVENT_TEMPLATE,
			   arena_printf(a, "prompt: %s (docs/templates.md)", r->template_marks)) <
		    0)
		return -1;
	if (t->candidate->model->engine == ENGINE_HTTP)
		words = server_probe_words(a, r->probes);
	return words ? ask_note_track(t, EVENT_SERVER,
				      arena_printf(a, "%s (docs/http.md)", words)) :
		       0;
}

int ask_note_step(const struct track *t, enum ladder_cause cause, const struct ladder_limits *next)
{
	struct arena *a = &t->session->cmd->arena;

	return ask_note_track(
		t, EVENT_LADDER,
		arena_printf(a, "%s; asked again from the start %s; earlier answers do not count",
			     ladder_cause_words(cause), ladder_words(a, next)));
}

int ask_note_given_up(struct track *t)
{
	struct arena *a = &t->session->cmd->arena;
	const char *how = ladder_words(a, &t->limits);

	if (!t->begun || t->given_up_said || !track_is_given_up(t))
		return 0;
	t->given_up_said = true;
	return ask_note_track(
		t, EVENT_LADDER,
		arena_printf(a, "%s%s%s; no step is left: %s", ladder_cause_words(t->watch.cause),
			     *how ? ", even " : "", how,
			     t->n_replies ?
				     "unanswered tickets count as wrong" :
				     "it cannot run here, and the run continues with the other "
				     "candidates"));
}

int ask_note_not_tried(const struct track *pick, size_t n_begun)
{
	struct session *s = pick->session;
	struct arena *a = &s->cmd->arena;
	const struct plan *plan = &s->prepared.plan;
	const struct load_options load = { .name = s->run.name };
	const char *names = "";
	struct result stored;
	size_t n = 0;

	if (n_begun == plan->n)
		return 0;
	if (load_result(s->cmd, &s->store, &load, &stored) < 0)
		return -1;
	for (size_t i = n_begun; i < plan->n; i++) {
		const struct candidate_result *was =
			result_candidate(&stored, plan->candidates[i].name);

		if (plan->candidates[i].refused || (was && was->score.n + was->harder.n > 0))
			continue;
		names = arena_add_item(a, names, ", ", "%s", plan->candidates[i].name);
		n++;
	}
	if (n == 0)
		return 0;
	return ask_note_once(
		s, EVENT_FIRST,
		arena_printf(a,
			     "%s scored the bar. Not tried: %zu more candidate%s: %s; the same "
			     "command %s asks %s",
			     pick->candidate->name, n, n == 1 ? "" : "s", names,
			     s->prepared.job.stop == STOP_FIRST ? "with --all" : "without --first",
			     n == 1 ? "it" : "them"));
}

int ask_note_not_measured(struct track *t, const char *reason)
{
	if (t->not_measured_said)
		return 0;
	t->not_measured_said = true;
	return ask_note_track(
		t, EVENT_NOT_MEASURED,
		arena_printf(&t->session->cmd->arena, "%s%s", ASK_NOT_MEASURED, reason));
}

/* "8 of 20 tickets asked (stopped)". */
static const char *ask_note_progress(const struct track *t, const char *why)
{
	struct arena *a = &t->session->cmd->arena;

	if (t->n_answered == 0)
		return arena_printf(a, "not asked yet (%s)", why);
	if (t->n_answered < t->n_items)
		return arena_printf(a, "unfinished: %zu of %zu tickets asked (%s)", t->n_answered,
				    t->n_items, why);
	return arena_printf(a, "all %zu tickets asked, %zu reasons to go (%s)", t->n_items,
			    t->n_items - t->n_reasoned, why);
}

int ask_note_missing(const struct track *t, bool budget)
{
	size_t n_answers = t->n_items - t->n_answered;
	size_t needed = bar_needs(t->n_items, t->session->prepared.job.bar);
	struct arena *a = &t->session->cmd->arena;

	if (t->changed)
		return ask_note_track(
			t, EVENT_CHANGED,
			arena_printf(a,
				     "the model file changed during the run; its last replies were "
				     "discarded, and %zu answers are missing: run the same command "
				     "again",
				     n_answers));
	if (track_raced(t))
		return ask_note_track(
			t, EVENT_RACED,
			arena_printf(a,
				     "stopped after %zu of %zu tickets: %zu wrong, and the bar "
				     "allows %zu (--race)",
				     t->n_answered, t->n_items, t->n_answered - t->n_right,
				     t->n_items - needed));
	return ask_note_track(
		t, budget ? EVENT_BUDGET : EVENT_STOPPED,
		ask_note_progress(t, budget ? "the time budget is used up" : "stopped"));
}

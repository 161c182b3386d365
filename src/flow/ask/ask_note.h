/*
 * What is printed about a candidate and stored as an event of its run.
 */
#ifndef FLOW_ASK_ASK_NOTE_H
#define FLOW_ASK_ASK_NOTE_H

#include "flow/ask/track.h"

/* Prints the text and stores it as an event. pass_id 0: the event is about the whole run. */
int ask_note(struct session *s, int64_t pass_id, enum event_kind kind, const char *text) MUST_USE;

/* As above, for the whole run. Stored once, even if the run is resumed many times. */
int ask_note_once(struct session *s, enum event_kind kind, const char *text) MUST_USE;

/* Before the first ticket: a licence that forbids the use, and tickets that leave the machine. */
int ask_note_before(const struct track *t) MUST_USE;

/* Every reply is stored already. */
int ask_note_reused(const struct track *t) MUST_USE;

/* After the answers: what the template or the server did differently. */
int ask_note_behaviour(const struct track *t) MUST_USE;

/* A step down the ladder, and the end of it. */
int ask_note_step(const struct track *t, enum ladder_cause cause,
		  const struct ladder_limits *next) MUST_USE;
int ask_note_given_up(struct track *t) MUST_USE;

/*
 * With --first, after `pick` scored the bar: the candidates of the plan from `n_begun` on, without
 * those that an earlier session asked. Prints nothing if none is left.
 */
int ask_note_not_tried(const struct track *pick, size_t n_begun) MUST_USE;

/* Once a track: no ticket was answered. The event's text is "NAME: not measured: REASON". */
#define ASK_NOT_MEASURED "not measured: "
int ask_note_not_measured(struct track *t, const char *reason) MUST_USE;

/* What is missing at the end. `budget`: the time budget was used up. */
int ask_note_missing(const struct track *t, bool budget) MUST_USE;

#endif

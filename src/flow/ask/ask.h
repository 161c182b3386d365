/*
 * Every candidate of a session over its slice, once. Decides the order of phases: with memory for
 * all workers, every candidate answers before any writes its reasons, so that the verdict is known
 * as early as it can be.
 */
#ifndef FLOW_ASK_ASK_H
#define FLOW_ASK_ASK_H

#include "flow/ask/track.h"

/* Fails where no candidate can run: ERR_REFUSED or ERR_INPUT with the first one's reason. */
int ask_possible(struct session *s) MUST_USE;

/* Asks what is not on record yet, keeps every reply as it comes, and says what was left out. */
int ask_all(struct session *s) MUST_USE;

/* Says something aloud and keeps it with the run; pass_id 0: of the whole run. */
int ask_note(struct session *s, int64_t pass_id, enum event_kind kind, const char *text) MUST_USE;

/* The same of the whole run, kept once, however often the run is gone on with. */
int ask_note_once(struct session *s, enum event_kind kind, const char *text) MUST_USE;

#endif

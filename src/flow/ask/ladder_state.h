/*
 * Where a candidate stands on the ladder: found in the store when its track is opened, and kept as
 * its replies come. Which step follows from that, ladder.h decides.
 */
#ifndef FLOW_ASK_LADDER_STATE_H
#define FLOW_ASK_LADDER_STATE_H

#include "flow/ask/track.h"

/* The pass that is asked again by a replay, or NULL. */
const struct pass_row *ladder_state_replayed(const struct track *t);

/*
 * Fills t->limits: as the candidate was asked last in this run, or in the run that is replayed.
 * `device` is what the engine finds now; ERR_ENGINE where it lacks the run's and no step may be
 * taken.
 */
int ladder_state_find(struct track *t, const char *device, struct err *err) MUST_USE;

/* Lowers the settings of a pass to t->limits. */
void ladder_state_apply(struct track *t, struct pass_row *row);

/* Counts an answer, on record or new. */
void ladder_state_see(struct track *t, const struct answer *answer);

/* What earlier sessions of the pass had in use. A killed one left no word: then all at once. */
int ladder_state_read_facts(struct track *t, struct err *err) MUST_USE;

/* Whether the replies call for a step, and the track may take one. */
bool ladder_state_wants_less(const struct track *t);

/* The step; false where there is none. */
bool ladder_state_next(const struct track *t, struct ladder_limits *ret_next);

#endif

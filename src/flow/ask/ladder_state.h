/*
 * A candidate's place on the ladder: read from the store when its track is opened, updated with
 * each reply. ladder.h decides the next step.
 */
#ifndef FLOW_ASK_LADDER_STATE_H
#define FLOW_ASK_LADDER_STATE_H

#include "flow/ask/track.h"

/* The pass that a replay asks again, or NULL. */
const struct pass_row *ladder_state_replayed(const struct track *t);

/*
 * Fills t->limits with those of the candidate's last pass in this run or in the replayed one.
 * `device` is what the engine finds now. Fails with ERR_ENGINE if the run's device is missing and
 * --no-ladder forbids the step to the CPU.
 */
int ladder_state_find(struct track *t, const char *device, struct err *err) MUST_USE;

/* Lowers the settings of a pass to t->limits. */
void ladder_state_apply(struct track *t, struct pass_row *row);

/* Counts an answer, stored or new. */
void ladder_state_see(struct track *t, const struct answer *answer);

/* Reads what earlier sessions used. A killed session left no record: assumes all at a time. */
int ladder_state_read_facts(struct track *t, struct err *err) MUST_USE;

/* Whether the replies call for a step and the track may take one. */
bool ladder_state_wants_less(const struct track *t);

/* The next step; false if none is left. */
bool ladder_state_next(const struct track *t, struct ladder_limits *ret_next);

#endif

/*
 * The gate for change: before new tickets are labelled, a few tickets of the run are asked again.
 * Decides whether the candidate still answers as it was measured.
 */
#ifndef FLOW_PRODUCTION_CHANGE_GATE_H
#define FLOW_PRODUCTION_CHANGE_GATE_H

#include "flow/production/labeller.h"

/*
 * Asks tickets of the run again, starts the worker for that, and says what came of it. Fails with
 * ERR_REFUSED and the difference if an answer is another one, unless the labeller accepts changes.
 * Says so and succeeds if no ticket can be asked again. A baseline has nothing to ask.
 */
int change_gate(struct labeller *l) MUST_USE;

#endif

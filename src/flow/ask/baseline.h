/*
 * Baselines as candidates: they answer without a worker.
 */
#ifndef FLOW_ASK_BASELINE_H
#define FLOW_ASK_BASELINE_H

#include "flow/ask/track.h"

/* Answers every ticket of the slice, unless that was done already. */
int baseline_answers(struct track *t, struct err *err) MUST_USE;

#endif

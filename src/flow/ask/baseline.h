/*
 * Baselines as candidates: they answer without a worker.
 */
#ifndef FLOW_ASK_BASELINE_H
#define FLOW_ASK_BASELINE_H

#include "flow/ask/track.h"

/* Answers every ticket of the slice, unless that was done already. */
int baseline_answers(struct track *t, struct err *err) MUST_USE;

/* The label of a text, and all labels' probabilities. `way`: that of the baseline. */
int baseline_label(const struct prepared *p, enum way way, const char *text, double *ret_probs);

/* What a baseline writes about a ticket; only for a task that writes. Owned by the arena. */
const char *baseline_text(struct arena *a, const struct prepared *p, enum way way,
			  const char *text);

#endif

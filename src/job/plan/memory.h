/*
 * What a model takes while it works: weights, context, and buffers. Pure arithmetic over what the
 * engine counted for this model on this machine (struct model_facts), and, where it could not,
 * over the header alone. docs/memory.md has the formulas in words, and what was measured.
 */
#ifndef JOB_PLAN_MEMORY_H
#define JOB_PLAN_MEMORY_H

#include "job/model/model.h"

/* What the memory is wanted for. */
struct memory_ask {
	int64_t context_tok; /* cells of the context */
	int64_t n_seq; /* sequences in it: prefix, tickets, scratch */
	int64_t ubatch_tok; /* most tokens that one physical batch can have */
	int64_t decode_tok; /* most tokens that are decoded at a time */
	int64_t n_outputs; /* most tokens whose logits are wanted at a time */
};

struct memory_need {
	int64_t weights_bytes; /* the mapped file, and copied_bytes */
	int64_t copied_bytes; /* so much of the file is read once and may leave memory again */
	int64_t context_bytes;
	int64_t buffer_bytes; /* the worker itself, logits, scratch space */
};

/* Figures from a foreign header may be absurd: never negative, never past what int64 can add up. */
int64_t memory_bounded(double value);

void memory_estimate(const struct model *model, const struct memory_ask *ask,
		     struct memory_need *ret);

/* The three parts together: the peak that is to be expected. */
int64_t memory_total(const struct memory_need *need);

#endif

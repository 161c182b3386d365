/*
 * The memory that a model needs: weights, context, and buffers. Pure arithmetic over the figures
 * that the engine reported for this model on this machine (struct model_facts), or else over the
 * header. docs/memory.md explains the formulas.
 */
#ifndef JOB_PLAN_MEMORY_H
#define JOB_PLAN_MEMORY_H

#include "job/model/model.h"

/* The work that the memory is for. */
struct memory_ask {
	int64_t context_tok; /* cells of the context */
	int64_t n_seq; /* sequences in it: prefix, tickets, scratch */
	int64_t ubatch_tok; /* most tokens that one physical batch can have */
	int64_t decode_tok; /* most tokens that are decoded at a time */
	int64_t n_outputs; /* most tokens whose logits are needed at a time */
};

struct memory_need {
	int64_t weights_bytes; /* the mapped file and copied_bytes */
	int64_t copied_bytes; /* copies of weights; the system can reclaim as much of the file */
	int64_t context_bytes;
	int64_t buffer_bytes; /* the worker itself, logits, scratch space */
};

/* Limits absurd figures from a header: never negative, and small enough to add up in int64_t. */
int64_t memory_bounded(double value);

void memory_estimate(const struct model *model, const struct memory_ask *ask,
		     struct memory_need *ret);

/* The sum of the three parts: the expected peak. */
int64_t memory_total(const struct memory_need *need);

/*
 * What a worker may write at most if the job sets no budget: its expected peak (0 if it is unknown)
 * and a margin, at most the machine's memory (0 if that is unknown). docs/sandbox.md.
 */
int64_t memory_ceiling(int64_t peak_bytes, int64_t machine_bytes);

#endif

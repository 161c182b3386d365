/*
 * Job × models × ways → candidates, smallest first, with tokens, memory and time estimated.
 * Arithmetic over what is known, and the licences; a candidate that cannot run is a row with a
 * reason too.
 */
#ifndef JOB_PLAN_H
#define JOB_PLAN_H

#include "job/examples.h"
#include "job/job.h"
#include "job/licence.h"
#include "job/model.h"
#include "job/ticket.h"

/* Tickets that are kept in the context at a time: one sequence each, beside prefix and scratch. */
enum { PLAN_MAX_WAVE = 253 };

struct candidate {
	const struct model *model;
	enum way way;
	const char *name; /* "qwen2.5-0.5b-q4_k_m plain" */
	int64_t size_bytes; /* weights + context + buffers in memory: the order of size */
	int64_t weights_bytes, context_bytes, buffer_bytes;
	int64_t context_tok; /* cells of the context, in which a wave of tickets is kept */
	int64_t prefix_tok, ticket_tok, reason_tok; /* estimates for the whole pass */
	int64_t estimate_us; /* of the whole pass, -1 where nothing was measured yet */
	bool estimate_rough; /* scaled from another model's speed, not measured on this one */
	const struct licence *licence; /* judged for the job's use; never NULL */
	const char *refused; /* why it will not run, or NULL */
};

struct plan {
	struct candidate *candidates; /* size order, ties by parameters, then by way */
	size_t n;
	int64_t total_us; /* sum of what is known, -1 where nothing is */
};

/*
 * `examples` may be NULL where no way needs them. Everything is owned by the arena, or borrowed
 * from job, models, slice and examples. Fails with ERR_INPUT where there is no model, or where a
 * way needs examples and there are none.
 */
int plan_build(struct arena *a, const struct job *job, const struct model *models, size_t n_models,
	       const struct slice *slice, const struct example_set *examples, struct plan *ret_plan,
	       struct err *err) MUST_USE;

#endif

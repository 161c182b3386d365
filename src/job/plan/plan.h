/*
 * Job × models × ways → candidates, smallest first, with tokens, memory and time estimated.
 * Arithmetic over what is known, and the licences; a candidate that cannot run is a row with a
 * reason too.
 */
#ifndef JOB_PLAN_PLAN_H
#define JOB_PLAN_PLAN_H

#include "job/file/job.h"
#include "job/licence/licence.h"
#include "job/model/head.h"
#include "job/model/model.h"
#include "job/plan/memory.h"
#include "job/ticket/examples.h"
#include "job/ticket/ticket.h"

/* Tickets that are kept in the context at a time: one sequence each, beside prefix and scratch. */
enum { PLAN_MAX_WAVE = 253 };

/* One part in so many of the machine's memory is left to everything else. */
enum { PLAN_RESERVE_PARTS = 10 };

/* What the plan has to keep to, besides the job. */
struct plan_limits {
	int64_t machine_bytes; /* all memory of the machine; 0: not known, no limit */
	int64_t n_batch; /* most tokens of one decode, 0: no limit */
	const struct head *heads; /* what was trained: each is a candidate of the model it is for */
	size_t n_heads;
};

struct candidate {
	const struct model *model;
	enum way way;
	const struct head *head; /* that chooses its labels; NULL but for the way tuned */
	const char *name; /* "qwen2.5-0.5b-q4_k_m plain" */
	int64_t size_bytes; /* weights + context + buffers in memory: the order of size */
	struct memory_need need; /* its parts */
	int64_t context_tok; /* cells of the context, in which a wave of tickets is kept */
	int64_t n_wave; /* most tickets of a wave, so that memory suffices; 0: as many as can be */
	int64_t prefix_tok, ticket_tok, reason_tok; /* estimates for the whole pass */
	int64_t think_tok; /* most of it, where the model thinks */
	int64_t estimate_us; /* of the whole pass, -1 where nothing was measured yet */
	bool estimate_rough; /* scaled from another model's speed, not measured on this one */
	const struct licence *licence; /* judged for the job's use; never NULL */
	const char *refused; /* why it will not run, or NULL */
};

/* Whether the way of `other` works on the answers of `base`: it must be asked too. */
bool candidate_is_base(const struct candidate *base, const struct candidate *other);

struct plan {
	struct candidate *candidates; /* size order, ties by parameters, then by way */
	size_t n;
	int64_t total_us; /* sum of what is known, -1 where nothing is */
	const struct model *
		*repeats; /* further names of models: no candidates (job/plan/duplicate.h) */
	size_t n_repeats;
};

/*
 * `examples` may be NULL where no way needs them. Everything is owned by the arena, or borrowed
 * from job, models, slice and examples. Where not all tickets fit into memory together, waves are
 * made shorter; where not even one does, the candidate is refused. Fails with ERR_INPUT where
 * there is no model, or where a way needs examples and there are none.
 */
int plan_build(struct arena *a, const struct job *job, const struct model *models, size_t n_models,
	       const struct slice *slice, const struct example_set *examples,
	       const struct plan_limits *limits, struct plan *ret_plan, struct err *err) MUST_USE;

#endif

/*
 * Job × models × ways → candidates, smallest first, with estimates of tokens, memory and time.
 * Pure arithmetic, and the licences. A candidate that cannot run is also a row, with its reason.
 */
#ifndef JOB_PLAN_PLAN_H
#define JOB_PLAN_PLAN_H

#include "job/file/job.h"
#include "job/file/job_prompt.h"
#include "job/licence/licence.h"
#include "job/model/head.h"
#include "job/model/model.h"
#include "job/model/served.h"
#include "job/plan/memory.h"
#include "job/ticket/examples.h"
#include "job/ticket/ticket.h"

/* Most tickets in the context at a time: each is a sequence, beside prefix and scratch. */
enum { PLAN_MAX_WAVE = 253 };

/* A tenth of the machine's memory is left to other programs. */
enum { PLAN_RESERVE_PARTS = 10 };

/* Limits of a plan that are not in the job. */
struct plan_limits {
	int64_t machine_bytes; /* all memory of the machine; 0: unknown, no limit */
	int64_t n_batch; /* most tokens of one decode; 0: no limit */
	const struct head *heads; /* each is a candidate of the model that it was trained on */
	size_t n_heads;
};

struct candidate {
	const struct model *model;
	enum way way;
	enum served_route route; /* how a server is asked */
	const struct head *head; /* chooses the labels of WAY_TUNED and of an encoder; else NULL */
	const char *name; /* "qwen2.5-0.5b-q4_k_m plain", with a variant "… plain:short" */
	const struct variant *variant; /* of the job's prompt; NULL: the prompt itself */
	/* What a model is asked; an encoder's is its family's prefix. Empty for a baseline. */
	struct prompts prompts;
	int64_t size_bytes; /* weights + context + buffers in memory; candidates are in its order */
	struct memory_need need; /* the parts of size_bytes */
	int64_t context_tok; /* cells of the context, which holds a wave of tickets */
	int64_t n_wave; /* tickets of a wave that fit into memory; 0: no limit */
	int64_t prefix_tok, ticket_tok, reason_tok; /* estimates for the whole pass, all orders */
	int64_t think_tok; /* limit of thinking in the whole pass */
	int64_t estimate_us; /* of what is left of the pass; -1 if nothing was measured yet */
	int64_t reason_us; /* the part of it that writes reasons */
	int64_t most_us; /* estimate_us if every reason is as long as its cap */
	bool estimate_rough; /* scaled from the speed of another model */
	bool reasons_measured; /* reasons count at the length of earlier ones, not at their cap */
	bool on_record; /* every reply is on record: nothing is left to ask */
	const struct licence *licence; /* judged for the job's use; never NULL */
	const char *refused; /* why it will not run, or NULL */
};

/* Whether the way of `other` works on the answers of `base`: it must be asked too. */
bool candidate_is_base(const struct candidate *base, const struct candidate *other);

/* Whether the candidate writes reasons, if the job asks for them: a decision has none. */
bool candidate_gives_reasons(const struct candidate *c);

struct plan {
	struct candidate *candidates; /* baselines, then by size, parameters and way */
	size_t n;
	int64_t total_us; /* sum of the available estimates, -1 if there are none */
	const struct model **repeats; /* models named before, without candidates (duplicate.h) */
	size_t n_repeats;
};

/*
 * Makes the plan. `examples` may be NULL if no way needs them. The result is owned by the arena, or
 * borrowed from job, models, slice and examples. If not all tickets fit into memory together, waves
 * are shorter; if not even one fits, the candidate is refused. Fails with ERR_INPUT if there is no
 * model, or if a way needs examples and there are none.
 */
int plan_build(struct arena *a, const struct job *job, const struct model *models, size_t n_models,
	       const struct slice *slice, const struct example_set *examples,
	       const struct plan_limits *limits, struct plan *ret_plan, struct err *err) MUST_USE;

/* The candidate of that name, or NULL. */
const struct candidate *plan_find(const struct plan *plan, const char *name);

#endif

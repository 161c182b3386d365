/*
 * How long candidates will take, from measured speeds. Pure arithmetic.
 */
#ifndef JOB_PLAN_PLAN_TIME_H
#define JOB_PLAN_PLAN_TIME_H

#include "job/plan/plan.h"

/*
 * Fills estimate_us, reason_us and estimate_rough from the candidate's tokens and the speed of its
 * model, or of the measured model nearest in size; -1 if nothing was measured. Thinking and reasons
 * count at their token caps.
 */
void plan_estimate(struct candidate *c, const struct model *models, size_t n_models);

/* What an earlier run has of a candidate. */
struct plan_record {
	int64_t n_tickets, n_answers, n_reasons; /* of its pass, on record already */
	double reason_tok; /* mean tokens of a written reason; 0: unknown */
	int64_t cap_tok; /* the reason's token cap in the plan */
};

/*
 * Takes off the estimate what is on record, and counts reasons at their measured length. The
 * candidate then has on_record set if nothing is left to ask. Call it once for each candidate.
 */
void plan_use_record(struct candidate *c, const struct plan_record *record);

/*
 * Candidates whose reasons nobody has measured get the mean length of the others', and the plan its
 * total. Call it once, after plan_use_record().
 */
void plan_settle_times(struct plan *plan);

/* The sum of the available estimates, -1 if there are none. */
int64_t plan_add_up(const struct plan *plan);

#endif

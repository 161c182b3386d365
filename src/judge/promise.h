/*
 * The promise: from which probability on is a candidate's label right often enough? Certifies a
 * threshold on labelled tickets that chose nothing else. Pure. Must not know candidates or words.
 *
 * Fixed sequence testing, as in "Learn then Test" (A. N. Angelopoulos and others, 2021): thresholds
 * that were fixed in advance are tested from the strictest on, each at the full level, up to the
 * first failure. Each test is an exact binomial one (C. J. Clopper and E. S. Pearson, 1934).
 */
#ifndef JUDGE_PROMISE_H
#define JUDGE_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/measure/coverage.h"

/* Of a ticket without a label or a probability: no threshold takes it. */
#define PROMISE_NOT_SURE (-1.0)

/* What is asked for; both are probabilities in (0, 1). */
struct promise_terms {
	double right; /* at least this share of the taken labels is right */
	double level; /* accepted chance that the promise does not hold */
};

struct promise {
	bool made;
	/* Of the lowest threshold that passed, or of the first that failed. */
	double threshold; /* taken: at least this probable; 0: every label */
	size_t n, n_taken, n_right; /* tickets; those that it takes; those that are right */
	double at_least; /* of the taken, Clopper-Pearson's lower bound at `level` */
	/* If none passed: about how many tickets would do. 0: no number, as things are. */
	size_t n_needed;
};

/*
 * `confidence` in (0, 1). RULE: tickets that chose among candidates show less, so each of these
 * has its share of the error (Bonferroni).
 */
struct promise_terms promise_terms_of(double right, double confidence, size_t n_candidates);

/* The thresholds, from the strictest on; the last one is 0. */
extern const double promise_thresholds[];
extern const size_t promise_n_thresholds;

/* The fewest tickets that pass a test if all are right. */
size_t promise_fewest(const struct promise_terms *terms);

/* One answer a ticket. */
void promise_find(const struct sure_answer *answers, size_t n, const struct promise_terms *terms,
		  struct promise *ret_promise);

#endif

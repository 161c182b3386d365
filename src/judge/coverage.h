/*
 * How sure a candidate has to be before its label is taken: coverage against accuracy, over the
 * answers of a run. The rest goes to a person. Pure. What a threshold promises was seen on the very
 * tickets that it is chosen on, so it flatters: the interval says by how much it may.
 */
#ifndef JUDGE_COVERAGE_H
#define JUDGE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "judge/stats.h"

/* One answer that is scored: the probability of its label, and whether that is the gold one. */
struct sure_answer {
	double probability;
	bool right;
};

/* What is taken at a threshold, and how much of that is right. */
struct coverage {
	double threshold; /* taken: at least this probable */
	size_t n_taken, n_right;
	double share; /* of all answers that are taken */
	double accuracy; /* of those that are taken */
	struct interval interval; /* Clopper-Pearson, 95% */
};

/*
 * One row for each threshold at which less is taken and more of it is right, from all to the few:
 * the others would be no use to anybody. The first row is threshold 0. Owned by the arena.
 */
void coverage_table(struct arena *a, const struct sure_answer *answers, size_t n,
		    struct coverage **ret_rows, size_t *ret_n);

#endif

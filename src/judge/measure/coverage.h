/*
 * How sure a candidate must be before its label is taken: coverage against accuracy over the
 * answers of a run. The rest goes to a person. Pure. A threshold is chosen on the tickets that its
 * accuracy is measured on, so the figure is optimistic; the interval shows by how much it may be.
 */
#ifndef JUDGE_MEASURE_COVERAGE_H
#define JUDGE_MEASURE_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "judge/measure/stats.h"
#include "work/reply.h"

/* Of its label. -1 if there is no answer, no label, or not a probability for each of n_labels. */
double answer_probability(const struct answer *answer, size_t n_labels);

/* A scored answer: the probability of its label, and whether it is the gold label. */
struct sure_answer {
	double probability;
	bool right;
};

/* How many answers a threshold takes, and how many of them are right. */
struct coverage {
	double threshold; /* taken: at least this probable */
	size_t n_taken, n_right;
	double share; /* of all answers, the part that is taken */
	double accuracy; /* of the answers that are taken */
	struct interval interval; /* Clopper-Pearson, 95% */
};

/*
 * The scored answers of a candidate that have a probability for each of n_labels labels: answers[i]
 * is about ticket i, or NULL. The list is owned by the arena. Returns how many.
 */
size_t coverage_answers(struct arena *a, const struct ticket *tickets, size_t n,
			struct answer *const *answers, size_t n_labels,
			struct sure_answer **ret_answers);

/*
 * One row for each threshold that takes fewer answers with a higher accuracy; other thresholds are
 * useless. The first row is threshold 0. Owned by the arena.
 */
void coverage_table(struct arena *a, const struct sure_answer *answers, size_t n,
		    struct coverage **ret_rows, size_t *ret_n);

#endif

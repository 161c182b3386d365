/*
 * Whether the tickets at work are still like those that the run was measured on: shares of labels
 * and how sure the candidate is, then and now. Pure. It looks at what the candidate says, never at
 * what is right: nobody knows that at work. So it is a reason to label some tickets, not a verdict.
 */
#ifndef JUDGE_DRIFT_H
#define JUDGE_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

/* Probabilities of the chosen labels are counted in tenths: [0, .1), ... [.9, 1]. */
enum { DRIFT_BINS = 10 };

/* What was answered, counted. */
struct workload {
	size_t n; /* answers with a label */
	const size_t *by_label; /* n_labels of them */
	size_t by_sureness[DRIFT_BINS]; /* all 0 where no probabilities are known */
};

struct drift {
	double labels_p; /* chance of label shares that differ so much or more by accident */
	double sureness_p; /* the same of the tenths; 1 where they are not known */
	double distance; /* between the label shares: half the sum of their differences, 0..1 */
	int grown, shrunk; /* the labels whose shares grew and shrank most, or -1 */
	bool enough; /* both sides hold enough for the question to have a meaning */
	bool drifted; /* one of the two is less likely than half of `level` */
};

/* Fewer answers than this on either side say nothing. */
enum { DRIFT_LEAST = 25 };

int drift_bin(double probability);

/*
 * Chi-squared tests of homogeneity, then against now. What fewer than five are expected of, on
 * either side, is put together first (W. G. Cochran, "Some methods for strengthening the common
 * chi-squared tests", 1954). `level`: the chance of a false alarm that is accepted, such as .01.
 */
void drift_compare(const struct workload *then, const struct workload *now, size_t n_labels,
		   double level, struct drift *ret);

#endif

/*
 * Whether tickets in production still resemble those of the run: compares the shares of labels and
 * how sure the candidate is. Pure. It sees what the candidate answers, not what is right, which
 * nobody knows in production. So drift is a reason to label some tickets, not a verdict.
 */
#ifndef JUDGE_MEASURE_DRIFT_H
#define JUDGE_MEASURE_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

/* Probabilities of the chosen labels are counted in tenths: [0, .1), ... [.9, 1]. */
enum { DRIFT_BINS = 10 };

/* Counts of answers. */
struct workload {
	size_t n; /* answers with a label */
	const size_t *by_label; /* n_labels counts */
	size_t by_sureness[DRIFT_BINS]; /* all 0 without probabilities */
};

struct drift {
	double labels_p; /* chance of a difference this large by accident */
	double sureness_p; /* the same for the tenths; 1 without probabilities */
	double distance; /* between the label shares: half the sum of their differences, 0..1 */
	int grown, shrunk; /* the labels whose shares grew and shrank most, or -1 */
	bool enough; /* both sides have DRIFT_LEAST answers */
	bool drifted; /* one of the two chances is below half of `level` */
};

/* Fewer answers than this, on either side, mean nothing. */
enum { DRIFT_LEAST = 25 };

int drift_bin(double probability);

/*
 * Chi-squared tests of homogeneity between `then` and `now`. Cells with fewer than five expected,
 * on either side, are merged first (W. G. Cochran, "Some methods for strengthening the common
 * chi-squared tests", 1954). `level`: the accepted chance of a false alarm, such as .01.
 */
void drift_compare(const struct workload *then, const struct workload *now, size_t n_labels,
		   double level, struct drift *ret);

#endif

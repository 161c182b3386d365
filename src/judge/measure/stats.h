/*
 * The mathematics of docs/decision.md: pure functions of small whole numbers. Must not know
 * candidates, tickets or words.
 *
 * `right` and `wrong` are numbers of tickets, `bar` and `p` accuracies in (0, 1), `level` and
 * `confidence` probabilities in (0, 1).
 */
#ifndef JUDGE_MEASURE_STATS_H
#define JUDGE_MEASURE_STATS_H

#include <stddef.h>

struct interval {
	double low, high;
};

/*
 * Natural logarithm of the e-process against "the true accuracy is at most `bar`":
 * E = sum_j w_j (q_j/b)^right ((1-q_j)/(1-b))^wrong, q_j = b + (1-b) u_j, with
 * u = .2 .4 .6 .8 .95 1 and w = .05 .10 .20 .25 .15 .25. For every true accuracy up to the bar it
 * is a non-negative supermartingale, so the chance that it ever reaches 1/level is at most
 * `level` (Ville), even if tickets are added and the question is asked again many times.
 */
double stats_ln_e_above(size_t right, size_t wrong, double bar);

/* The mirror image, against "at least `bar`": q = bar times .98 .94 .88 .80 .65, w = .05 .15 .30
 * .30 .20. */
double stats_ln_e_below(size_t right, size_t wrong, double bar);

/* "At least L": the largest bar that stats_ln_e_above() rejects at `level`, or 0. */
double stats_at_least(size_t right, size_t wrong, double level);

/* How many more right answers in a row would bring stats_ln_e_above() to 1/level. */
size_t stats_right_in_a_row(size_t right, size_t wrong, double bar, double level);

/* Chance that the true accuracy is at least `bar`, under a uniform prior: 1 - I_bar(s+1, f+1). */
double stats_chance(size_t right, size_t wrong, double bar);

/* Chance of `right` or more of `n` if the true accuracy is `p` (binomial). */
double stats_binomial_at_least(size_t right, size_t n, double p);

/* Two-sided intervals for n > 0; `confidence` such as .95. */
struct interval stats_wilson(size_t right, size_t n, double confidence);
struct interval stats_jeffreys(size_t right, size_t n, double confidence);
struct interval stats_clopper_pearson(size_t right, size_t n, double confidence);

/* One-sided Clopper-Pearson lower bound, for n fixed in advance. */
double stats_clopper_pearson_low(size_t right, size_t n, double confidence);

/* Chance that chi-squared with df > 0 degrees of freedom is x >= 0 or more (DLMF 8.4.6, 8.8.2). */
double stats_chi_squared_at_least(double x, size_t df);

/*
 * Mid-p McNemar test, two-sided, of two candidates that differ on only_a + only_b tickets
 * (Fagerland, Lydersen, Laake 2013). 1 if they differ on none.
 */
double stats_mcnemar_mid_p(size_t only_a, size_t only_b);

#endif

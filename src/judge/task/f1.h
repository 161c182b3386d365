/*
 * Precision, recall and F1 of one label, from counts of tickets. Pure.
 */
#ifndef JUDGE_TASK_F1_H
#define JUDGE_TASK_F1_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/measure/stats.h"

struct f1_counts {
	size_t n_gold, n_said, n_both; /* tickets that have the label; answers that say it */
};

/* A share of counted things, with its 95% interval; of 0 things there is none (n 0). */
struct f1_figure {
	double value;
	bool is_share; /* of n_right among n; F1 is not */
	size_t n_right, n;
	struct interval interval;
};

struct f1_figure f1_precision(const struct f1_counts *c);
struct f1_figure f1_recall(const struct f1_counts *c);

/*
 * n: tickets that have the label or whose answer says it. Given that, whether both do is a draw
 * with one chance J, and F1 = 2J / (1 + J) grows with it: so the interval of J gives that of F1.
 */
struct f1_figure f1_both(const struct f1_counts *c);

#endif

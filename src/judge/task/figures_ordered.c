/*
 * Figures of labels that are the steps of a scale: how far an answer is from the ticket's label. A
 * label counts as its place, the lowest as 1. The expected level is the mean of the places, weighed
 * with the label's probabilities.
 */
#include <math.h>
#include <stdlib.h>

#include "judge/measure/stats.h"
#include "judge/score.h"
#include "judge/task/figures.h"

#define CONFIDENCE 0.95

/* Sums over some answers. */
struct levels {
	size_t n, n_within, n_expected; /* answers; at most a step away; with probabilities */
	double answered, off; /* places of the labels; steps between them and the tickets' */
	double expected, expected_off;
};

static void ordered_add(const struct figured *of, size_t i, struct levels *l)
{
	const struct answer *answer = of->answers[i];
	int label = answer ? answer_label(answer, of->n_labels) : -1;
	int gold = of->tickets[i].label;
	double expected = 0;

	if (label < 0 || gold < 0)
		return;
	l->n++;
	l->answered += label + 1;
	l->off += abs(label - gold);
	l->n_within += abs(label - gold) <= 1;
	if (answer->n_probs != of->n_labels)
		return;
	for (size_t k = 0; k < of->n_labels; k++)
		expected += answer->probs[k] * (double)(k + 1);
	l->n_expected++;
	l->expected += expected;
	l->expected_off += fabs(expected - (double)(gold + 1));
}

static void ordered_add_mean(struct arena *a, struct figure_table *t, double sum, size_t n)
{
	if (n == 0)
		figures_cell(a, t, "-");
	else
		figures_cell(a, t, "%.2f", sum / (double)n);
}

static void ordered_distances(struct arena *a, const struct figured *of, const struct levels *all,
			      struct figures *figures)
{
	static const struct figure_table head = {
		.name = "distances",
		.title = "Distance from the right level",
		.about = "In steps of the scale. The expected level is the mean of the levels, "
			 "weighed with their probabilities.",
		.columns = { "distance", ">value", ">answers", ">95% interval" },
		.short_title = "Distance in levels",
		.short_column = 1,
	};
	struct figure_table *t = figures_add(a, figures, &head);
	struct interval within = stats_clopper_pearson(all->n_within, all->n, CONFIDENCE);

	(void)of;
	figures_cell(a, t, "of the answer, on average");
	ordered_add_mean(a, t, all->off, all->n);
	figures_cell(a, t, "%zu", all->n);
	figures_cell(a, t, "-");
	figures_cell(a, t, "of the expected level");
	ordered_add_mean(a, t, all->expected_off, all->n_expected);
	figures_cell(a, t, "%zu", all->n_expected);
	figures_cell(a, t, "-");
	figures_cell(a, t, "answers within one step");
	figures_cell(a, t, "%.1f%%", 100. * (double)all->n_within / (double)all->n);
	figures_cell(a, t, "%zu/%zu", all->n_within, all->n);
	figures_cell(a, t, "%.0f%% to %.0f%%", within.low * 100, within.high * 100);
}

/* A row a label that some ticket has. */
static void ordered_levels(struct arena *a, const struct figured *of, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "levels",
		.title = "Levels",
		.about = "For the tickets of each label: the mean level that was answered, and "
			 "the mean expected level.",
		.columns = { "label", ">level", ">tickets", ">answered", ">expected" },
	};
	struct figure_table *t = figures_add(a, figures, &head);

	for (size_t k = 0; k < of->n_labels; k++) {
		struct levels l = { 0 };

		for (size_t i = 0; i < of->n; i++)
			if (of->tickets[i].label == (int)k)
				ordered_add(of, i, &l);
		if (l.n == 0)
			continue;
		figures_cell(a, t, "%s", of->labels[k].name);
		figures_cell(a, t, "%zu", k + 1);
		figures_cell(a, t, "%zu", l.n);
		ordered_add_mean(a, t, l.answered, l.n);
		ordered_add_mean(a, t, l.expected, l.n_expected);
	}
}

void figures_ordered(struct arena *a, const struct figured *of, struct figures *figures)
{
	struct levels all = { 0 };

	for (size_t i = 0; of->ordered && i < of->n; i++)
		ordered_add(of, i, &all);
	if (all.n == 0)
		return;
	ordered_distances(a, of, &all, figures);
	ordered_levels(a, of, figures);
}

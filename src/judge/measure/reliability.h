/*
 * Are a candidate's probabilities worth anything? Calibration error, Brier score and reliability
 * bins over its answers to labelled tickets; how much probability falls on the labels at all, and
 * how often the order of the labels decides. docs/calibration.md has formulas, sources and limits.
 * Pure and deterministic. Must not know candidates or words.
 */
#ifndef JUDGE_MEASURE_RELIABILITY_H
#define JUDGE_MEASURE_RELIABILITY_H

#include <stdbool.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "judge/measure/stats.h"
#include "work/reply.h"

/* With fewer answers than RELIABILITY_ENOUGH the figures are only indicative. */
enum { RELIABILITY_BINS = 10, RELIABILITY_ENOUGH = 100 };

/* The answers whose label has a probability above bin / 10 and up to (bin + 1) / 10. */
struct reliability_bin {
	size_t n, n_right;
	double stated; /* mean probability of their labels; 0 if n is 0 */
	struct interval right; /* Clopper-Pearson, 95%, of the share that is right; if n > 0 */
};

struct reliability {
	size_t n; /* answers with a label and probabilities; all figures are 0 if n is 0 */
	size_t n_without; /* answers without them */
	size_t n_right;
	double stated; /* mean probability of the labels that were given */
	/*
	 * Expected calibration error, 0..1, in ten bins of equal width: C. Guo and others, "On
	 * Calibration of Modern Neural Networks", 2017. Few answers bias it upwards.
	 */
	double ece;
	struct interval ece_95; /* 95%; begins at 0 if it is no more than chance */
	/* What it would be if the probabilities were true: its mean, and the 95th percentile. */
	double ece_by_chance, ece_by_chance_95;
	/*
	 * Sum over all labels of (probability - 1 or 0)^2, mean of the answers: 0 is perfect, 2 the
	 * worst (G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950).
	 */
	double brier;
	struct interval brier_95; /* 0 if `alike` */
	double brier_uniform; /* of the same probability for each label: 1 - 1 / labels */
	struct reliability_bin bins[RELIABILITY_BINS];
	bool alike; /* no bin holds both right and wrong answers: resampling says nothing */
	/* The label mass: probability that falls on the labels at all. */
	size_t n_mass; /* answers for which it was measured */
	double mass; /* their mean */
	size_t n_mass_low; /* of them, those below one half */
	/* Order flips. */
	size_t n_ordered; /* answers for which several orders of the labels were tried */
	size_t n_flipped; /* of them, those on which the orders disagreed */
	struct interval flipped_95; /* Clopper-Pearson, 95%, of their share; if n_ordered > 0 */
};

/* `answers` is indexed by ticket; an entry is NULL without an answer. */
void reliability_of(const struct ticket *tickets, size_t n_tickets, struct answer *const *answers,
		    size_t n_labels, struct reliability *ret);

/* Whether its probabilities are wrong by more than chance: ece is above ece_by_chance_95. */
bool reliability_is_off(const struct reliability *r);

#endif

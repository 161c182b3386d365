/*
 * Cohen's kappa: how far two readers agree beyond what chance explains. Pure.
 */
#ifndef JUDGE_MEASURE_KAPPA_H
#define JUDGE_MEASURE_KAPPA_H

#include <stdbool.h>
#include <stddef.h>

struct kappa {
	size_t n, n_same; /* tickets that both labelled; with the same label */
	double by_chance; /* the share that would be the same if each kept to his own frequencies */
	bool defined; /* it is not if there is no ticket, or both gave one and the same label */
	double value; /* 1: always the same; 0: as by chance */
	bool has_range; /* not if the standard error is 0 (all are the same), which says nothing */
	double low, high; /* 95% confidence, by the standard error for large n */
};

/* Labels are 0 to n_labels - 1. A ticket that one of them did not label has a negative number. */
struct kappa kappa_of(const int *a, const int *b, size_t n, size_t n_labels);

/* "almost perfect", "substantial", …; "" if it is not defined. */
const char *kappa_words(const struct kappa *kappa);

#endif

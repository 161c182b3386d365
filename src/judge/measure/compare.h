/*
 * Compares candidates ticket by ticket: on which tickets two of them differ, and on which most of
 * them agree against the gold label. Pure.
 */
#ifndef JUDGE_MEASURE_COMPARE_H
#define JUDGE_MEASURE_COMPARE_H

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

/* Two candidates on the tickets that both answered. The arena owns the arrays. */
struct pairing {
	size_t *only_a, n_only_a; /* tickets that only the first got right */
	size_t *only_b, n_only_b;
	double mid_p; /* McNemar */
	double ln_e; /* e-process at bar one half that the second is better, for deciding again */
};

void compare_pair(struct arena *a, const struct ticket *tickets, size_t n,
		  struct answer *const *answers_a, struct answer *const *answers_b,
		  struct pairing *ret_pairing);

/* A ticket whose gold label may be wrong. */
struct suspect {
	size_t ticket;
	int label; /* what most candidates say */
	size_t n_agree, n_candidates; /* that say so, of those that answered */
};

/*
 * Finds tickets on which more than half of the candidates, and at least two, agree on a label other
 * than the gold one: check these gold labels first (C. G. Northcutt and others, "Pervasive Label
 * Errors", 2021). The label `other` (an index, or -1) does not count: it means "not sure".
 * answers[c] are the answers of candidate c, by ticket.
 */
void compare_suspects(struct arena *a, const struct ticket *tickets, size_t n,
		      struct answer *const *const *answers, size_t n_candidates, size_t n_labels,
		      int other, struct suspect **ret_suspects, size_t *ret_n);

#endif

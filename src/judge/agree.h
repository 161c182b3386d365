/*
 * Compares two records of answers to the same tickets: labels or written texts, probabilities and
 * reasons. Pure. Must not know runs or how they asked.
 */
#ifndef JUDGE_AGREE_H
#define JUDGE_AGREE_H

#include <stdint.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

/* Places of one ticket in the two records. */
struct ticket_pair {
	size_t a, b;
};

/* What one candidate answered in one run. */
struct record {
	const struct ticket *tickets;
	const struct label *labels;
	size_t n_labels;
	bool written; /* the answers are texts, and their labels are marks */
	struct answer *const *answers; /* by ticket, NULL without an answer; text NULL: purged */
	struct reason *const *reasons;
};

struct ticket_pairs {
	struct ticket_pair *items; /* owned by the arena */
	size_t n;
};

/* All counts except n_only_a and n_only_b are over the tickets that both answered. */
struct agreement {
	size_t n; /* tickets that both answered */
	size_t n_only_a, n_only_b; /* tickets that only one of them answered */
	size_t right_a, right_b; /* each against the gold label in its own record */
	size_t n_lost, n_gained; /* right only in the first, right only in the second */
	struct ticket_pairs flips; /* another label, another written text, or another failure */
	size_t n_other_labels; /* flips with another label or mark, or another failure */
	size_t n_probs; /* both gave probabilities, of the same labels */
	struct ticket_pairs other_probs; /* not equal bit for bit */
	double probs_apart; /* the largest difference of a label's probability */
	size_t n_reasons; /* at least one gave a reason */
	struct ticket_pairs other_reasons;
	int64_t ttft_a_us, ttft_b_us; /* median; -1 if there is none */
};

/* Labels are matched by their names: the two records may number them differently. */
void agree(struct arena *a, const struct record *x, const struct record *y,
	   const struct ticket_pair *pairs, size_t n, struct agreement *ret_agreement);

#endif

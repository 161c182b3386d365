/*
 * Which unlabelled tickets are worth a person's time: those on which the candidates that were asked
 * differ, or waver. Answers in, proposals out; nothing here is ever scored. Pure.
 */
#ifndef JUDGE_SUGGEST_H
#define JUDGE_SUGGEST_H

#include <stdbool.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

/* Somebody with an opinion on the tickets. */
struct suggest_voter {
	const char *name;
	bool baseline; /* no language model: heard, but without a vote */
	struct answer *const *answers; /* by ticket; NULL where it was not asked */
};

struct suggest_question {
	const struct ticket *tickets;
	size_t n;
	const struct suggest_voter *voters;
	size_t n_voters;
	const size_t *known; /* tickets that the run has already, one count a label */
	size_t n_labels;
};

struct proposal {
	size_t ticket;
	int label; /* what most models say; of several, what the first voter among them says */
	size_t n_said; /* different labels that models say */
	/* Between the two most probable labels, by the models' mean probabilities; -1: unknown. */
	double margin;
	bool rare; /* the run has less than half an even share of tickets with that label */
};

/*
 * At most n_wanted proposals, hardest first; owned by the arena. A ticket's rank is
 *   4 (labels said - 1) + 2 split + (1 - margin) + 1/2 where a baseline says something else
 *   + 4 rarity
 * where split is 1 - (votes of the most said label - votes of the second) / votes, 0 where all
 * agree (query by committee: H. S. Seung, M. Opper, H. Sompolinsky, 1992), margin is counted as 1
 * where it is not known (margin sampling: T. Scheffer, C. Decomain, S. Wrobel, 2001), and rarity is
 * what the label lacks of an even share among the run's tickets and the proposals so far: 1 where
 * it has none. Equal ranks stay in the order of the tickets.
 * Left out: tickets that some voter was not asked about or that no model gave a label to; those of
 * a label that has half of n_wanted already; near-duplicates of a better proposal
 * (job/ticket/leak_guard.h).
 */
void suggest_rank(struct arena *a, const struct suggest_question *q, size_t n_wanted,
		  struct proposal **ret_proposals, size_t *ret_n);

/* The label that a voter's answer to a ticket counts for, or -1. */
int suggest_label(const struct suggest_voter *voter, size_t ticket, size_t n_labels);

/* "qwen says refund, smollm says billing; margin 0.04; rare label"; owned by the arena. */
const char *suggest_why(struct arena *a, const struct suggest_question *q,
			const struct label *labels, const struct proposal *proposal);

#endif

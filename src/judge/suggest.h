/*
 * Proposes unlabelled tickets that are worth a person's time: the candidates disagree on them or
 * are unsure. Answers in, proposals out; nothing is scored. Pure.
 */
#ifndef JUDGE_SUGGEST_H
#define JUDGE_SUGGEST_H

#include <stdbool.h>

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

/* A candidate or baseline that answered the tickets. */
struct suggest_voter {
	const char *name;
	bool baseline; /* no language model: it counts for the rank, but has no vote */
	struct answer *const *answers; /* by ticket; NULL if it was not asked */
};

struct suggest_question {
	const struct ticket *tickets;
	size_t n;
	const struct suggest_voter *voters;
	size_t n_voters;
	const size_t *known; /* tickets that the run has already, by label */
	size_t n_labels;
};

struct proposal {
	size_t ticket;
	int label; /* of most models; of equals the first voter's */
	size_t n_said; /* number of different labels among the models */
	/* Difference of the two largest mean probabilities of the models; -1: unknown. */
	double margin;
	bool rare; /* the run has less than half an even share of tickets with that label */
};

/*
 * At most n_wanted proposals, hardest first; owned by the arena. A ticket's rank is
 *   4 (labels said - 1) + 2 split + (1 - margin) + 1/2 if a baseline says something else
 *   + 4 rarity
 * where split is 1 - (votes of the most said label - votes of the second) / votes, 0 if all
 * agree (query by committee: H. S. Seung, M. Opper, H. Sompolinsky, 1992), margin counts as 1
 * if it is unknown (margin sampling: T. Scheffer, C. Decomain, S. Wrobel, 2001), and rarity is
 * what the label lacks of an even share among the run's tickets and the proposals so far: 1 if
 * it has none. Equal ranks stay in the order of the tickets.
 * Left out: tickets that some voter was not asked about or that no model gave a label to; those of
 * a label that has half of n_wanted already; near-duplicates of a better proposal
 * (job/ticket/leak_guard.h).
 */
void suggest_rank(struct arena *a, const struct suggest_question *q, size_t n_wanted,
		  struct proposal **ret_proposals, size_t *ret_n);

/* The label that a voter gives a ticket, or -1. */
int suggest_label(const struct suggest_voter *voter, size_t ticket, size_t n_labels);

/* "qwen says refund, smollm says billing; margin 0.04; rare label"; owned by the arena. */
const char *suggest_why(struct arena *a, const struct suggest_question *q,
			const struct label *labels, const struct proposal *proposal);

/*
 * "2 different labels; margin 0.04": the same without naming a label, for the person who is going
 * to label the ticket. Owned by the arena.
 */
const char *suggest_why_unnamed(struct arena *a, const struct proposal *proposal);

#endif

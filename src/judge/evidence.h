/*
 * Which tickets count as evidence: ordinary ones, once a group, and only those whose results
 * nobody had seen when the prompt was written. Pure.
 */
#ifndef JUDGE_EVIDENCE_H
#define JUDGE_EVIDENCE_H

#include <stdbool.h>

#include "job/ticket/ticket.h"

struct evidence {
	bool *counts; /* one a ticket */
	size_t n_counts;
	size_t n_repeats; /* tickets left out because their group is there already */
	size_t n_seen; /* left out because results on them were seen before */
	bool edited; /* that is so for all: they are counted, and the verdict is capped */
};

/*
 * `tickets` are all ordinary tickets, in the order in which they were added; seen[i] says whether
 * results on ticket i were seen before this prompt was first used. Of a group (same customer or
 * thread) the first ticket that is not left out otherwise counts: which one does not depend on any
 * answer.
 */
void evidence_choose(struct arena *a, const struct ticket *tickets, size_t n, const bool *seen,
		     struct evidence *ret_evidence);

#endif

/*
 * Decides which tickets count as evidence: ordinary tickets, one of each group, if nobody had seen
 * their results when the prompt was written. Pure.
 */
#ifndef JUDGE_EVIDENCE_H
#define JUDGE_EVIDENCE_H

#include <stdbool.h>

#include "job/ticket/ticket.h"

struct evidence {
	bool *counts; /* one per ticket */
	size_t n_counts;
	size_t n_repeats; /* left out because their group has a ticket already */
	size_t n_copies; /* left out because they (nearly) have the text of another ticket */
	size_t n_seen; /* left out because their results had been seen */
	bool edited; /* all results had been seen: they count, and the verdict is capped */
	const char *seen_in; /* a run that had shown results, or NULL; set by the caller */
};

/*
 * `tickets` are all ordinary tickets, oldest first; seen[i]: results on ticket i were seen before
 * this prompt was first used; copies[i]: it repeats an earlier one (job/ticket/repeats.h), so it
 * never counts. Of a group (same customer or thread) the first ticket that can count
 * does. The choice depends on no answer.
 */
void evidence_choose(struct arena *a, const struct ticket *tickets, size_t n, const bool *seen,
		     const bool *copies, struct evidence *ret_evidence);

#endif

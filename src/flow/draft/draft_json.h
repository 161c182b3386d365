/*
 * A draft as JSON, and the counts that a terminal shows too. Decides which tickets a reader sees,
 * and that one reader does not see another's labels.
 */
#ifndef FLOW_DRAFT_DRAFT_JSON_H
#define FLOW_DRAFT_DRAFT_JSON_H

#include "flow/draft/draft.h"
#include "judge/measure/kappa.h"

struct draft_view {
	const char *reader;
	size_t number; /* how many tickets that the reader has not judged */
	bool reveal; /* also what is covered */
};

struct draft_progress {
	size_t labelled, unsure, skipped, open; /* of one reader */
	size_t ready; /* tickets that have a label in the end */
	size_t disputed;
	size_t acceptable; /* open ones that the export gives a label */
};

void draft_count(const struct draft *d, const char *reader, struct draft_progress *ret_progress);

/*
 * Buckets, progress, and tickets: those that the reader judged, then those to be read next. What
 * another reader has read comes before what nobody has.
 */
json_t *draft_to_json(struct arena *a, const struct draft *d, const struct draft_view *view);

/* What an entry changed: buckets, progress, tickets. */
json_t *draft_changes_to_json(struct arena *a, const struct draft *before,
			      const struct draft *after, const struct draft_view *view);

/* Two who labelled the same tickets. */
struct draft_pair {
	const char *a, *b; /* names; "file" is the export itself */
	struct kappa kappa;
};

/* All pairs with at least one ticket in common. Owned by the arena. */
struct draft_pair *draft_pairs(struct arena *a, const struct draft *d, size_t *ret_n);

/* Pairs with their agreement, and the tickets on which readers differ. */
json_t *draft_agreement_to_json(struct arena *a, const struct draft *d,
				const struct draft_view *view);

#endif

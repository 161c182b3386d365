/*
 * What differs between two runs: what they were asked with, and what they answered. Computed here,
 * written by diff_text.c and diff_json.c.
 */
#ifndef REPORT_DIFF_DIFF_H
#define REPORT_DIFF_DIFF_H

#include <jansson.h>

#include "judge/agree.h"
#include "report/result/result.h"

/* Something that the two were asked with. */
struct setting {
	const char *name, *a, *b; /* "" where a run has no such thing */
	bool same;
};

/* One candidate in both runs. */
struct candidate_pair {
	int a, b; /* indices into the candidates; -1: that run has none */
	bool renamed; /* the same weights and way under two names */
	bool same_pass; /* one used the very replies of the other */
	struct agreement agreement; /* zeroed where one of the runs has none */
	const char *untimed_a,
		*untimed_b; /* why a run's times are no measure, NULL where they are */
};

struct diff {
	const struct result *a, *b;
	struct setting *settings;
	size_t n_settings;
	struct ticket_pair *tickets; /* in both runs, in the order of the first */
	size_t n_tickets;
	struct candidate_pair *candidates; /* the first run's, then what only the second has */
	size_t n;
};

/* Over all candidates that are in both runs. */
struct diff_totals {
	size_t n; /* answers that both gave */
	size_t n_flips, n_only_a, n_only_b;
	size_t n_probs, n_other_probs, n_reasons, n_other_reasons;
	double probs_apart;
};

/*
 * Tickets are the same where they stand in the same slice, or have the same id and text.
 * Candidates are matched by name, then by weights and way. `only` holds n_only names to which the
 * comparison is limited; 0: all. Both results are loaded with their texts.
 */
void diff_build(struct arena *a, const struct result *x, const struct result *y,
		const char *const *only, size_t n_only, struct diff *ret_diff);

/* The settings of two runs; candidates are those that are in both. */
void diff_settings(struct arena *a, struct diff *d);

struct diff_totals diff_totals(const struct diff *d);

/* Whether something was compared, and every answer is the same. */
bool diff_same(const struct diff *d);

/* The gold label's name, "" where a ticket has none. */
const char *diff_gold(const struct result *r, size_t ticket);

/* All of it for machines; a new reference. */
json_t *diff_to_json(struct arena *a, const struct diff *d);

#endif

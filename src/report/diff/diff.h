/*
 * Compares two runs: their settings and their answers. diff_text.c and diff_json.c write the
 * result.
 */
#ifndef REPORT_DIFF_DIFF_H
#define REPORT_DIFF_DIFF_H

#include <jansson.h>

#include "judge/agree.h"
#include "report/result/result.h"

/* A setting of both runs. */
struct setting {
	const char *name, *a, *b; /* "" if a run has no such setting */
	bool same;
};

/* One candidate in both runs. */
struct candidate_pair {
	int a, b; /* indices into the candidates; -1: not in that run */
	bool renamed; /* the same weights and way under two names */
	bool same_pass; /* one run reused the replies of the other */
	struct agreement agreement; /* zeroed if one of the runs lacks the candidate */
	const char *untimed_a, *untimed_b; /* why a run's times do not count; NULL if they do */
};

struct diff {
	const struct result *a, *b;
	struct setting *settings;
	size_t n_settings;
	struct ticket_pair *tickets; /* in both runs, in the order of the first */
	size_t n_tickets;
	struct candidate_pair *candidates; /* the first run's, then those only in the second */
	size_t n;
};

/* Sums over all candidates that are in both runs. */
struct diff_totals {
	size_t n; /* tickets that both answered */
	size_t n_flips, n_other_labels, n_only_a, n_only_b;
	size_t n_probs, n_other_probs, n_reasons, n_other_reasons;
	double probs_apart;
};

/*
 * Tickets match if they are in the same slice, or have the same id and text. Candidates match by
 * name, or else by weights and way. `only` limits the comparison to n_only names; 0: all. Both
 * results must be loaded with their texts.
 */
void diff_build(struct arena *a, const struct result *x, const struct result *y,
		const char *const *only, size_t n_only, struct diff *ret_diff);

/* As above, for one candidate of each run, whatever their names and weights. */
void diff_build_pair(struct arena *a, const struct result *x, const struct result *y,
		     const struct candidate_pair *pair, struct diff *ret_diff);

/* True if both runs have the candidate. */
bool diff_in_both(const struct candidate_pair *p);

/* Fills the settings of both runs, and of the candidates that are in both. */
void diff_settings(struct arena *a, struct diff *d);

struct diff_totals diff_totals(const struct diff *d);

/* True if something was compared and every answer is the same. */
bool diff_same(const struct diff *d);

/* The name of the ticket's expected label, or its gold answer; "" if it has none. */
const char *diff_gold(const struct result *r, size_t ticket);

/* The comparison as JSON; a new reference. */
json_t *diff_to_json(struct arena *a, const struct diff *d);

#endif

/*
 * One model asked in several ways, side by side: a row a model, a column a way, baselines in front.
 * Decides what stands in which cell; knows nothing of how a way works.
 */
#ifndef REPORT_WAYS_H
#define REPORT_WAYS_H

#include <stdio.h>

#include "report/result/result.h"

struct ways {
	const char **columns; /* "baseline majority", "plain", "tuned small"; baselines first */
	size_t n_columns, n_baselines;
	const char **models; /* in size order of their first candidate */
	size_t n_models;
	int *cells; /* index of a candidate, n_columns a model; -1: not asked in this way */
};

/* The model's name and the way, which together are the candidate's name; a baseline has no way. */
void ways_split(struct arena *a, const struct candidate_row *row, const char **ret_model,
		const char **ret_way);

/* Everything is owned by the arena. */
void ways_of(struct arena *a, const struct result *r, struct ways *ret_ways);

/* Whether a model was asked in more than one way: with one each there is nothing to put beside. */
bool ways_are_several(const struct ways *w);

/* "22/25 (88%)" or "did not run"; "" for a way that was not asked. */
const char *ways_cell(struct arena *a, const struct result *r, const struct ways *w, size_t model,
		      size_t column);

/* The table with an empty line before it; nothing where ways are not several. */
void ways_write_text(struct arena *a, const struct result *r, FILE *out);

#endif

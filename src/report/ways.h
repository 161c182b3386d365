/*
 * Models asked in several ways, side by side: a row a model, a column a way; baselines below.
 * Decides what stands in which cell; knows nothing of how a way works.
 */
#ifndef REPORT_WAYS_H
#define REPORT_WAYS_H

#include "report/result/result.h"
#include "report/table/table.h"

/* Splits a candidate's name into model and way; a baseline has no way. Owned by the arena. */
void ways_split(struct arena *a, const struct candidate_row *row, const char **ret_model,
		const char **ret_way);

/* False if no model was asked in more than one way: then there is nothing to compare. */
bool ways_table(struct arena *a, const struct result *r, struct table *ret_table);

/* The table after an empty line; nothing if there is none. */
void ways_write_text(struct arena *a, const struct result *r, FILE *out);

#endif

/*
 * Tickets × candidates: short names for the columns, and what a cell says. Shared by the writers
 * that show a row a ticket.
 */
#ifndef REPORT_EXPORT_EXPORT_GRID_H
#define REPORT_EXPORT_EXPORT_GRID_H

#include "report/export/export_rows.h"

/*
 * One name a candidate of the scope: the model's name up to the first part that tells it from the
 * other models, and the way: "qwen2.5-coder-0.5b examples". All differ. Owned by the arena.
 */
const char **export_short_names(const struct export_scope *s);

/*
 * "card"; "wrong: other"; "no label: timeout"; "" if it was not asked. *ret_right says whether it
 * is right. Owned by the arena.
 */
const char *export_grid_cell(const struct export_scope *s, const struct candidate_result *c,
			     size_t ticket, bool *ret_right);

/* How many of the scope's candidates answered a ticket, and how many were right. */
void export_grid_count(const struct export_scope *s, size_t ticket, size_t *ret_right,
		       size_t *ret_asked);

#endif

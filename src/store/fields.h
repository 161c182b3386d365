/*
 * Everything that the store holds of a run besides tickets and replies: row by row, as cells, with
 * every column of the row tables.
 */
#ifndef STORE_FIELDS_H
#define STORE_FIELDS_H

#include "store/row.h"

/* A row as stored; the arena owns everything. */
struct stored_row {
	const struct row_type *type;
	int64_t seq; /* place in the chain, from 1 */
	const char *hash;
	struct cell *cells; /* one per column */
};

/*
 * The run, its slices, then each candidate with its model, pass and segments, then all events. A
 * reused pass has the segments of the run that made it.
 */
int store_get_fields(struct arena *a, struct store *s, const struct run_row *run,
		     struct stored_row **ret_rows, size_t *ret_n, struct err *err) MUST_USE;

#endif

/*
 * Everything that is kept of a run beside its tickets and replies, row by row, as cells: also
 * columns that nothing but the row tables knows of.
 */
#ifndef STORE_FIELDS_H
#define STORE_FIELDS_H

#include "store/row.h"

/* A row as it lies in the store; everything is owned by the arena. */
struct stored_row {
	const struct row_type *type;
	int64_t seq; /* place in the chain, from 1 */
	const char *hash;
	struct cell *cells; /* one a column */
};

/*
 * The run, its slices, then each candidate with its model, pass and segments, then all events.
 * A pass that was reused comes with the segments in which it was made.
 */
int store_get_fields(struct arena *a, struct store *s, const struct run_row *run,
		     struct stored_row **ret_rows, size_t *ret_n, struct err *err) MUST_USE;

#endif

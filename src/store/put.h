/*
 * A transaction that appends rows to the chain, shared by the writers of this folder. Only files of
 * this folder include it.
 */
#ifndef STORE_PUT_H
#define STORE_PUT_H

#include "store/db.h"

/* An open transaction. Statements are prepared once for many rows. */
struct put {
	struct store *store;
	sqlite3_stmt *text, *rows[ROW_KINDS];
	int64_t n_rows;
	char head[HASH_HEX_LEN + 1];
};

int put_begin(struct put *p, struct store *s, struct err *err) MUST_USE;

/* Commits if r is 0, else undoes everything. Returns r, or -1 if the commit fails. */
int put_end(struct put *p, int r, struct err *err) MUST_USE;

/*
 * Appends one row to its table and to the chain. If its kind has an id, the row gets a new one
 * first.
 */
int put_new_row(struct put *p, enum row_kind kind, void *row, struct err *err) MUST_USE;

#endif

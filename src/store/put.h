/*
 * One transaction that appends rows to the chain: what the writers of this folder share. Only
 * files of this folder include it.
 */
#ifndef STORE_PUT_H
#define STORE_PUT_H

#include "store/db.h"

/* A transaction under way. Statements are kept for puts of many rows. */
struct put {
	struct store *store;
	sqlite3_stmt *text, *rows[ROW_KINDS];
	int64_t n_rows;
	char head[HASH_HEX_LEN + 1];
};

int put_begin(struct put *p, struct store *s, struct err *err) MUST_USE;

/* Commits where r is 0, and undoes everything otherwise. Returns r, or -1 where that failed. */
int put_end(struct put *p, int r, struct err *err) MUST_USE;

/* Appends one row to its table and to the chain. */
int put_row(struct put *p, enum row_kind kind, const void *row, struct err *err) MUST_USE;

/* The id that a new row of this kind gets. */
int put_next_id(struct put *p, enum row_kind kind, int64_t *ret_id, struct err *err) MUST_USE;

#endif

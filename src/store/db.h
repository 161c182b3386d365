/*
 * SQLite for the other files of this folder: statements that fail with our errors, and rows as
 * cells. Only files of this folder include it.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "store/row.h"
#include "store/schema.h"
#include "store/store.h"

/* The value of a parameter: the text, or the number if text is NULL. */
struct db_bind {
	const char *text;
	int64_t number;
};

enum { DB_MAX_BINDS = 5 };

struct db_query {
	const char *sql;
	size_t n;
	struct db_bind binds[DB_MAX_BINDS];
	size_t n_expected; /* rows to make room for; 0: unknown */
};

/* Rows of one kind, as an array of its structs. */
struct db_rows {
	void *rows; /* owned by the arena */
	size_t n;
};

/* Sets ERR_STORE from SQLite's last error on this store and says what to do. Returns -1. */
int db_error(struct store *s, struct err *err);

int db_exec(struct store *s, const char *sql, struct err *err) MUST_USE;

/* Ends a transaction and undoes it. Does nothing outside of one. */
void db_rollback(struct store *s);

/* The caller owns the statement: sqlite3_finalize(). */
int db_prepare(struct store *s, const char *sql, sqlite3_stmt **ret_stmt, struct err *err) MUST_USE;

/* 1: a row, 0: no more rows, -1: failure. */
int db_step(struct store *s, sqlite3_stmt *stmt, struct err *err) MUST_USE;

/* First column of the first row, if there is a row. */
int db_lookup(struct store *s, const struct db_query *query, bool *ret_found, int64_t *ret_value,
	      struct err *err) MUST_USE;

/*
 * Prepares a schema_select(); query->sql is its tail. The caller owns the statement, which is NULL
 * on failure.
 */
int db_select(struct store *s, const char *before, enum row_kind kind, enum store_texts texts,
	      const struct db_query *query, sqlite3_stmt **ret_stmt, struct err *err) MUST_USE;

/*
 * Reads the current row of a db_select() statement that was made with the same `texts`. The
 * row's own columns begin at `at`. Data is borrowed until the next step. Without texts, each text
 * reads as empty.
 */
void db_fetch(sqlite3_stmt *stmt, int at, const struct row_type *type, enum store_texts texts,
	      struct cell *cells);

/* All rows of a kind; query->sql is the rest of the SELECT: WHERE, ORDER BY, LIMIT. */
int db_read_rows(struct arena *a, struct store *s, enum row_kind kind, enum store_texts texts,
		 const struct db_query *query, struct db_rows *ret_rows, struct err *err) MUST_USE;

/* Fills s->n_rows and s->head. */
int db_read_head(struct store *s, struct err *err) MUST_USE;

#endif

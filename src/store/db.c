/*
 * SQLite calls, and what their failures mean to the user. Decides the wording of storage errors.
 * Must not know what rows mean.
 */
#include "store/db.h"

#include <string.h>

int db_error(struct store *s, struct err *err)
{
	const char *words = sqlite3_errmsg(s->db);

	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return err_set(err, ERR_STORE,
			       "disk error in store '%s': %s; nothing is lost: free some space and "
			       "run the same command again",
			       s->path, words);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_STORE,
			       "store '%s' is in use by another program (%s); close that program "
			       "and run the same command again",
			       s->path, words);
	case SQLITE_NOTADB:
		return err_set(err, ERR_STORE,
			       "'%s' is not a toehold store (%s); name another file", s->path,
			       words);
	case SQLITE_CORRUPT:
		return err_set(
			err, ERR_STORE,
			"store '%s' is damaged (%s); leave it as it is and continue with a copy",
			s->path, words);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return err_set(
			err, ERR_STORE,
			"no access to store '%s' (%s); check the permissions of the file and "
			"of its folder",
			s->path, words);
	default:
		return err_set(err, ERR_STORE, "store '%s': %s", s->path, words);
	}
}

int db_exec(struct store *s, const char *sql, struct err *err)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(s, err);
	return 0;
}

void db_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int db_prepare(struct store *s, const char *sql, sqlite3_stmt **ret_stmt, struct err *err)
{
	if (sqlite3_prepare_v2(s->db, sql, -1, ret_stmt, NULL) != SQLITE_OK)
		return db_error(s, err);
	return 0;
}

int db_step(struct store *s, sqlite3_stmt *stmt, struct err *err)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	return db_error(s, err);
}

static int db_prepare_query(struct store *s, const char *sql, const struct db_query *query,
			    sqlite3_stmt **ret_stmt, struct err *err)
{
	if (db_prepare(s, sql, ret_stmt, err) < 0)
		return -1;
	for (size_t i = 0; i < query->n; i++) {
		const struct db_bind *b = &query->binds[i];
		int code = b->text ? sqlite3_bind_text(*ret_stmt, (int)i + 1, b->text, -1,
						       SQLITE_STATIC) :
				     sqlite3_bind_int64(*ret_stmt, (int)i + 1, b->number);

		if (code != SQLITE_OK) {
			db_error(s, err);
			sqlite3_finalize(*ret_stmt);
			*ret_stmt = NULL;
			return -1;
		}
	}
	return 0;
}

int db_select(struct store *s, const char *before, enum row_kind kind, enum store_texts texts,
	      const struct db_query *query, sqlite3_stmt **ret_stmt, struct err *err)
{
	struct buf sql;
	int r;

	*ret_stmt = NULL;
	buf_init(&sql, SCHEMA_SQL_MAX);
	schema_select(&sql, before, &row_types[kind], texts, query->sql);
	r = db_prepare_query(s, buf_text(&sql), query, ret_stmt, err);
	buf_release(&sql);
	return r;
}

int db_lookup(struct store *s, const struct db_query *query, bool *ret_found, int64_t *ret_value,
	      struct err *err)
{
	sqlite3_stmt *stmt;
	int r;

	if (db_prepare_query(s, query->sql, query, &stmt, err) < 0)
		return -1;
	r = db_step(s, stmt, err);
	if (r >= 0)
		*ret_found = r == 1;
	if (r == 1)
		*ret_value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return r < 0 ? -1 : 0;
}

static void db_fetch_private(sqlite3_stmt *stmt, int at, struct cell *cell)
{
	const void *salt = sqlite3_column_blob(stmt, at);
	int salt_len = sqlite3_column_bytes(stmt, at);
	const char *hash = (const char *)sqlite3_column_text(stmt, at + 1);

	*cell = (struct cell){ .tag = hash ? CELL_PRIVATE : CELL_NULL };
	if (!hash)
		return;
	cell->purged = sqlite3_column_type(stmt, at + 2) == SQLITE_NULL;
	cell->data = sqlite3_column_blob(stmt, at + 2);
	cell->len = (size_t)sqlite3_column_bytes(stmt, at + 2);
	if (salt_len == ROW_SALT_BYTES)
		memcpy(cell->salt, salt, ROW_SALT_BYTES);
	if (strlen(hash) == HASH_HEX_LEN)
		memcpy(cell->hash, hash, HASH_HEX_LEN);
}

/* Text or blob; borrowed from the value. */
static void db_fetch_data(sqlite3_value *value, enum cell_tag tag, struct cell *cell)
{
	cell->tag = tag;
	cell->data = tag == CELL_TEXT ? (const void *)sqlite3_value_text(value) :
					sqlite3_value_blob(value);
	cell->len = cell->data ? (size_t)sqlite3_value_bytes(value) : 0;
}

/*
 * Takes the column's value in one call and reads it without SQLite's checks of the statement, which
 * is safe because one thread uses the store. Sets only what the tag needs: salt and hash are large.
 */
static void db_fetch_plain(sqlite3_stmt *stmt, int at, struct cell *cell)
{
	sqlite3_value *value = sqlite3_column_value(stmt, at);

	cell->tag = CELL_NULL;
	cell->len = 0;
	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		cell->tag = CELL_INT;
		cell->number = sqlite3_value_int64(value);
		break;
	case SQLITE_FLOAT:
		cell->tag = CELL_REAL;
		cell->real = sqlite3_value_double(value);
		break;
	case SQLITE_TEXT:
		db_fetch_data(value, CELL_TEXT, cell);
		break;
	case SQLITE_BLOB:
		db_fetch_data(value, CELL_BLOB, cell);
		break;
	}
}

void db_fetch(sqlite3_stmt *stmt, int at, const struct row_type *type, enum store_texts texts,
	      struct cell *cells)
{
	for (size_t i = 0; i < type->n_columns; i++) {
		struct cell *cell = &cells[i];

		if (!row_is_private(&type->columns[i])) {
			db_fetch_plain(stmt, at++, cell);
		} else if (texts == STORE_NO_TEXTS) {
			*cell = (struct cell){ .tag = CELL_PRIVATE };
		} else {
			db_fetch_private(stmt, at, cell);
			at += SCHEMA_PRIVATE_COLUMNS;
		}
	}
}

/* Appends one row; ret->rows has room for *cap of them. */
static void db_add_row(struct arena *a, struct db_rows *ret, size_t *cap, const void *row,
		       size_t size)
{
	ret->rows = arena_grow(a, ret->rows, ret->n, cap, size);
	memcpy((char *)ret->rows + ret->n * size, row, size);
	ret->n++;
}

int db_read_rows(struct arena *a, struct store *s, enum row_kind kind, enum store_texts texts,
		 const struct db_query *query, struct db_rows *ret_rows, struct err *err)
{
	const struct row_type *type = &row_types[kind];
	size_t cap = query->n_expected;
	struct db_rows rows = { .rows = arena_array(a, cap, type->size) };
	void *row = arena_alloc(a, type->size);
	struct cell cells[ROW_MAX_COLUMNS];
	sqlite3_stmt *stmt;
	int r = db_select(s, "", kind, texts, query, &stmt, err);

	while (r >= 0 && (r = db_step(s, stmt, err)) == 1) {
		db_fetch(stmt, 0, type, texts, cells);
		r = row_unpack(a, type, cells, row, err);
		if (r < 0)
			err_wrap(err, "store '%s'", s->path);
		db_add_row(a, &rows, &cap, row, type->size);
	}
	if (r == 0)
		*ret_rows = rows;
	sqlite3_finalize(stmt);
	return r;
}

int db_read_head(struct store *s, struct err *err)
{
	sqlite3_stmt *stmt;
	const char *hash;
	int r;

	if (db_prepare(s, "SELECT seq, hash FROM head WHERE id = 1", &stmt, err) < 0)
		return -1;
	r = db_step(s, stmt, err);
	hash = r == 1 ? (const char *)sqlite3_column_text(stmt, 1) : NULL;
	if (hash && strlen(hash) == HASH_HEX_LEN) {
		s->n_rows = sqlite3_column_int64(stmt, 0);
		memcpy(s->head, hash, HASH_HEX_LEN + 1);
		r = 0;
	} else if (r >= 0) {
		r = err_set(err, ERR_STORE,
			    "store '%s' is damaged: the head of its chain is missing", s->path);
	}
	sqlite3_finalize(stmt);
	return r;
}

/*
 * Hashes of rows, and the walk over all rows that checks every link. Decides what counts as
 * tampering. Must not know what rows mean.
 */
#include "store/chain.h"

#include <string.h>

#include "base/display.h"
#include "store/db.h"

/* Only the value: nothing for NULL, the salted hash for a private text. */
static void chain_add_value(struct hash *h, const struct cell *cell)
{
	uint64_t bits;

	switch (cell->tag) {
	case CELL_NULL:
		hash_add_i64(h, 0);
		break;
	case CELL_INT:
		hash_add_i64(h, sizeof(cell->number));
		hash_add_i64(h, cell->number);
		break;
	case CELL_REAL:
		memcpy(&bits, &cell->real, sizeof(bits));
		hash_add_i64(h, sizeof(bits));
		hash_add_i64(h, (int64_t)bits);
		break;
	case CELL_TEXT:
	case CELL_BLOB:
		hash_add_i64(h, (int64_t)cell->len);
		if (cell->len > 0)
			hash_add(h, cell->data, cell->len);
		break;
	case CELL_PRIVATE:
		hash_add_text(h, cell->hash);
		break;
	}
}

void chain_hash(const char *previous, const struct row_type *type, const struct cell *cells,
		char ret_hash[HASH_HEX_LEN + 1])
{
	static const char tags[] = {
		[CELL_NULL] = 'n', [CELL_INT] = 'i',  [CELL_REAL] = 'r',
		[CELL_TEXT] = 't', [CELL_BLOB] = 'b', [CELL_PRIVATE] = 'p',
	};
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, previous);
	hash_add_text(&h, type->table);
	for (size_t i = 0; i < type->n_columns; i++) {
		hash_add_text(&h, type->columns[i].name);
		hash_add(&h, &tags[cells[i].tag], 1);
		chain_add_value(&h, &cells[i]);
	}
	hash_hex(&h, ret_hash);
}

void chain_text_hash(const struct cell *cell, char ret_hash[HASH_HEX_LEN + 1])
{
	struct hash h;

	hash_init(&h);
	hash_add(&h, cell->salt, sizeof(cell->salt));
	if (cell->len > 0)
		hash_add(&h, cell->data, cell->len);
	hash_hex(&h, ret_hash);
}

/* All tables, read side by side in the order of seq. */
struct walk {
	struct store *store;
	sqlite3_stmt *stmts[ROW_KINDS];
	bool more[ROW_KINDS]; /* there is a current row */
	int64_t seqs[ROW_KINDS]; /* of the current row */
	int64_t seq; /* of the last row that matched */
	char hash[HASH_HEX_LEN + 1];
};

static int chain_walk_step(struct walk *w, int kind, struct err *err)
{
	int r = db_step(w->store, w->stmts[kind], err);

	if (r < 0)
		return -1;
	w->more[kind] = r == 1;
	w->seqs[kind] = sqlite3_column_int64(w->stmts[kind], 0);
	return 0;
}

static int chain_walk_open(struct walk *w, struct err *err)
{
	const struct db_query all = { .sql = "ORDER BY r.seq" };

	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (db_select(w->store, SCHEMA_LINK, (enum row_kind)kind, STORE_TEXTS, &all,
			      &w->stmts[kind], err) < 0 ||
		    chain_walk_step(w, kind, err) < 0)
			return -1;
	return 0;
}

static void chain_walk_close(struct walk *w)
{
	for (int kind = 0; kind < ROW_KINDS; kind++)
		sqlite3_finalize(w->stmts[kind]);
}

static int chain_check_texts(const struct walk *w, const struct row_type *type,
			     const struct cell *cells, struct err *err)
{
	char hash[HASH_HEX_LEN + 1];

	for (size_t i = 0; i < type->n_columns; i++) {
		if (cells[i].tag != CELL_PRIVATE || cells[i].purged)
			continue;
		chain_text_hash(&cells[i], hash);
		if (strcmp(hash, cells[i].hash) != 0)
			return err_set(err, ERR_STORE,
				       "the chain of store '%s' is broken at row %lld: the text of "
				       "'%s' in table '%s' is not what was written",
				       w->store->path, (long long)w->seq + 1, type->columns[i].name,
				       type->table);
	}
	return 0;
}

/* Checks the next row of the chain, which is in table `kind`. */
static int chain_check_row(struct walk *w, int kind, struct err *err)
{
	const struct row_type *type = &row_types[kind];
	const char *stored = (const char *)sqlite3_column_text(w->stmts[kind], 1);
	struct cell cells[ROW_MAX_COLUMNS];
	char hash[HASH_HEX_LEN + 1];

	db_fetch(w->stmts[kind], SCHEMA_LINK_COLUMNS, type, STORE_TEXTS, cells);
	chain_hash(w->hash, type, cells, hash);
	if (!stored || strcmp(stored, hash) != 0)
		return err_set(
			err, ERR_STORE,
			"the chain of store '%s' is broken at row %lld: what table '%s' holds "
			"is not what was written",
			w->store->path, (long long)w->seq + 1, type->table);
	if (chain_check_texts(w, type, cells, err) < 0)
		return -1;
	memcpy(w->hash, hash, sizeof(hash));
	w->seq++;
	return chain_walk_step(w, kind, err);
}

/* The table with the next row of the chain; ROW_KINDS if there is none. */
static int chain_find_next(const struct walk *w, int *ret_kind, struct err *err)
{
	*ret_kind = ROW_KINDS;
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		if (!w->more[kind])
			continue;
		if (w->seqs[kind] <= w->seq || w->seqs[kind] > w->store->n_rows)
			return err_set(err, ERR_STORE,
				       "the chain of store '%s' is broken: table '%s' has a row "
				       "numbered %lld, which was never written",
				       w->store->path, row_types[kind].table,
				       (long long)w->seqs[kind]);
		if (w->seqs[kind] == w->seq + 1 && *ret_kind == ROW_KINDS)
			*ret_kind = kind;
	}
	return 0;
}

static int chain_walk_all(struct walk *w, struct err *err)
{
	int kind;

	for (;;) {
		if (chain_find_next(w, &kind, err) < 0)
			return -1;
		if (kind == ROW_KINDS)
			break;
		if (chain_check_row(w, kind, err) < 0)
			return -1;
	}
	if (w->seq < w->store->n_rows)
		return err_set(err, ERR_STORE,
			       "the chain of store '%s' is broken at row %lld: the row is missing",
			       w->store->path, (long long)w->seq + 1);
	if (strcmp(w->hash, w->store->head) != 0)
		return err_set(
			err, ERR_STORE,
			"the last row of store '%s' does not have the hash that the head records",
			w->store->path);
	return 0;
}

/* The chain reads tables; other verbs read through indexes, which may miss rows. */
static int chain_check_indexes(struct store *s, struct err *err)
{
	struct arena a = { 0 };
	sqlite3_stmt *stmt;
	const char *found;
	int r;

	if (db_prepare(s, "PRAGMA integrity_check(1)", &stmt, err) < 0)
		return -1;
	r = db_step(s, stmt, err);
	found = r > 0 ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	if (r >= 0 && (!found || strcmp(found, "ok") != 0))
		r = err_set(err, ERR_STORE, "store '%s' is damaged (%s); restore a copy of it",
			    s->path,
			    found ? display_text(&a, found) : "SQLite's check printed nothing");
	sqlite3_finalize(stmt);
	arena_release(&a);
	return r < 0 ? -1 : 0;
}

int store_verify_chain(struct store *s, int64_t *ret_n_rows, struct err *err)
{
	struct walk w = { .store = s };
	int r;

	memset(w.hash, '0', HASH_HEX_LEN);
	if (db_exec(s, "BEGIN", err) < 0)
		return -1;
	r = db_read_head(s, err);
	if (r == 0)
		r = chain_walk_open(&w, err);
	if (r == 0)
		r = chain_walk_all(&w, err);
	if (r == 0)
		r = chain_check_indexes(s, err);
	chain_walk_close(&w);
	db_rollback(s);
	if (r < 0)
		return -1;
	*ret_n_rows = w.seq;
	return 0;
}

int store_find_link(struct store *s, const char *hash, int64_t *ret_row, struct err *err)
{
	struct db_query query = {
		.n = 2,
		.binds = { { hash, 0 }, { NULL, s->n_rows } },
	};
	struct buf sql;
	bool found;
	int r;

	buf_init(&sql, SCHEMA_SQL_MAX);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		buf_addf(&sql,
			 "%sSELECT seq FROM \"%s\" WHERE substr(hash, 1, length(?1)) = ?1"
			 " AND seq <= ?2",
			 kind ? " UNION ALL " : "", row_types[kind].table);
	query.sql = buf_text(&sql);
	*ret_row = 0;
	r = db_lookup(s, &query, &found, ret_row, err);
	buf_release(&sql);
	return r;
}

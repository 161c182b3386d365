/*
 * The stored rows of a run. Decides which rows belong to a run, and their order. Must not know
 * columns, except those that join the tables.
 */
#include "store/fields.h"

#include <string.h>

#include "store/db.h"

/* The rows found so far. */
struct found {
	struct arena *a;
	struct store *s;
	struct stored_row *rows;
	size_t n, cap;
};

/* Copies the data, so that it outlives the statement. */
static void fields_keep_data(struct arena *a, struct cell *cell)
{
	if (cell->tag != CELL_NULL && cell->tag != CELL_INT && cell->tag != CELL_REAL && cell->data)
		cell->data = arena_strndup(a, cell->data, cell->len);
}

static void fields_add_row(struct found *f, enum row_kind kind, sqlite3_stmt *stmt)
{
	const struct row_type *type = &row_types[kind];
	struct stored_row row = { .type = type, .seq = sqlite3_column_int64(stmt, 0) };

	row.hash = arena_strdup(f->a, (const char *)sqlite3_column_text(stmt, 1));
	row.cells = arena_array(f->a, type->n_columns, sizeof(*row.cells));
	db_fetch(stmt, SCHEMA_LINK_COLUMNS, type, STORE_TEXTS, row.cells);
	for (size_t i = 0; i < type->n_columns; i++)
		fields_keep_data(f->a, &row.cells[i]);
	f->rows = arena_grow(f->a, f->rows, f->n, &f->cap, sizeof(*f->rows));
	f->rows[f->n++] = row;
}

/* Rows of one kind. `tail` selects and orders them; `id` is its ?1. */
static int fields_add_rows(struct found *f, enum row_kind kind, const char *tail, int64_t id,
			   struct err *err)
{
	const struct db_query query = { .sql = tail, .n = 1, .binds = { { NULL, id } } };
	sqlite3_stmt *stmt;
	int r = db_select(f->s, SCHEMA_LINK, kind, STORE_TEXTS, &query, &stmt, err);

	while (r >= 0 && (r = db_step(f->s, stmt, err)) == 1)
		fields_add_row(f, kind, stmt);
	sqlite3_finalize(stmt);
	return r;
}

static int fields_add_candidate(struct found *f, const struct candidate_row *row, struct err *err)
{
	if (fields_add_rows(f, ROW_CANDIDATE, "WHERE r.id = ?1", row->id, err) < 0 ||
	    fields_add_rows(f, ROW_MODEL,
			    "WHERE r.sha256 = (SELECT model_sha256 FROM pass WHERE id = ?1)"
			    " ORDER BY r.seq",
			    row->pass_id, err) < 0 ||
	    fields_add_rows(f, ROW_PASS, "WHERE r.id = ?1", row->pass_id, err) < 0)
		return -1;
	return fields_add_rows(f, ROW_SEGMENT, "WHERE r.pass_id = ?1 ORDER BY r.seq", row->pass_id,
			       err);
}

int store_get_fields(struct arena *a, struct store *s, const struct run_row *run,
		     struct stored_row **ret_rows, size_t *ret_n, struct err *err)
{
	struct found f = { .a = a, .s = s };
	struct candidate_row *candidates;
	size_t n;

	if (fields_add_rows(&f, ROW_RUN, "WHERE r.id = ?1", run->id, err) < 0 ||
	    fields_add_rows(&f, ROW_RUN_SLICE, "WHERE r.run_id = ?1 ORDER BY r.seq", run->id, err) <
		    0 ||
	    fields_add_rows(
		    &f, ROW_SLICE,
		    "WHERE r.sha256 IN (SELECT slice_sha256 FROM run_slice WHERE run_id = ?1)"
		    " ORDER BY r.seq",
		    run->id, err) < 0 ||
	    store_get_candidates(a, s, run->id, &candidates, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (fields_add_candidate(&f, &candidates[i], err) < 0)
			return -1;
	if (fields_add_rows(&f, ROW_EVENT, "WHERE r.run_id = ?1 ORDER BY r.seq", run->id, err) < 0)
		return -1;
	*ret_rows = f.rows;
	*ret_n = f.n;
	return 0;
}

/*
 * Writing: each put is one transaction with the texts, the rows and the new head of the chain. It
 * is on disk when the put returns. Decides which rows are the same. Must not know how rows are
 * read.
 */
#include "store/store.h"

#include <string.h>

#include "store/chain.h"
#include "store/put.h"

int put_begin(struct put *p, struct store *s, struct err *err)
{
	if (db_exec(s, "BEGIN IMMEDIATE", err) < 0)
		return -1;
	/* From the file: after a failed commit, memory may be wrong. */
	if (db_read_head(s, err) < 0) {
		db_rollback(s);
		return -1;
	}
	*p = (struct put){ .store = s, .n_rows = s->n_rows };
	memcpy(p->head, s->head, sizeof(p->head));
	return 0;
}

static int put_write_head(struct put *p, struct err *err)
{
	struct db_query query = {
		.sql = "UPDATE head SET seq = ?1, hash = ?2 WHERE id = 1 RETURNING 1",
		.n = 2,
		.binds = { { NULL, p->n_rows }, { p->head, 0 } },
	};
	bool found;
	int64_t one;

	return db_lookup(p->store, &query, &found, &one, err);
}

int put_end(struct put *p, int r, struct err *err)
{
	struct store *s = p->store;

	sqlite3_finalize(p->text);
	for (int kind = 0; kind < ROW_KINDS; kind++)
		sqlite3_finalize(p->rows[kind]);
	if (r == 0 && p->n_rows > s->n_rows)
		r = put_write_head(p, err);
	if (r == 0)
		r = db_exec(s, "COMMIT", err);
	if (r < 0) {
		db_rollback(s);
		return -1;
	}
	s->n_rows = p->n_rows;
	memcpy(s->head, p->head, sizeof(s->head));
	return 0;
}

static int put_run_insert(struct put *p, sqlite3_stmt *stmt, int bind_code, struct err *err)
{
	int r = bind_code == SQLITE_OK ? db_step(p->store, stmt, err) : db_error(p->store, err);

	sqlite3_reset(stmt);
	return r < 0 ? -1 : 0;
}

/* Salts and stores a private text. The cell becomes a reference: its number is the text's id. */
static int put_text(struct put *p, struct cell *cell, struct err *err)
{
	static const char sql[] = "INSERT INTO text (salt, hash, body) VALUES (?, ?, ?)";
	int code;

	if (!p->text && db_prepare(p->store, sql, &p->text, err) < 0)
		return -1;
	hash_random(cell->salt, sizeof(cell->salt));
	chain_text_hash(cell, cell->hash);
	code = sqlite3_bind_blob(p->text, 1, cell->salt, sizeof(cell->salt), SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(p->text, 2, cell->hash, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_bind_blob64(p->text, 3, cell->len ? cell->data : "", cell->len,
					   SQLITE_STATIC);
	if (put_run_insert(p, p->text, code, err) < 0)
		return -1;
	cell->number = sqlite3_last_insert_rowid(p->store->db);
	return 0;
}

static int put_bind_cell(sqlite3_stmt *stmt, int at, const struct cell *cell)
{
	const void *data = cell->len ? cell->data : "";

	switch (cell->tag) {
	case CELL_NULL:
		break;
	case CELL_INT:
	case CELL_PRIVATE:
		return sqlite3_bind_int64(stmt, at, cell->number);
	case CELL_REAL:
		return sqlite3_bind_double(stmt, at, cell->real);
	case CELL_TEXT:
		return sqlite3_bind_text64(stmt, at, data, cell->len, SQLITE_STATIC, SQLITE_UTF8);
	case CELL_BLOB:
		return sqlite3_bind_blob64(stmt, at, data, cell->len, SQLITE_STATIC);
	}
	return sqlite3_bind_null(stmt, at);
}

static int put_prepare_insert(struct put *p, enum row_kind kind, struct err *err)
{
	struct buf sql;
	int r;

	if (p->rows[kind])
		return 0;
	buf_init(&sql, SCHEMA_SQL_MAX);
	schema_insert(&sql, &row_types[kind]);
	r = db_prepare(p->store, buf_text(&sql), &p->rows[kind], err);
	buf_release(&sql);
	return r;
}

static int put_cells(struct put *p, enum row_kind kind, struct cell *cells, struct err *err)
{
	const struct row_type *type = &row_types[kind];
	sqlite3_stmt *stmt;
	char hash[HASH_HEX_LEN + 1];
	int code;

	if (put_prepare_insert(p, kind, err) < 0)
		return -1;
	stmt = p->rows[kind];
	for (size_t i = 0; i < type->n_columns; i++)
		if (cells[i].tag == CELL_PRIVATE && put_text(p, &cells[i], err) < 0)
			return -1;
	chain_hash(p->head, type, cells, hash);
	code = sqlite3_bind_int64(stmt, 1, p->n_rows + 1);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(stmt, 2, hash, -1, SQLITE_STATIC);
	for (size_t i = 0; i < type->n_columns && code == SQLITE_OK; i++)
		code = put_bind_cell(stmt, (int)i + 1 + SCHEMA_LINK_COLUMNS, &cells[i]);
	if (put_run_insert(p, stmt, code, err) < 0)
		return -1;
	p->n_rows++;
	memcpy(p->head, hash, sizeof(p->head));
	return 0;
}

/* Appends one row that has no id, or already its own. */
static int put_row(struct put *p, enum row_kind kind, const void *row, struct err *err)
{
	struct arena a = { 0 };
	struct cell cells[ROW_MAX_COLUMNS];
	int r;

	row_pack(&a, &row_types[kind], row, cells);
	r = put_cells(p, kind, cells, err);
	arena_release(&a);
	return r;
}

static int put_next_id(struct put *p, enum row_kind kind, int64_t *ret_id, struct err *err)
{
	struct arena a = { 0 };
	struct db_query query = {
		.sql = arena_printf(&a, "SELECT coalesce(max(id), 0) + 1 FROM \"%s\"",
				    row_types[kind].table),
	};
	bool found;
	int r = db_lookup(p->store, &query, &found, ret_id, err);

	arena_release(&a);
	return r;
}

/* Whether rows of this kind have an id of their own: it is then their first member. */
static bool put_has_id(enum row_kind kind)
{
	return strcmp(row_types[kind].columns[0].name, "id") == 0;
}

int put_new_row(struct put *p, enum row_kind kind, void *row, struct err *err)
{
	if (put_has_id(kind) && put_next_id(p, kind, row, err) < 0)
		return -1;
	return put_row(p, kind, row, err);
}

/*
 * One transaction: appends the row, unless `same` (or NULL) finds a row. A row with an id gets its
 * new id, or what `same` found.
 */
static int put_once(struct store *s, const struct db_query *same, enum row_kind kind, void *row,
		    bool *ret_found, struct err *err)
{
	bool found = false;
	int64_t value = 0;
	struct put p;
	int r = 0;

	if (put_begin(&p, s, err) < 0)
		return -1;
	if (same)
		r = db_lookup(s, same, &found, &value, err);
	if (r == 0 && !found)
		r = put_new_row(&p, kind, row, err);
	if (put_end(&p, r, err) < 0)
		return -1;
	if (found && put_has_id(kind))
		*(int64_t *)row = value;
	*ret_found = found;
	return 0;
}

int store_put_run(struct store *s, const struct run_row *row, int64_t *ret_id, struct err *err)
{
	const struct db_query same = {
		.sql = "SELECT id FROM run WHERE name = ?1",
		.n = 1,
		.binds = { { row->name, 0 } },
	};
	struct run_row copy = *row;
	bool found;

	if (put_once(s, &same, ROW_RUN, &copy, &found, err) < 0)
		return -1;
	if (found)
		return err_set(err, ERR_STORE, "store '%s' already has a run named '%s'", s->path,
			       row->name);
	*ret_id = copy.id;
	return 0;
}

int store_put_model(struct store *s, const struct model *model, struct err *err)
{
	const struct db_query same = {
		.sql = "SELECT 1 FROM model WHERE sha256 = ?1 AND has_facts >= ?2",
		.n = 2,
		.binds = { { model->sha256, 0 }, { NULL, model->has_facts } },
	};
	struct model copy = *model;
	bool found;

	return put_once(s, &same, ROW_MODEL, &copy, &found, err);
}

static int put_tickets(struct put *p, int64_t slice_id, const struct job *job,
		       const struct slice *slice, struct err *err)
{
	for (size_t i = 0; i < slice->n; i++) {
		int label = slice->tickets[i].label;
		struct ticket_row row = {
			.slice_id = slice_id,
			.ord = (int64_t)i,
			.ticket = slice->tickets[i],
			.label = label < 0 ? "" : job->labels[label].name,
		};

		if (put_row(p, ROW_TICKET, &row, err) < 0)
			return -1;
	}
	return 0;
}

int store_put_slice(struct store *s, const struct job *job, const struct slice *slice,
		    struct err *err)
{
	struct db_query same = {
		.sql = "SELECT 1 FROM slice WHERE sha256 = ?1",
		.n = 1,
		.binds = { { slice->sha256, 0 } },
	};
	struct slice_row row = { .n_tickets = (int64_t)slice->n };
	struct put p;
	bool found = false;
	int64_t one;
	int r;

	memcpy(row.sha256, slice->sha256, sizeof(row.sha256));
	if (put_begin(&p, s, err) < 0)
		return -1;
	r = db_lookup(s, &same, &found, &one, err);
	if (r == 0 && !found) {
		r = put_new_row(&p, ROW_SLICE, &row, err);
		if (r == 0)
			r = put_tickets(&p, row.id, job, slice, err);
	}
	return put_end(&p, r, err);
}

int store_put_run_slice(struct store *s, int64_t run_id, const struct slice *slice, struct err *err)
{
	struct db_query same = {
		.sql = "SELECT role FROM run_slice WHERE run_id = ?1 AND slice_sha256 = ?2",
		.n = 2,
		.binds = { { NULL, run_id }, { slice->sha256, 0 } },
	};
	struct run_slice_row row = { .run_id = run_id,
				     .path = slice->path,
				     .role = slice->role,
				     .repeats = slice->repeats };
	struct put p;
	bool found = false;
	int64_t role;
	int r;

	memcpy(row.slice_sha256, slice->sha256, sizeof(row.slice_sha256));
	if (put_begin(&p, s, err) < 0)
		return -1;
	r = db_lookup(s, &same, &found, &role, err);
	if (r == 0 && found && role != (int64_t)slice->role)
		r = err_set(err, ERR_STORE,
			    "the tickets of '%s' are already in this run, as another kind "
			    "of ticket (ordinary or harder)",
			    slice->path);
	if (r == 0 && !found)
		r = put_row(&p, ROW_RUN_SLICE, &row, err);
	return put_end(&p, r, err);
}

int store_put_pass(struct store *s, const struct pass_row *row, int64_t *ret_id, bool *ret_new,
		   struct err *err)
{
	const struct db_query same = {
		.sql = "SELECT id FROM pass WHERE key = ?1",
		.n = 1,
		.binds = { { row->key, 0 } },
	};
	struct pass_row copy = *row;
	bool found;

	if (put_once(s, &same, ROW_PASS, &copy, &found, err) < 0)
		return -1;
	*ret_id = copy.id;
	*ret_new = !found;
	return 0;
}

int store_put_candidate(struct store *s, const struct candidate_row *row, struct err *err)
{
	/*
	 * A candidate without a pass was refused or only planned: what the user named identifies
	 * it. Its newest row counts, so a row that says anything else is new.
	 */
	const struct db_query same = {
		.sql = "SELECT id FROM candidate WHERE run_id = ?1 AND pass_id = ?2"
		       " AND (pass_id <> 0 OR (name = ?3 AND path = ?4 AND refused = ?5"
		       "  AND id = (SELECT max(id) FROM candidate WHERE run_id = ?1"
		       "   AND pass_id = 0 AND name = ?3 AND path = ?4)))",
		.n = 5,
		.binds = { { NULL, row->run_id },
			   { NULL, row->pass_id },
			   { row->name, 0 },
			   { row->path, 0 },
			   { row->refused, 0 } },
	};
	struct candidate_row copy = *row;
	bool found;

	return put_once(s, &same, ROW_CANDIDATE, &copy, &found, err);
}

int store_put_segment(struct store *s, const struct segment_row *row, struct err *err)
{
	struct segment_row copy = *row;
	bool found;

	return put_once(s, NULL, ROW_SEGMENT, &copy, &found, err);
}

int store_put_event(struct store *s, const struct event_row *row, struct err *err)
{
	struct event_row copy = *row;
	bool found;

	return put_once(s, NULL, ROW_EVENT, &copy, &found, err);
}

/* One part of a reply. There can be only one of each. */
static int put_reply(struct put *p, enum row_kind kind, const void *row, size_t ticket,
		     int64_t pass_id, struct err *err)
{
	struct arena a = { 0 };
	struct db_query same = {
		.sql = arena_printf(&a, "SELECT 1 FROM \"%s\" WHERE pass_id = ?1 AND ticket = ?2",
				    row_types[kind].table),
		.n = 2,
		.binds = { { NULL, pass_id }, { NULL, (int64_t)ticket } },
	};
	bool found;
	int64_t one;
	int r = db_lookup(p->store, &same, &found, &one, err);

	if (r == 0 && found)
		r = err_set(err, ERR_STORE,
			    "ticket %zu of pass %lld already has its %s; nothing is asked twice",
			    ticket, (long long)pass_id, row_types[kind].table);
	if (r == 0)
		r = put_row(p, kind, row, err);
	arena_release(&a);
	return r;
}

int store_put_replies(struct store *s, int64_t pass_id, const struct answer *answers,
		      size_t n_answers, const struct reason *reasons, size_t n_reasons,
		      struct err *err)
{
	struct put p;
	int r = 0;

	if (put_begin(&p, s, err) < 0)
		return -1;
	for (size_t i = 0; i < n_answers && r == 0; i++) {
		struct answer_row row = { .pass_id = pass_id, .answer = answers[i] };

		r = put_reply(&p, ROW_ANSWER, &row, answers[i].ticket, pass_id, err);
	}
	for (size_t i = 0; i < n_reasons && r == 0; i++) {
		struct reason_row row = { .pass_id = pass_id, .reason = reasons[i] };

		r = put_reply(&p, ROW_REASON, &row, reasons[i].ticket, pass_id, err);
	}
	return put_end(&p, r, err);
}

int store_put_answer(struct store *s, int64_t pass_id, const struct answer *answer, struct err *err)
{
	return store_put_replies(s, pass_id, answer, 1, NULL, 0, err);
}

int store_put_reason(struct store *s, int64_t pass_id, const struct reason *reason, struct err *err)
{
	return store_put_replies(s, pass_id, NULL, 0, reason, 1, err);
}

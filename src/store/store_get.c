/*
 * Reading: rows back to structs. Decides their order, and which run a name means. Must not know how
 * rows are written, nor what they mean.
 */
#include "store/store.h"

#include <string.h>

#include <jansson.h>

#include "store/db.h"

/* Rows of one kind. `tail` selects and orders them; `id` is its ?1. */
static int get_rows_of(struct arena *a, struct store *s, enum row_kind kind, enum store_texts texts,
		       const char *tail, int64_t id, struct db_rows *ret_rows, struct err *err)
{
	struct db_query query = { .sql = tail, .n = 1, .binds = { { NULL, id } } };

	return db_read_rows(a, s, kind, texts, &query, ret_rows, err);
}

int store_find_run(struct arena *a, struct store *s, const char *name, bool *ret_found,
		   struct run_row *ret_row, struct err *err)
{
	struct db_query query = {
		.sql = "WHERE r.kind = 'smoke' ORDER BY r.seq DESC LIMIT 1",
	};
	struct db_rows rows;

	if (name)
		query = (struct db_query){
			.sql = "WHERE r.name = ?1",
			.n = 1,
			.binds = { { name, 0 } },
		};
	if (db_read_rows(a, s, ROW_RUN, STORE_TEXTS, &query, &rows, err) < 0)
		return -1;
	*ret_found = rows.n > 0;
	if (rows.n > 0)
		*ret_row = *(struct run_row *)rows.rows;
	return 0;
}

int store_has_slice(struct store *s, const char *slice_sha256, bool *ret_found, struct err *err)
{
	struct db_query query = {
		.sql = "SELECT 1 FROM run_slice WHERE slice_sha256 = ?1 AND role = ?2 LIMIT 1",
		.n = 2,
		.binds = { { slice_sha256, 0 }, { NULL, SLICE_ORDINARY } },
	};
	int64_t one;

	return db_lookup(s, &query, ret_found, &one, err);
}

int store_list_runs(struct arena *a, struct store *s, struct run_row **ret_rows, size_t *ret_n,
		    struct err *err)
{
	struct db_rows rows;

	if (db_read_rows(a, s, ROW_RUN, STORE_TEXTS, &(struct db_query){ .sql = "ORDER BY r.seq" },
			 &rows, err) < 0)
		return -1;
	*ret_rows = rows.rows;
	*ret_n = rows.n;
	return 0;
}

static int get_no_such_run(struct arena *a, struct store *s, const char *name, struct err *err)
{
	struct run_row *runs;
	size_t n;
	struct buf names;

	if (store_list_runs(a, s, &runs, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_INPUT, "store '%s' has no run yet", s->path);
	buf_init(&names, sizeof(err->msg) / 2);
	for (size_t i = 0; i < n; i++)
		buf_add_item(&names, ", ", "'%s'", runs[i].name);
	err_set(err, ERR_INPUT, "store '%s' has no run named '%s'; it has %s%s", s->path, name,
		buf_text(&names), names.overflow ? ", ..." : "");
	buf_release(&names);
	return -1;
}

int store_get_run(struct arena *a, struct store *s, const char *name, struct run_row *ret_row,
		  struct err *err)
{
	bool found;

	if (store_find_run(a, s, name, &found, ret_row, err) < 0)
		return -1;
	return found ? 0 : get_no_such_run(a, s, name, err);
}

int store_get_model(struct arena *a, struct store *s, const char *sha256, struct model *ret_model,
		    struct err *err)
{
	struct db_query query = {
		.sql = "WHERE r.sha256 = ?1 ORDER BY r.has_facts DESC LIMIT 1",
		.n = 1,
		.binds = { { sha256, 0 } },
	};
	struct db_rows rows;

	if (db_read_rows(a, s, ROW_MODEL, STORE_TEXTS, &query, &rows, err) < 0)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_STORE, "store '%s' has no model with sha256 %s", s->path,
			       sha256);
	*ret_model = *(struct model *)rows.rows;
	return 0;
}

/* Index of a label's name in labels_json, or -1. */
static int get_label_index(const json_t *labels, const char *name)
{
	size_t i;
	const json_t *label;

	json_array_foreach (labels, i, label) {
		const char *known = json_string_value(json_object_get(label, "name"));

		if (known && name && strcmp(known, name) == 0)
			return (int)i;
	}
	return -1;
}

static int get_read_slice(struct arena *a, struct store *s, const struct run_slice_row *row,
			  const json_t *labels, enum store_texts texts, struct slice *ret_slice,
			  struct err *err)
{
	struct db_query query = {
		.sql = "WHERE r.slice_id = (SELECT id FROM slice WHERE sha256 = ?1) ORDER BY r.ord",
		.n = 1,
		.binds = { { row->slice_sha256, 0 } },
	};
	struct db_rows rows;
	const struct ticket_row *tickets;

	if (db_read_rows(a, s, ROW_TICKET, texts, &query, &rows, err) < 0)
		return -1;
	tickets = rows.rows;
	*ret_slice = (struct slice){
		.path = row->path, .role = row->role, .n = rows.n, .repeats = row->repeats
	};
	memcpy(ret_slice->sha256, row->slice_sha256, sizeof(ret_slice->sha256));
	ret_slice->tickets = arena_array(a, rows.n, sizeof(struct ticket));
	for (size_t i = 0; i < rows.n; i++) {
		ret_slice->tickets[i] = tickets[i].ticket;
		ret_slice->tickets[i].label = get_label_index(labels, tickets[i].label);
		if (ret_slice->tickets[i].label < 0 && row->role != SLICE_POOL)
			return err_set(err, ERR_STORE,
				       "store '%s': the run has no label '%s', which ticket '%s' "
				       "has",
				       s->path, tickets[i].label, tickets[i].ticket.id);
	}
	return 0;
}

int store_get_slices(struct arena *a, struct store *s, const struct run_row *run,
		     enum store_texts texts, struct slice **ret_slices, size_t *ret_n,
		     struct err *err)
{
	json_t *labels = json_loads(run->labels_json, 0, NULL);
	struct db_rows rows = { 0 };
	struct slice *slices = NULL;
	const struct run_slice_row *run_slices;
	int r = get_rows_of(a, s, ROW_RUN_SLICE, STORE_TEXTS, "WHERE r.run_id = ?1 ORDER BY r.seq",
			    run->id, &rows, err);

	run_slices = rows.rows;
	if (r == 0)
		slices = arena_array(a, rows.n, sizeof(*slices));
	for (size_t i = 0; i < rows.n && r == 0; i++)
		r = get_read_slice(a, s, &run_slices[i], labels, texts, &slices[i], err);
	json_decref(labels);
	if (r < 0)
		return -1;
	*ret_slices = slices;
	*ret_n = rows.n;
	return 0;
}

int store_get_candidates(struct arena *a, struct store *s, int64_t run_id,
			 struct candidate_row **ret_rows, size_t *ret_n, struct err *err)
{
	struct db_rows rows;

	if (get_rows_of(a, s, ROW_CANDIDATE, STORE_TEXTS, "WHERE r.run_id = ?1 ORDER BY r.seq",
			run_id, &rows, err) < 0)
		return -1;
	*ret_rows = rows.rows;
	*ret_n = rows.n;
	return 0;
}

int store_get_pass(struct arena *a, struct store *s, int64_t pass_id, struct pass_row *ret_row,
		   struct err *err)
{
	struct db_rows rows;

	if (get_rows_of(a, s, ROW_PASS, STORE_TEXTS, "WHERE r.id = ?1 ORDER BY r.seq", pass_id,
			&rows, err) < 0)
		return -1;
	if (rows.n == 0)
		return err_set(err, ERR_STORE, "store '%s' has no pass %lld", s->path,
			       (long long)pass_id);
	*ret_row = *(struct pass_row *)rows.rows;
	return 0;
}

static int get_beyond(const struct store *s, const char *what, size_t ticket, size_t n_tickets,
		      struct err *err)
{
	return err_set(err, ERR_STORE, "store '%s' has %s for ticket %zu of a slice of %zu",
		       s->path, what, ticket, n_tickets);
}

int store_get_answers(struct arena *a, struct store *s, int64_t pass_id, size_t n_tickets,
		      enum store_texts texts, struct answer ***ret_answers, struct err *err)
{
	struct answer **answers = arena_array(a, n_tickets, sizeof(*answers));
	struct db_query query = {
		.sql = "WHERE r.pass_id = ?1 ORDER BY r.ticket",
		.n = 1,
		.binds = { { NULL, pass_id } },
		.n_expected = n_tickets,
	};
	struct db_rows rows;
	struct answer_row *row;

	if (db_read_rows(a, s, ROW_ANSWER, texts, &query, &rows, err) < 0)
		return -1;
	row = rows.rows;
	for (size_t i = 0; i < rows.n; i++, row++) {
		if (row->answer.ticket >= n_tickets)
			return get_beyond(s, "an answer", row->answer.ticket, n_tickets, err);
		answers[row->answer.ticket] = &row->answer;
	}
	*ret_answers = answers;
	return 0;
}

int store_get_reasons(struct arena *a, struct store *s, int64_t pass_id, size_t n_tickets,
		      struct reason ***ret_reasons, struct err *err)
{
	struct reason **reasons = arena_array(a, n_tickets, sizeof(*reasons));
	struct db_rows rows;
	struct reason_row *row;

	if (get_rows_of(a, s, ROW_REASON, STORE_TEXTS, "WHERE r.pass_id = ?1 ORDER BY r.ticket",
			pass_id, &rows, err) < 0)
		return -1;
	row = rows.rows;
	for (size_t i = 0; i < rows.n; i++, row++) {
		if (row->reason.ticket >= n_tickets)
			return get_beyond(s, "a reason", row->reason.ticket, n_tickets, err);
		reasons[row->reason.ticket] = &row->reason;
	}
	*ret_reasons = reasons;
	return 0;
}

int store_get_segments(struct arena *a, struct store *s, int64_t pass_id,
		       struct segment_row **ret_rows, size_t *ret_n, struct err *err)
{
	struct db_rows rows;

	if (get_rows_of(a, s, ROW_SEGMENT, STORE_TEXTS, "WHERE r.pass_id = ?1 ORDER BY r.seq",
			pass_id, &rows, err) < 0)
		return -1;
	*ret_rows = rows.rows;
	*ret_n = rows.n;
	return 0;
}

int store_get_events(struct arena *a, struct store *s, int64_t run_id, struct event_row **ret_rows,
		     size_t *ret_n, struct err *err)
{
	struct db_rows rows;

	if (get_rows_of(a, s, ROW_EVENT, STORE_TEXTS, "WHERE r.run_id = ?1 ORDER BY r.seq", run_id,
			&rows, err) < 0)
		return -1;
	*ret_rows = rows.rows;
	*ret_n = rows.n;
	return 0;
}

/*
 * Which texts belong to a run, and how they leave the file. Decides what is shared with other runs,
 * and the order of the steps, so that a kill leaves a whole store. Must not know what texts mean,
 * nor how to search for them (residue.h).
 */
#include "store/purge/purge.h"

#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "store/purge/purge_search.h"
#include "store/put.h"

/* Rows of a kind that has private texts: which are the run's, and which of these are shared. */
struct scope {
	const char *own, *shared; /* conditions on a row `r` */
};

#define OF_PASS(column) \
	{ \
		column " IN (SELECT id FROM own_pass)", column " IN (SELECT id FROM other_pass)" \
	}

static const struct scope scopes[ROW_KINDS] = {
	[ROW_RUN] = { "r.id IN (SELECT id FROM own_run)", "r.id IN (SELECT id FROM other)" },
	[ROW_TICKET] = { "r.slice_id IN (SELECT id FROM own_slice)",
			 "r.slice_id IN (SELECT id FROM other_slice)" },
	[ROW_PASS] = OF_PASS("r.id"),
	[ROW_SEGMENT] = OF_PASS("r.pass_id"),
	[ROW_ANSWER] = OF_PASS("r.pass_id"),
	[ROW_REASON] = OF_PASS("r.pass_id"),
};

/* ?1 is the run; `other` are the runs that were not purged. */
static const char one_run_sql[] =
	"WITH own_run(id) AS (SELECT ?1), other(id) AS (SELECT id FROM run WHERE id <> ?1"
	"  AND id NOT IN (SELECT run_id FROM event WHERE kind = 'purged')),";

/*
 * `other` are the runs that were there before the first purge, and that no purge is on record for,
 * neither of their own nor of shared texts. A later run may use the passes of a purged one.
 */
static const char purged_runs_sql[] =
	"WITH own_run(id) AS (SELECT run_id FROM event WHERE kind = 'purged'),"
	" other(id) AS (SELECT id FROM run WHERE"
	"  seq < (SELECT min(seq) FROM event WHERE kind = 'purged') AND id NOT IN"
	"  (SELECT run_id FROM event WHERE kind IN ('purged', 'texts purged'))),";

static const char scope_sql[] =
	" own_pass(id) AS (SELECT pass_id FROM candidate"
	"  WHERE run_id IN (SELECT id FROM own_run)),"
	" other_pass(id) AS (SELECT pass_id FROM candidate"
	"  WHERE run_id IN (SELECT id FROM other)),"
	" own_slice(id) AS (SELECT l.id FROM slice l JOIN run_slice u"
	"  ON u.slice_sha256 = l.sha256 WHERE u.run_id IN (SELECT id FROM own_run)),"
	" other_slice(id) AS (SELECT l.id FROM slice l JOIN run_slice u"
	"  ON u.slice_sha256 = l.sha256 WHERE u.run_id IN (SELECT id FROM other))";

static const char sharers_tail[] =
	"WHERE r.id <> ?1 AND r.id NOT IN (SELECT run_id FROM event"
	"  WHERE kind = 'purged')"
	" AND (r.id IN (SELECT b.run_id FROM run_slice a JOIN run_slice b"
	"   ON b.slice_sha256 = a.slice_sha256 WHERE a.run_id = ?1)"
	"  OR r.id IN (SELECT b.run_id FROM candidate a JOIN candidate b"
	"   ON b.pass_id = a.pass_id WHERE a.run_id = ?1 AND a.pass_id <> 0))"
	" ORDER BY r.seq";

/* Adds the table `ref`: id, kind of row, own and shared of every text. `runs`: which are whose. */
static void purge_refs_sql(struct buf *sql, const char *runs)
{
	const char *comma = "";

	buf_addf(sql, "%s%s, ref(id, kind, own, shared) AS (", runs, scope_sql);
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		const struct row_type *type = &row_types[kind];

		for (size_t i = 0; i < type->n_columns; i++) {
			if (!row_is_private(&type->columns[i]))
				continue;
			buf_addf(sql, "%sSELECT r.", comma);
			schema_add_name(sql, &type->columns[i]);
			buf_addf(sql, ", %d, %s, %s FROM \"%s\" r", kind, scopes[kind].own,
				 scopes[kind].shared, type->table);
			comma = " UNION ALL ";
		}
	}
	buf_adds(sql, ")");
}

/* id, kind of row, shared and body of every text of the run that is neither purged nor empty. */
static void purge_texts_sql(struct buf *sql)
{
	purge_refs_sql(sql, one_run_sql);
	buf_adds(sql, " SELECT t.id, ref.kind, ref.shared, t.body FROM ref"
		      " JOIN \"text\" t ON t.id = ref.id WHERE ref.own AND length(t.body) > 0"
		      " ORDER BY t.id");
}

/* The texts of the run. */
struct texts {
	struct purge_text *items;
	size_t n, cap;
	struct purge_count own, shared;
	int64_t n_of[ROW_KINDS];
};

static void purge_add_text(struct arena *a, struct texts *texts, sqlite3_stmt *stmt)
{
	struct purge_text text = { .id = sqlite3_column_int64(stmt, 0) };
	int64_t kind = sqlite3_column_int64(stmt, 1);
	const void *body = sqlite3_column_blob(stmt, 3);

	text.len = (size_t)sqlite3_column_bytes(stmt, 3);
	text.data = text.len ? arena_strndup(a, body, text.len) : "";
	texts->items = arena_grow(a, texts->items, texts->n, &texts->cap, sizeof(*texts->items));
	texts->items[texts->n++] = text;
	texts->n_of[kind]++;
}

/* Counts the run's texts, and lists those that `reach` covers. */
static int purge_read_texts(struct arena *a, struct store *s, int64_t run_id,
			    enum purge_reach reach, struct texts *ret_texts, struct err *err)
{
	struct texts texts = { 0 };
	sqlite3_stmt *stmt = NULL;
	struct buf sql;
	int r;

	buf_init(&sql, SCHEMA_SQL_MAX);
	purge_texts_sql(&sql);
	r = db_prepare(s, buf_text(&sql), &stmt, err);
	if (r == 0 && sqlite3_bind_int64(stmt, 1, run_id) != SQLITE_OK)
		r = db_error(s, err);
	while (r == 0 && (r = db_step(s, stmt, err)) == 1) {
		bool shared = sqlite3_column_int64(stmt, 2) != 0;
		struct purge_count *count = shared ? &texts.shared : &texts.own;

		count->n++;
		count->n_bytes += sqlite3_column_bytes(stmt, 3);
		if (!shared || reach == PURGE_SHARED)
			purge_add_text(a, &texts, stmt);
		r = 0;
	}
	sqlite3_finalize(stmt);
	buf_release(&sql);
	if (r == 0)
		*ret_texts = texts;
	return r;
}

static int purge_read_sharers(struct arena *a, struct store *s, int64_t run_id,
			      struct purge_view *ret_view, struct err *err)
{
	struct db_query query = { .sql = sharers_tail, .n = 1, .binds = { { NULL, run_id } } };
	struct db_rows rows;

	if (db_read_rows(a, s, ROW_RUN, STORE_NO_TEXTS, &query, &rows, err) < 0)
		return -1;
	ret_view->sharers = rows.rows;
	ret_view->n_sharers = rows.n;
	return 0;
}

int store_purge_look(struct arena *a, struct store *s, const struct run_row *run,
		     struct purge_view *ret_view, struct err *err)
{
	struct purge_view view = { 0 };
	struct texts texts;

	if (purge_read_texts(a, s, run->id, PURGE_OWN, &texts, err) < 0)
		return -1;
	view.own = texts.own;
	view.shared = texts.shared;
	if (texts.shared.n > 0 && purge_read_sharers(a, s, run->id, &view, err) < 0)
		return -1;
	*ret_view = view;
	return 0;
}

static const char *purge_words_of(struct arena *a, const struct texts *texts,
				  const struct purge_count *removed)
{
	const char *kinds = "";

	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (texts->n_of[kind] > 0)
			kinds = arena_add_item(a, kinds, ", ", "%s %lld", row_types[kind].table,
					       (long long)texts->n_of[kind]);
	return arena_printf(a, "%lld text%s (%lld bytes)%s%s", (long long)removed->n,
			    removed->n == 1 ? "" : "s", (long long)removed->n_bytes,
			    *kinds ? ": " : "", kinds);
}

/* One row per statement: SQLite then needs only the file's own journal. */
static int purge_remove_texts(struct store *s, const struct texts *texts, struct err *err)
{
	struct db_query query = {
		.sql = "UPDATE \"text\" SET salt = NULL, body = NULL WHERE id = ?1 RETURNING id",
		.n = 1,
	};

	for (size_t i = 0; i < texts->n; i++) {
		bool found;
		int64_t id;

		query.binds[0].number = texts->items[i].id;
		if (db_lookup(s, &query, &found, &id, err) < 0)
			return -1;
		if (!found)
			return err_set(err, ERR_STORE, "store '%s' has lost text %lld", s->path,
				       (long long)texts->items[i].id);
	}
	return 0;
}

static int purge_put_event(struct put *p, int64_t run_id, enum event_kind kind, const char *text,
			   struct err *err)
{
	struct event_row row = {
		.run_id = run_id, .at_us = clock_wall_us(), .kind = kind, .text = text
	};

	return put_new_row(p, ROW_EVENT, &row, err);
}

/* The steps that must happen together. */
static int purge_remove_and_say(struct arena *a, struct store *s, const struct run_row *run,
				const struct texts *texts, const struct purge_view *losers,
				const char *words, struct err *err)
{
	struct put p;
	int r;

	if (put_begin(&p, s, err) < 0)
		return -1;
	r = purge_remove_texts(s, texts, err);
	if (r == 0)
		r = purge_put_event(&p, run->id, EVENT_PURGED, arena_printf(a, "%s removed", words),
				    err);
	for (size_t i = 0; i < losers->n_sharers && r == 0; i++)
		r = purge_put_event(
			&p, losers->sharers[i].id, EVENT_TEXTS_PURGED,
			arena_printf(a, "shared texts were removed with run '%s'", run->name), err);
	return put_end(&p, r, err);
}

/* Rewrites the file with only its rows; what was between them is gone. */
static int purge_write_anew(struct store *s, struct err *err)
{
	struct db_query unused = {
		.sql = "SELECT freelist_count FROM pragma_freelist_count",
	};
	struct db_query size = {
		.sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
	};
	int64_t n_unused = -1, n_bytes = -1;
	struct stat st;
	bool found;

	if (db_exec(s, "VACUUM", err) < 0)
		return err_wrap(err, "the texts are removed, but the file could not be written "
				     "anew, and may hold traces of them; run the same command "
				     "again");
	if (db_lookup(s, &unused, &found, &n_unused, err) < 0 ||
	    db_lookup(s, &size, &found, &n_bytes, err) < 0)
		return -1;
	if (n_unused != 0 || stat(s->path, &st) < 0 || (int64_t)st.st_size != n_bytes)
		return err_set(err, ERR_STORE,
			       "store '%s' was written anew and still has room for old bytes; run "
			       "the same command again",
			       s->path);
	return 0;
}

int store_purge(struct arena *a, struct store *s, const struct run_row *run, enum purge_reach reach,
		struct purge_done *ret_done, struct err *err)
{
	struct purge_done done = { 0 };
	struct purge_view losers = { 0 };
	struct texts texts;
	bool was_purged;

	/* SQLite must not write what it sorts and copies to a file. */
	if (db_exec(s, "PRAGMA temp_store = MEMORY", err) < 0 ||
	    store_run_is_purged(s, run->id, &was_purged, err) < 0 ||
	    purge_read_texts(a, s, run->id, reach, &texts, err) < 0)
		return -1;
	done.removed = texts.own;
	if (reach == PURGE_SHARED) {
		done.removed.n += texts.shared.n;
		done.removed.n_bytes += texts.shared.n_bytes;
	}
	if (reach == PURGE_SHARED && texts.shared.n > 0 &&
	    purge_read_sharers(a, s, run->id, &losers, err) < 0)
		return -1;
	done.words = purge_words_of(a, &texts, &done.removed);
	if ((texts.n > 0 || !was_purged) &&
	    purge_remove_and_say(a, s, run, &texts, &losers, done.words, err) < 0)
		return -1;
	if (purge_write_anew(s, err) < 0 ||
	    purge_search(a, s, texts.items, texts.n, &done, err) < 0)
		return -1;
	*ret_done = done;
	return 0;
}

int store_verify_removed(struct store *s, struct err *err)
{
	struct buf sql;
	struct db_query query = { 0 };
	int64_t kind;
	bool found;
	int r;

	buf_init(&sql, SCHEMA_SQL_MAX);
	purge_refs_sql(&sql, purged_runs_sql);
	buf_adds(&sql, " SELECT ref.kind FROM ref JOIN \"text\" t ON t.id = ref.id"
		       " WHERE t.body IS NULL AND (t.salt IS NOT NULL OR NOT ref.own OR ref.shared)"
		       " LIMIT 1");
	query.sql = buf_text(&sql);
	r = db_lookup(s, &query, &found, &kind, err);
	buf_release(&sql);
	if (r == 0 && found)
		return err_set(err, ERR_STORE,
			       "a text in table '%s' of store '%s' is gone, and no purge that "
			       "removed it is on record; restore a copy of the store",
			       row_types[kind].table, s->path);
	return r;
}

int store_run_is_purged(struct store *s, int64_t run_id, bool *ret_purged, struct err *err)
{
	struct db_query query = {
		.sql = "SELECT 1 FROM event WHERE run_id = ?1 AND kind = 'purged'",
		.n = 1,
		.binds = { { NULL, run_id } },
	};
	int64_t one;

	return db_lookup(s, &query, ret_purged, &one, err);
}

int store_slice_is_purged(struct store *s, const char *slice_sha256, bool *ret_purged,
			  struct err *err)
{
	struct db_query query = {
		.sql = "SELECT 1 FROM slice l JOIN ticket r ON r.slice_id = l.id"
		       " JOIN \"text\" t ON t.id = r.text_id"
		       " WHERE l.sha256 = ?1 AND t.body IS NULL LIMIT 1",
		.n = 1,
		.binds = { { slice_sha256, 0 } },
	};
	int64_t one;

	return db_lookup(s, &query, ret_purged, &one, err);
}

/*
 * Compares the schema of a store with that of a new one. Decides what somebody may have added to
 * the file. Must not know rows.
 */
#include <string.h>

#include "base/display.h"
#include "store/db.h"
#include "store/store.h"

/* Columns: "table run", whether it is a view, its SQL. */
static const char objects_sql[] =
	"SELECT type || ' ' || name, type = 'view', coalesce(sql, '') FROM sqlite_schema"
	" ORDER BY 1";

/* The objects of one store, in order of their names. */
struct objects {
	struct store *store;
	sqlite3_stmt *stmt;
	bool more; /* there is a current object */
};

static const char *schema_text(const struct objects *o, int column)
{
	const char *text = (const char *)sqlite3_column_text(o->stmt, column);

	return text ? text : "";
}

static int schema_next(struct objects *o, struct err *err)
{
	int r = db_step(o->store, o->stmt, err);

	o->more = r == 1;
	return r < 0 ? -1 : 0;
}

static int schema_fail(const struct objects *o, const struct store *s, const char *what,
		       struct err *err)
{
	struct arena a = { 0 };
	int r = err_set(err, ERR_STORE, "store '%s' %s (%s); restore a copy of it", s->path, what,
			display_text(&a, schema_text(o, 0)));

	arena_release(&a);
	return r;
}

/* Compares the current objects, and steps past them. */
static int schema_compare(struct objects *there, struct objects *made, struct err *err)
{
	int order = !made->more	 ? -1 :
		    !there->more ? 1 :
				   strcmp(schema_text(there, 0), schema_text(made, 0));

	if (order > 0)
		return schema_fail(made, there->store, "lacks a part that every store has", err);
	if (order < 0 && sqlite3_column_int(there->stmt, 1) == 0)
		return schema_fail(there, there->store, "has a part that toehold did not make",
				   err);
	if (order == 0 && strcmp(schema_text(there, 2), schema_text(made, 2)) != 0)
		return schema_fail(there, there->store, "has a part that was made otherwise", err);
	if (order == 0 && schema_next(made, err) < 0)
		return -1;
	return schema_next(there, err);
}

static int schema_compare_all(struct objects *there, struct objects *made, struct err *err)
{
	if (schema_next(there, err) < 0 || schema_next(made, err) < 0)
		return -1;
	while (there->more || made->more)
		if (schema_compare(there, made, err) < 0)
			return -1;
	return 0;
}

/* An empty store in memory. The caller closes its database, also on failure. */
static int schema_make(struct store *ret_made, struct err *err)
{
	sqlite3 *db = NULL;
	struct buf sql;
	int r = sqlite3_open(":memory:", &db);

	*ret_made = (struct store){ .path = ":memory:", .db = db };
	if (r != SQLITE_OK)
		return err_set(err, ERR_STORE, "SQLite cannot start: %s", sqlite3_errstr(r));
	buf_init(&sql, SCHEMA_SQL_MAX);
	schema_create(&sql);
	r = db_exec(ret_made, buf_text(&sql), err);
	buf_release(&sql);
	return r;
}

int store_verify_schema(struct store *s, struct err *err)
{
	struct store new;
	struct objects there = { .store = s }, made = { .store = &new };
	int r = schema_make(&new, err);

	if (r == 0)
		r = db_prepare(s, objects_sql, &there.stmt, err);
	if (r == 0)
		r = db_prepare(&new, objects_sql, &made.stmt, err);
	if (r == 0)
		r = schema_compare_all(&there, &made, err);
	sqlite3_finalize(there.stmt);
	sqlite3_finalize(made.stmt);
	sqlite3_close(new.db);
	return r;
}

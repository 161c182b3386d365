/*
 * The store's SQL, made from the row tables (row.h), and the mark of a store's file. Besides one
 * table per kind of row there are two: `text` holds everything that may be private, and `head`
 * holds the newest row's number and hash.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "base/buf.h"
#include "store/row.h"

enum {
	STORE_APP_ID = 0x746f6568, /* "toeh", SQLite's application_id */
	STORE_SCHEMA = 9, /* SQLite's user_version */
	SCHEMA_SQL_MAX = 64 * 1024,
	/* Columns of SCHEMA_LINK, and parameters of schema_insert() before the row's own. */
	SCHEMA_LINK_COLUMNS = 2,
	/* Columns of a private text in schema_select(): salt, hash, body. */
	SCHEMA_PRIVATE_COLUMNS = 3,
};

/* A row's place in the chain. */
#define SCHEMA_LINK "r.seq, r.hash, "

/* Everything that a new store needs, as one script. */
void schema_create(struct buf *out);

/* A column's quoted name in its table. */
void schema_add_name(struct buf *out, const struct column *c);

/* INSERT with a parameter for seq, hash and each column. A private text is an id. */
void schema_insert(struct buf *out, const struct row_type *type);

/*
 * SELECT of rows (`r`), private texts joined: the columns `before`, SCHEMA_LINK or "", then the
 * row's own; `tail` follows: WHERE, ORDER BY, LIMIT. A private text that is NULL gives three
 * NULLs; a purged one gives only its hash. With STORE_NO_TEXTS private texts have no columns.
 */
void schema_select(struct buf *out, const char *before, const struct row_type *type,
		   enum store_texts texts, const char *tail);

#endif

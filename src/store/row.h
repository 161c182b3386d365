/*
 * The rows of the store as tables of columns {name, type, offset}. CREATE, INSERT, SELECT and the
 * hash chain all come from these tables. A unit test finds members that no table holds. Must not
 * know SQLite.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "store/store.h"

enum { ROW_MAX_COLUMNS = 48, ROW_SALT_BYTES = 16 };

enum col_type {
	COL_I64, /* int64_t or uint64_t */
	COL_INT, /* int, or an enum */
	COL_SIZE, /* size_t */
	COL_BOOL, /* bool */
	COL_REAL, /* double; NaN is refused, -0 becomes 0 */
	COL_WORD, /* const char *, may be NULL: stored in the row itself */
	COL_CHARS, /* char[]: stored in the row itself */
	COL_NAME, /* an enum, by its text */
	COL_NAME_NOT_NULL, /* the same, declared NOT NULL */
	COL_PROBS, /* double *, its length in the size_t at `len`; NULL if that is 0 */
	COL_TEXT, /* const char *, may be NULL: stored in table `text`, which can be purged */
	COL_BYTES, /* the same for bytes, their number in the size_t at `len` */
};

struct column {
	const char *name;
	enum col_type type;
	size_t offset, size; /* of the member, in bytes */
	size_t len; /* offset of the member that holds the length (COL_PROBS, COL_BYTES) */
	const struct names *names; /* texts of the enum (COL_NAME, COL_NAME_NOT_NULL) */
};

struct row_type {
	const char *table;
	const struct column *columns;
	size_t n_columns;
	size_t size; /* of the struct, in bytes */
	const char *constraints; /* SQL: table constraints */
};

enum row_kind {
	ROW_RUN, /* struct run_row */
	ROW_MODEL, /* struct model */
	ROW_SLICE, /* struct slice_row, and so on */
	ROW_TICKET,
	ROW_RUN_SLICE,
	ROW_PASS,
	ROW_CANDIDATE,
	ROW_SEGMENT,
	ROW_ANSWER,
	ROW_REASON,
	ROW_EVENT,
	ROW_KINDS
};

extern const struct row_type row_types[ROW_KINDS];

/* Rows that store.h shows in another shape. */
struct slice_row {
	int64_t id;
	char sha256[65];
	int64_t n_tickets;
};

struct ticket_row {
	int64_t slice_id, ord; /* ord: from 0 */
	struct ticket ticket;
	const char *label; /* the name: another job may number its labels differently */
};

struct run_slice_row {
	int64_t run_id;
	char slice_sha256[65];
	const char *path;
	enum slice_role role; /* 0 ordinary, 1 harder */
	const char *repeats; /* numbers of tickets in the slice, from 0: "2 5 9"; or NULL */
};

struct answer_row {
	int64_t pass_id;
	struct answer answer;
};

struct reason_row {
	int64_t pass_id;
	struct reason reason;
};

/* One value on its way between struct and SQLite; it is bound, fetched and hashed. Borrows data. */
enum cell_tag { CELL_NULL, CELL_INT, CELL_REAL, CELL_TEXT, CELL_BLOB, CELL_PRIVATE };

struct cell {
	enum cell_tag tag;
	int64_t number;
	double real;
	const void *data; /* text, blob, or the body of a private text */
	size_t len;
	/* CELL_PRIVATE: */
	unsigned char salt[ROW_SALT_BYTES];
	char hash[HASH_HEX_LEN + 1]; /* of salt and body, as the chain uses it */
	bool purged; /* the body was removed from the store */
};

/* Whether the value is stored in table `text`. */
static inline bool row_is_private(const struct column *column)
{
	return column->type == COL_TEXT || column->type == COL_BYTES;
}

/* "facts.name" is the column "name". */
const char *row_column_name(const struct column *column);

/* Struct to cells. Private texts have no salt and no hash yet. */
void row_pack(struct arena *a, const struct row_type *type, const void *row, struct cell *cells);

/*
 * Cells to struct; the arena owns what it points to. *ret_row is zeroed or holds the previous row,
 * with which equal words are shared. A purged text reads as store_purged. ERR_STORE if a value is
 * impossible in its column.
 */
int row_unpack(struct arena *a, const struct row_type *type, const struct cell *cells,
	       void *ret_row, struct err *err) MUST_USE;

#endif

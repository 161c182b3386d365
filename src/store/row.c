/*
 * Structs to cells and back, by the tables in row_types.c. Decides how each C type is stored: some
 * enums as text, probabilities as little-endian doubles, the rest as SQLite has it. Must not know
 * what a row means, nor SQLite.
 */
#include "store/row.h"

#include <string.h>

/* Reads and writes a member by its type. */
#define MEMBER_GET(type, at) (*(type const *)(const void *)(at))
#define MEMBER_SET(type, at, value) (*(type *)(void *)(at) = (value))

const char *row_column_name(const struct column *column)
{
	const char *dot = strrchr(column->name, '.');

	return dot ? dot + 1 : column->name;
}

static struct cell row_cell_number(int64_t number)
{
	return (struct cell){ .tag = CELL_INT, .number = number };
}

static struct cell row_cell_data(enum cell_tag tag, const void *data, size_t len)
{
	if (!data)
		return (struct cell){ .tag = CELL_NULL };
	return (struct cell){ .tag = tag, .data = data, .len = len };
}

static struct cell row_cell_text(enum cell_tag tag, const char *text)
{
	return row_cell_data(tag, text, text ? strlen(text) : 0);
}

static struct cell row_cell_probs(struct arena *a, const double *probs, size_t n)
{
	unsigned char *bytes;

	if (!probs || n == 0)
		return (struct cell){ .tag = CELL_NULL };
	bytes = arena_array(a, n, 8);
	for (size_t i = 0; i < n; i++) {
		uint64_t bits;

		memcpy(&bits, &probs[i], sizeof(bits));
		for (int k = 0; k < 8; k++)
			bytes[8 * i + (size_t)k] = (unsigned char)(bits >> (8 * k));
	}
	return row_cell_data(CELL_BLOB, bytes, 8 * n);
}

static struct cell row_pack_one(struct arena *a, const struct column *c, const char *row)
{
	const char *at = row + c->offset;

	switch (c->type) {
	case COL_I64:
		return row_cell_number(MEMBER_GET(int64_t, at));
	case COL_INT:
		return row_cell_number(MEMBER_GET(int, at));
	case COL_SIZE:
		return row_cell_number((int64_t)MEMBER_GET(size_t, at));
	case COL_BOOL:
		return row_cell_number(MEMBER_GET(bool, at));
	case COL_REAL: /* + 0.0: SQLite drops the sign of a zero */
		return (struct cell){ .tag = CELL_REAL, .real = MEMBER_GET(double, at) + 0.0 };
	case COL_WORD:
		return row_cell_text(CELL_TEXT, MEMBER_GET(const char *, at));
	case COL_CHARS:
		return row_cell_data(CELL_TEXT, at, strnlen(at, c->size - 1));
	case COL_NAME:
	case COL_NAME_NOT_NULL:
		return row_cell_text(CELL_TEXT, c->names->texts[MEMBER_GET(int, at)]);
	case COL_PROBS:
		return row_cell_probs(a, MEMBER_GET(double *, at),
				      MEMBER_GET(size_t, row + c->len));
	case COL_TEXT:
		return row_cell_text(CELL_PRIVATE, MEMBER_GET(const char *, at));
	case COL_BYTES:
		return row_cell_data(CELL_PRIVATE, MEMBER_GET(const char *, at),
				     MEMBER_GET(size_t, row + c->len));
	}
	return (struct cell){ .tag = CELL_NULL };
}

void row_pack(struct arena *a, const struct row_type *type, const void *row, struct cell *cells)
{
	for (size_t i = 0; i < type->n_columns; i++)
		cells[i] = row_pack_one(a, &type->columns[i], row);
}

/* Whether the column can hold the cell. */
static bool row_is_possible(const struct column *c, const struct cell *cell)
{
	switch (c->type) {
	case COL_I64:
	case COL_SIZE:
		return cell->tag == CELL_INT;
	case COL_INT:
		return cell->tag == CELL_INT && cell->number >= INT32_MIN &&
		       cell->number <= INT32_MAX;
	case COL_BOOL:
		return cell->tag == CELL_INT && (cell->number == 0 || cell->number == 1);
	case COL_REAL:
		return cell->tag == CELL_REAL;
	case COL_CHARS:
		return cell->tag == CELL_TEXT && cell->len < c->size;
	case COL_NAME:
	case COL_NAME_NOT_NULL:
		return cell->tag == CELL_TEXT && names_find(c->names, cell->data) >= 0;
	case COL_PROBS:
		return cell->tag == CELL_NULL || (cell->tag == CELL_BLOB && cell->len % 8 == 0);
	case COL_WORD:
		return cell->tag == CELL_NULL || cell->tag == CELL_TEXT;
	case COL_TEXT:
	case COL_BYTES:
		return cell->tag == CELL_NULL || cell->tag == CELL_PRIVATE;
	}
	return false;
}

const char store_purged[] = "(purged)";

static bool row_is_purged(const struct cell *cell)
{
	return cell->tag == CELL_PRIVATE && cell->purged;
}

static const char *row_copy_text(struct arena *a, const struct cell *cell)
{
	if (cell->tag == CELL_NULL)
		return NULL;
	if (row_is_purged(cell))
		return store_purged;
	return cell->len ? arena_strndup(a, cell->data, cell->len) : "";
}

/* Shares a text with the row before if it is the same: most words repeat. */
static const char *row_share_text(struct arena *a, const struct cell *cell, const char *before)
{
	if (cell->tag == CELL_NULL)
		return NULL;
	if (before && strlen(before) == cell->len && memcmp(before, cell->data, cell->len) == 0)
		return before;
	return row_copy_text(a, cell);
}

static double *row_copy_probs(struct arena *a, const struct cell *cell)
{
	const unsigned char *bytes = cell->data;
	size_t n = cell->len / 8;
	double *probs;

	if (n == 0)
		return NULL;
	probs = arena_array(a, n, sizeof(*probs));
	for (size_t i = 0; i < n; i++) {
		uint64_t bits = 0;

		for (int k = 0; k < 8; k++)
			bits |= (uint64_t)bytes[8 * i + (size_t)k] << (8 * k);
		memcpy(&probs[i], &bits, sizeof(bits));
	}
	return probs;
}

static void row_unpack_one(struct arena *a, const struct column *c, const struct cell *cell,
			   char *row)
{
	char *at = row + c->offset;

	switch (c->type) {
	case COL_I64:
		MEMBER_SET(int64_t, at, cell->number);
		break;
	case COL_INT:
		MEMBER_SET(int, at, (int)cell->number);
		break;
	case COL_SIZE:
		MEMBER_SET(size_t, at, (size_t)cell->number);
		break;
	case COL_BOOL:
		MEMBER_SET(bool, at, cell->number == 1);
		break;
	case COL_REAL:
		MEMBER_SET(double, at, cell->real);
		break;
	case COL_CHARS:
		memset(at, 0, c->size);
		memcpy(at, cell->data, cell->len);
		break;
	case COL_NAME:
	case COL_NAME_NOT_NULL:
		MEMBER_SET(int, at, names_find(c->names, cell->data));
		break;
	case COL_PROBS:
		MEMBER_SET(double *, at, row_copy_probs(a, cell));
		MEMBER_SET(size_t, row + c->len, cell->len / 8);
		break;
	case COL_BYTES:
		MEMBER_SET(size_t, row + c->len,
			   row_is_purged(cell) ? strlen(store_purged) : cell->len);
		MEMBER_SET(const char *, at, row_copy_text(a, cell));
		break;
	case COL_WORD:
		MEMBER_SET(const char *, at, row_share_text(a, cell, MEMBER_GET(const char *, at)));
		break;
	case COL_TEXT:
		MEMBER_SET(const char *, at, row_copy_text(a, cell));
		break;
	}
}

int row_unpack(struct arena *a, const struct row_type *type, const struct cell *cells,
	       void *ret_row, struct err *err)
{
	for (size_t i = 0; i < type->n_columns; i++) {
		if (!row_is_possible(&type->columns[i], &cells[i]))
			return err_set(err, ERR_STORE,
				       "a row of '%s' holds no possible value for '%s': the store "
				       "is damaged",
				       type->table, type->columns[i].name);
		row_unpack_one(a, &type->columns[i], &cells[i], ret_row);
	}
	return 0;
}

/*
 * Tickets from CSV with a header row. The library is given one line of the file at a time, so
 * that each row knows the line on which it begins, quoted line breaks or not. Decides what a
 * header must hold; what a ticket must be is in ticket.c.
 */
#include <csv.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "job/shown.h"
#include "job/ticket_rows.h"

enum { CSV_MAX_COLUMNS = 256 };

struct csv_rows {
	struct ticket_reader *reader;
	struct err *err;
	const char *cells[CSV_MAX_COLUMNS];
	size_t lengths[CSV_MAX_COLUMNS];
	size_t n_cells; /* of this row; counts on past the maximum */
	size_t n_columns; /* of the header, 0 before it was read */
	int column_of[FIELD_COUNT]; /* -1 where the header has none */
	size_t line; /* on which this row begins */
	bool row_ended, failed;
};

static void on_cell(void *data, size_t n_bytes, void *ctx)
{
	struct csv_rows *rows = ctx;

	if (rows->n_cells < CSV_MAX_COLUMNS && !rows->failed) {
		rows->cells[rows->n_cells] = arena_strndup(rows->reader->arena, data, n_bytes);
		rows->lengths[rows->n_cells] = n_bytes;
	}
	rows->n_cells++;
}

/* The header lacks a column that a ticket needs. */
static int fail_column(const struct csv_rows *rows, enum ticket_field field)
{
	struct arena *a = rows->reader->arena;
	const char *only = rows->n_columns == 1 ? rows->cells[0] : "";
	const char *near = str_nearest(ticket_field_names[field], rows->cells, rows->n_columns);

	if (strpbrk(only, ";\t"))
		return ticket_fail(rows->reader, rows->line, rows->err,
				   "the columns are separated by %s; separate them by commas",
				   strchr(only, ';') ? "';'" : "tabs");
	return ticket_fail(rows->reader, rows->line, rows->err,
			   "the first row must name the columns, and names no '%s'%s%s%s",
			   ticket_field_names[field], near ? "; rename '" : "",
			   near ? shown(a, near) : "", near ? "'?" : "");
}

static int read_header(struct csv_rows *rows)
{
	rows->n_columns = rows->n_cells;
	if (rows->n_columns > CSV_MAX_COLUMNS)
		return ticket_fail(rows->reader, rows->line, rows->err,
				   "%zu columns; at most %d are taken", rows->n_columns,
				   CSV_MAX_COLUMNS);
	for (int f = 0; f < FIELD_COUNT; f++) {
		rows->column_of[f] = -1;
		for (size_t i = 0; i < rows->n_columns; i++) {
			if (strcmp(rows->cells[i], ticket_field_names[f]) != 0)
				continue;
			if (rows->column_of[f] >= 0)
				return ticket_fail(rows->reader, rows->line, rows->err,
						   "column '%s' is there twice; rename one",
						   ticket_field_names[f]);
			rows->column_of[f] = (int)i;
		}
	}
	if (rows->column_of[FIELD_TEXT] < 0)
		return fail_column(rows, FIELD_TEXT);
	if (rows->column_of[FIELD_LABEL] < 0)
		return fail_column(rows, FIELD_LABEL);
	return 0;
}

static int read_row(struct csv_rows *rows)
{
	struct ticket_row row = { .line = rows->line };

	if (rows->n_cells != rows->n_columns)
		return ticket_fail(
			rows->reader, rows->line, rows->err,
			"the row has %zu cell%s, the header %zu; text with commas or line "
			"breaks goes in quotes",
			rows->n_cells, rows->n_cells == 1 ? "" : "s", rows->n_columns);
	for (int f = 0; f < FIELD_COUNT; f++) {
		int column = rows->column_of[f];

		if (column < 0 ||
		    (rows->lengths[column] == 0 && f != FIELD_TEXT && f != FIELD_LABEL))
			continue;
		row.fields[f] = rows->cells[column];
		if (f == FIELD_TEXT)
			row.text_len = rows->lengths[column];
	}
	return ticket_add(rows->reader, &row, rows->err);
}

static void on_row(int ended_by, void *ctx)
{
	struct csv_rows *rows = ctx;

	(void)ended_by;
	if (!rows->failed)
		rows->failed = (rows->n_columns ? read_row(rows) : read_header(rows)) < 0;
	rows->n_cells = 0;
	rows->row_ended = true;
}

static int fail_csv(struct csv_rows *rows, struct csv_parser *parser)
{
	int code = csv_error(parser);

	return ticket_fail(rows->reader, rows->line, rows->err, "the row that begins here: %s",
			   code == CSV_EPARSE ?
				   "a quote in a cell is not doubled, or a quoted cell has no end" :
				   csv_strerror(code));
}

static int feed_lines(struct csv_rows *rows, struct csv_parser *parser)
{
	const char *end = rows->reader->data + rows->reader->n_bytes;
	size_t line = 1;
	bool open = false; /* inside a row that began on an earlier line */

	for (const char *p = rows->reader->data; p < end; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t n = stop ? (size_t)(stop - p) + 1 : (size_t)(end - p);

		if (!open)
			rows->line = line;
		rows->row_ended = false;
		if (csv_parse(parser, p, n, on_cell, on_row, rows) != n)
			return rows->failed ? -1 : fail_csv(rows, parser);
		if (rows->failed)
			return -1;
		open = !rows->row_ended && (open || strspn(p, " \t\r") + (stop != NULL) < n);
		p += n;
	}
	if (csv_fini(parser, on_cell, on_row, rows) != 0)
		return rows->failed ? -1 : fail_csv(rows, parser);
	return rows->failed ? -1 : 0;
}

int ticket_read_csv(struct ticket_reader *reader, struct err *err)
{
	struct csv_rows rows = { .reader = reader, .err = err };
	struct csv_parser parser;
	int r;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return err_set(err, ERR_INPUT, "%s: out of memory", reader->path);
	csv_set_blk_size(&parser, 1 << 16); /* its own step of 128 bytes makes large rows slow */
	r = feed_lines(&rows, &parser);
	csv_free(&parser);
	if (r == 0 && reader->n == 0)
		return err_set(err, ERR_INPUT, "%s: the file holds a header, but no tickets",
			       reader->path);
	return r;
}

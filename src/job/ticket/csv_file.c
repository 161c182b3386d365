/*
 * CSV through libcsv. The parser gets one line of the file at a time, so that each row knows where
 * it begins. One buffer, which all rows share, holds the cells of a row one after the other.
 */
#include "job/ticket/csv_file.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "job/ticket/text_file.h"

enum { ROW_MAX_BYTES = 512 << 20 };

struct csv_rows {
	const char *path;
	int (*on_row)(const struct csv_row *row, void *ctx, struct err *err);
	void *ctx;
	struct err *err;
	struct buf bytes; /* the cells of this row, each with a NUL */
	const char *cells[CSV_MAX_COLUMNS];
	size_t starts[CSV_MAX_COLUMNS], lengths[CSV_MAX_COLUMNS];
	size_t n_cells; /* of this row; can exceed the maximum */
	size_t n_columns; /* of the header; 0 until it was read */
	size_t lines_before;
	size_t line; /* on which this row begins */
	bool row_ended, failed;
};

static void csv_on_cell(void *data, size_t n_bytes, void *ctx)
{
	struct csv_rows *rows = ctx;

	if (rows->n_cells < CSV_MAX_COLUMNS && !rows->failed) {
		rows->starts[rows->n_cells] = rows->bytes.len;
		rows->lengths[rows->n_cells] = n_bytes;
		buf_add(&rows->bytes, data, n_bytes);
		buf_addc(&rows->bytes, '\0');
	}
	rows->n_cells++;
}

static int csv_check_row(struct csv_rows *rows)
{
	if (rows->bytes.overflow)
		return text_fail(rows->path, rows->line, rows->err, "no memory for the row");
	if (rows->n_cells > CSV_MAX_COLUMNS)
		return text_fail(rows->path, rows->line, rows->err, "%zu columns; the limit is %d",
				 rows->n_cells, CSV_MAX_COLUMNS);
	if (rows->n_columns && rows->n_cells != rows->n_columns)
		return text_fail(rows->path, rows->line, rows->err,
				 "the row has %zu cell%s, the header %zu; put text with "
				 "commas or line breaks in quotes",
				 rows->n_cells, rows->n_cells == 1 ? "" : "s", rows->n_columns);
	return 0;
}

static int csv_give_row(struct csv_rows *rows)
{
	struct csv_row row = { rows->cells, rows->lengths, rows->n_cells, rows->line };

	if (csv_check_row(rows) < 0)
		return -1;
	rows->n_columns = rows->n_cells;
	for (size_t i = 0; i < rows->n_cells; i++)
		rows->cells[i] = buf_text(&rows->bytes) + rows->starts[i];
	return rows->on_row(&row, rows->ctx, rows->err);
}

static void csv_on_row_end(int ended_by, void *ctx)
{
	struct csv_rows *rows = ctx;

	(void)ended_by;
	if (!rows->failed)
		rows->failed = csv_give_row(rows) < 0;
	rows->n_cells = 0;
	rows->row_ended = true;
	buf_clear(&rows->bytes);
}

static int csv_fail_csv(struct csv_rows *rows, struct csv_parser *parser)
{
	int code = csv_error(parser);

	return text_fail(rows->path, rows->line, rows->err, "the row that begins here: %s",
			 code == CSV_EPARSE ?
				 "a quote in a cell is not doubled, or a quoted cell has no end" :
				 csv_strerror(code));
}

static int csv_feed_lines(struct csv_rows *rows, struct csv_parser *parser, const char *text,
			  size_t n_bytes)
{
	const char *end = text + n_bytes;
	size_t line = 1 + rows->lines_before;
	bool open = false; /* inside a row that began on an earlier line */

	for (const char *p = text; p < end; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t n = stop ? (size_t)(stop - p) + 1 : (size_t)(end - p);

		if (!open)
			rows->line = line;
		rows->row_ended = false;
		if (csv_parse(parser, p, n, csv_on_cell, csv_on_row_end, rows) != n)
			return rows->failed ? -1 : csv_fail_csv(rows, parser);
		if (rows->failed)
			return -1;
		open = !rows->row_ended && (open || strspn(p, " \t\r") + (stop != NULL) < n);
		p += n;
	}
	if (csv_fini(parser, csv_on_cell, csv_on_row_end, rows) != 0)
		return rows->failed ? -1 : csv_fail_csv(rows, parser);
	return rows->failed ? -1 : 0;
}

int csv_each_row(const char *path, size_t lines_before, const char *text, size_t n_bytes,
		 int (*on_row)(const struct csv_row *row, void *ctx, struct err *err), void *ctx,
		 struct err *err)
{
	struct csv_rows rows = {
		.path = path, .on_row = on_row, .ctx = ctx, .err = err, .lines_before = lines_before
	};
	struct csv_parser parser;
	int r;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return err_set(err, ERR_INPUT, "%s: out of memory", path);
	csv_set_blk_size(&parser, 1 << 16); /* the default of 128 bytes is slow for large rows */
	buf_init(&rows.bytes, ROW_MAX_BYTES);
	r = csv_feed_lines(&rows, &parser, text, n_bytes);
	buf_release(&rows.bytes);
	csv_free(&parser);
	return r;
}

const char *csv_other_separator(const struct csv_row *header)
{
	if (header->n != 1 || !strpbrk(header->cells[0], ";\t"))
		return NULL;
	return strchr(header->cells[0], ';') ? "';'" : "tabs";
}

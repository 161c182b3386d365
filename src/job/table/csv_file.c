/*
 * CSV through libcsv. The parser gets one line of the file at a time, so that each row knows where
 * it begins. One buffer, which all rows share, holds the cells of a row one after the other.
 */
#include "job/table/csv_file.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

enum { ROW_MAX_BYTES = 512 << 20 };

struct csv_rows {
	const char *path;
	table_on_row *on_row;
	void *ctx;
	struct err *err;
	struct buf bytes; /* the cells of this row, each with a NUL */
	const char *cells[TABLE_MAX_COLUMNS];
	size_t starts[TABLE_MAX_COLUMNS], lengths[TABLE_MAX_COLUMNS];
	size_t n_cells; /* of this row; can exceed the maximum */
	size_t line; /* on which this row begins */
	bool row_ended, failed;
};

static void csv_on_cell(void *data, size_t n_bytes, void *ctx)
{
	struct csv_rows *rows = ctx;

	if (rows->n_cells < TABLE_MAX_COLUMNS && !rows->failed) {
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
	if (rows->n_cells > TABLE_MAX_COLUMNS)
		return text_fail(rows->path, rows->line, rows->err, "%zu columns; the limit is %d",
				 rows->n_cells, TABLE_MAX_COLUMNS);
	return 0;
}

static int csv_give_row(struct csv_rows *rows)
{
	struct table_row row = { rows->cells, rows->lengths, rows->n_cells, rows->line };

	if (csv_check_row(rows) < 0)
		return -1;
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

static int csv_fail_csv(struct csv_rows *rows, struct csv_parser *parser, bool at_end)
{
	int code = csv_error(parser);

	return text_fail(rows->path, rows->line, rows->err, "the row that begins here: %s",
			 code != CSV_EPARSE ? csv_strerror(code) :
			 at_end		    ? "a quoted cell has no end; close it with a quote" :
				  "a cell holds a quote that is not doubled; put the whole cell in "
				  "quotes, and double each quote in it");
}

static int csv_feed_lines(struct csv_rows *rows, struct csv_parser *parser, const char *text,
			  const char *end, size_t line)
{
	bool open = false; /* inside a row that began on an earlier line */
	const char *next;

	for (const char *p = text; p < end; line++, p = next) {
		const char *stop = text_line_end(p, end);

		next = text_line_next(stop, end);
		if (!open)
			rows->line = line;
		rows->row_ended = false;
		if (csv_parse(parser, p, (size_t)(next - p), csv_on_cell, csv_on_row_end, rows) !=
		    (size_t)(next - p))
			return rows->failed ? -1 : csv_fail_csv(rows, parser, false);
		if (rows->failed)
			return -1;
		open = !rows->row_ended && (open || strspn(p, " \t") < (size_t)(stop - p));
	}
	if (csv_fini(parser, csv_on_cell, csv_on_row_end, rows) != 0)
		return rows->failed ? -1 : csv_fail_csv(rows, parser, true);
	return rows->failed ? -1 : 0;
}

int csv_each_row(struct text_file *file, table_on_row *on_row, void *ctx, struct err *err)
{
	struct csv_rows rows = { .path = file->path, .on_row = on_row, .ctx = ctx, .err = err };
	size_t n_sample = file->n_bytes < CSV_SAMPLE_BYTES ? file->n_bytes : CSV_SAMPLE_BYTES;
	size_t skip = 0;
	struct csv_parser parser;
	int r;

	if (!file->separator)
		file->separator = csv_separator(file->text, n_sample, &skip);
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return err_set(err, ERR_INPUT, "%s: out of memory", file->path);
	csv_set_delim(&parser, (unsigned char)file->separator);
	csv_set_blk_size(&parser, 1 << 16); /* the default of 128 bytes is slow for large rows */
	buf_init(&rows.bytes, ROW_MAX_BYTES);
	r = csv_feed_lines(&rows, &parser, file->text + skip, file->text + file->n_bytes,
			   1 + file->lines_before + (skip > 0));
	buf_release(&rows.bytes);
	csv_free(&parser);
	return r;
}

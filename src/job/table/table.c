/*
 * What CSV and workbooks share: the width of a table is that of its header.
 */
#include "job/table/table.h"

#include <stdbool.h>

#include "job/table/csv_file.h"
#include "job/table/workbook.h"

struct table_reading {
	const struct text_file *file;
	table_on_row *on_row;
	void *ctx;
	size_t n_columns; /* of the header; 0 until it was read */
};

static const char *table_separator_words(char separator)
{
	switch (separator) {
	case ',':
		return "commas";
	case ';':
		return "semicolons";
	case '\t':
		return "tabs";
	default:
		return "separators";
	}
}

static int table_fail_width(const struct table_reading *t, const struct table_row *row,
			    struct err *err)
{
	return text_fail(t->file->path, row->line, err,
			 "the row has %zu cell%s, the header %zu; put text with %s or line breaks "
			 "in quotes",
			 row->n, row->n == 1 ? "" : "s", t->n_columns,
			 table_separator_words(t->file->separator));
}

static int table_on_any_row(const struct table_row *row, void *ctx, struct err *err)
{
	struct table_reading *t = ctx;
	struct table_row given = *row;
	size_t n = row->n;

	while (n > 0 && row->lengths[n - 1] == 0)
		n--;
	if (n == 0)
		return 0;
	if (t->n_columns == 0)
		t->n_columns = n;
	else if (n > t->n_columns || row->n < t->n_columns)
		return table_fail_width(t, row, err);
	given.n = t->n_columns;
	return t->on_row(&given, t->ctx, err);
}

int table_each_row(struct arena *a, struct text_file *file, table_on_row *on_row, void *ctx,
		   struct err *err)
{
	struct table_reading t = { .file = file, .on_row = on_row, .ctx = ctx };

	return file->zip ? workbook_each_row(a, file, table_on_any_row, &t, err) :
			   csv_each_row(file, table_on_any_row, &t, err);
}

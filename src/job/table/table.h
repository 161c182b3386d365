/*
 * The rows of a table, each with the line on which it begins: CSV with any of the usual separators,
 * or a sheet of a workbook. Decides which rows a table has. Must not know what a column means.
 */
#ifndef JOB_TABLE_TABLE_H
#define JOB_TABLE_TABLE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/table/text_file.h"

enum { TABLE_MAX_COLUMNS = 4096 };

/* One row. Its cells are valid until on_row() returns. */
struct table_row {
	const char *const *cells;
	const size_t *lengths; /* bytes */
	size_t n;
	size_t line; /* from 1; of a sheet: the number of the row */
};

typedef int table_on_row(const struct table_row *row, void *ctx, struct err *err);

/*
 * Calls on_row for the header and for each row below it, until it returns -1. All rows have as many
 * cells as the header. Rows without any text are skipped, and so are empty columns behind the last
 * name. Adds to file->note. Fails with ERR_INPUT and "path:line: " if the file is not a valid
 * table.
 */
int table_each_row(struct arena *a, struct text_file *file, table_on_row *on_row, void *ctx,
		   struct err *err) MUST_USE;

#endif

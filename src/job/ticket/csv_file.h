/*
 * The rows of a CSV text, each with the line on which it begins, quoted line breaks or not.
 * Decides what is CSV; must not know what a column means.
 */
#ifndef JOB_TICKET_CSV_FILE_H
#define JOB_TICKET_CSV_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum { CSV_MAX_COLUMNS = 4096 };

/* One row. The cells are borrowed until the function that got it returns. */
struct csv_row {
	const char *const *cells;
	const size_t *lengths; /* bytes */
	size_t n;
	size_t line; /* from 1 */
};

/*
 * Calls on_row for the header and for each row below it, all of as many cells as the header;
 * stops where it returns -1. Blank lines are no rows. `path` is printable and stands in messages;
 * `lines_before` are lines of that file that are not in this text.
 * Fails with ERR_INPUT and "path:line: " where the text is no CSV.
 */
int csv_each_row(const char *path, size_t lines_before, const char *text, size_t n_bytes,
		 int (*on_row)(const struct csv_row *row, void *ctx, struct err *err), void *ctx,
		 struct err *err) MUST_USE;

/* What separates the columns of a header whose one cell shows it: "';'", "tabs", or NULL. */
const char *csv_other_separator(const struct csv_row *header);

#endif

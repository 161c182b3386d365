/*
 * The rows of a CSV text, each with the line on which it begins. Cells can hold line breaks in
 * quotes. Decides what valid CSV is. Must not know what a column means.
 */
#ifndef JOB_TICKET_CSV_FILE_H
#define JOB_TICKET_CSV_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum { CSV_MAX_COLUMNS = 4096 };

/* One row. Its cells are valid until on_row() returns. */
struct csv_row {
	const char *const *cells;
	const size_t *lengths; /* bytes */
	size_t n;
	size_t line; /* from 1 */
};

/*
 * Calls on_row for the header and for each row below it, until it returns -1. All rows have as many
 * cells as the header. Blank lines are skipped. `path` is printable, for messages; `lines_before`
 * is the number of the file's lines before this text.
 * Fails with ERR_INPUT and "path:line: " if the text is not valid CSV.
 */
int csv_each_row(const char *path, size_t lines_before, const char *text, size_t n_bytes,
		 int (*on_row)(const struct csv_row *row, void *ctx, struct err *err), void *ctx,
		 struct err *err) MUST_USE;

/* The separator in a header that is only one cell, for a message: "';'" or "tabs"; or NULL. */
const char *csv_other_separator(const struct csv_row *header);

#endif

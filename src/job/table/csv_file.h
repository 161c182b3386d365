/*
 * The rows of a CSV text. Cells can hold line breaks in quotes. Decides what valid CSV is, and what
 * separates its cells. Must not know what a column means.
 */
#ifndef JOB_TABLE_CSV_FILE_H
#define JOB_TABLE_CSV_FILE_H

#include "job/table/table.h"

/* As much of a text as csv_separator() looks at, and the separator of a table with one column. */
enum { CSV_SAMPLE_BYTES = 1 << 16, CSV_NO_SEPARATOR = 0x1F };

/*
 * The separator of the cells: comma, semicolon, tab or pipe, or the one that a first line "sep=;"
 * names (*ret_skip is the length of that line, else 0). CSV_NO_SEPARATOR if there is only one
 * column.
 */
char csv_separator(const char *text, size_t n_bytes, size_t *ret_skip);

/*
 * Calls on_row for every row that is not blank, whatever its width. Finds out file->separator if it
 * is 0.
 */
int csv_each_row(struct text_file *file, table_on_row *on_row, void *ctx, struct err *err) MUST_USE;

#endif

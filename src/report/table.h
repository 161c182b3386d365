/*
 * A table of text for a terminal: columns as wide as their widest cell, numbers to the right.
 * Cells may hold anything: they are made printable here. Knows nothing of what they mean.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

enum { TABLE_MAX_COLUMNS = 24 };

struct table {
	struct arena *arena; /* borrowed */
	const char **cells; /* the header row first */
	size_t n_columns, n_cells, cap;
	bool right[TABLE_MAX_COLUMNS]; /* columns whose cells stand to the right */
};

/* Headers end with NULL. A header that begins with '>' makes its column stand to the right. */
void table_init(struct table *t, struct arena *a, const char *const *headers);

/* Adds one cell, row by row from left to right; the text is copied. */
void table_add(struct table *t, const char *text);
void table_addf(struct table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

void table_write(const struct table *t, FILE *out);

#endif

/*
 * One description of a table: columns, rows of cells, and what stands out. It is built once and
 * written as text for a terminal or as HTML for a page. Cells may hold anything: both writers make
 * them harmless. Knows nothing of what the cells mean.
 */
#ifndef REPORT_TABLE_TABLE_H
#define REPORT_TABLE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/terminal.h"

/* How a numbered row stands out. */
enum table_sign { SIGN_NONE, SIGN_PICK, SIGN_FORBIDDEN };

struct table_cell {
	const char *text; /* printable */
	const char *mark; /* a remark beside the text, or NULL */
	const char *full; /* what a page says of a short text that is pointed at, or NULL */
	size_t number; /* that stands before the text on a page; 0: none */
	enum table_sign sign; /* only with a number */
	bool strong;
	bool wide; /* fills the rest of its row */
	const char *brief; /* the text where a terminal is narrow, or NULL */
	bool styled; /* a terminal shows it in this style */
	enum terminal_style style;
};

struct table {
	struct arena *arena; /* borrowed */
	struct table_cell *cells; /* the row of titles first */
	size_t n_columns, n_cells, cap;
	bool *right; /* one a column: whether its cells are aligned to the right */
	const char *ranks; /* as table_rank() sets them, or NULL */
};

/*
 * Titles end with NULL. A title that begins with '>' makes its column align to the right. In
 * "first token|first" the second is for a narrow terminal.
 */
void table_init(struct table *t, struct arena *a, const char *const *titles);

/*
 * What happens to the columns if the terminal is narrow, one character a column: '0' stays whole;
 * '9' is left out first, down to '2', then '1' if briefer cells do not help; 't' is a text, whose
 * words go on in the next line; 'n' is a name, which is cut if nothing else helps. Without ranks
 * the first is a name, and the last a text unless it is aligned to the right. Borrowed.
 */
void table_rank(struct table *t, const char *ranks);

/* Adds one cell, row by row from left to right; the text is copied. */
void table_add(struct table *t, const char *text);
void table_addf(struct table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Adds a name with its number, from 1: "* name" as text, "3 name" on a page. */
void table_add_numbered(struct table *t, size_t number, enum table_sign sign, const char *name);

/* Adds a cell that fills the rest of its row. */
void table_add_wide(struct table *t, const char *text);

/* Marks the cell that was added last. The mark is copied; NULL: none. */
void table_mark(struct table *t, const char *mark);
void table_emphasize(struct table *t);

/* The last cell's text is short for this one. It is copied. */
void table_full(struct table *t, const char *full);

/* What the cell added last is on a narrow terminal; copied. */
void table_brief(struct table *t, const char *brief);
void table_style(struct table *t, enum terminal_style style);

/* For a terminal: columns as wide as their widest cell, as far as its width goes. */
void table_write(const struct table *t, FILE *out);

/*
 * A table of GitHub's Markdown whose columns also line up as plain text. Names stand
 * without their number.
 */
void table_write_markdown(const struct table *t, FILE *out);

/* A <table> in its own scrolling box. Long cells are cut. `caption` may be NULL. */
void table_write_html(const struct table *t, const char *caption, FILE *out);

#endif

/*
 * Finds the separator of a CSV text. The header decides: a separator that it does not hold is none.
 * If it holds several, the one that fits most of the rows below it wins, and then the one that
 * makes the most columns: "Amount, EUR;Text" has semicolons.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "job/table/csv_file.h"

enum { SAMPLE_ROWS = 100 };

/* In the order in which they are preferred. */
static const char separators[] = { ',', ';', '\t', '|' };

/* One row as cells: all of them, and those up to the last that is not empty. */
struct csv_shape {
	size_t n_cells, n_filled;
};

/* The end of a quoted cell: behind its last quote. NULL if it has none. */
static const char *csv_quoted_end(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		if (*p != '"')
			continue;
		if (p[1] != '"')
			return p + 1;
		p++;
	}
	return NULL;
}

/*
 * Reads the row at p for this separator. Returns the start of the next one, or NULL if the row is
 * no row or its end is not in the sample.
 */
static const char *csv_read_shape(const char *p, const char *end, char separator,
				  struct csv_shape *ret_shape)
{
	struct csv_shape shape = { 0 };
	const char stops[] = { separator, '\r', '\n', '\0' };

	for (;; p++) {
		const char *start = p += strspn(p, separator == '\t' ? " " : " \t"), *stop;

		if (*p == '"')
			p = csv_quoted_end(p, end);
		if (!p)
			return NULL;
		stop = p + strcspn(p, stops);
		if (*start == '"' && p + strspn(p, separator == '\t' ? " " : " \t") < stop)
			return NULL; /* text behind a quoted cell */
		shape.n_cells++;
		if (stop > start && !(p == start + 2 && *start == '"'))
			shape.n_filled = shape.n_cells;
		p = stop;
		if (*p != separator)
			break;
	}
	*ret_shape = shape;
	return p < end ? text_line_next(p, end) : NULL;
}

static bool csv_fits(const struct csv_shape *row, size_t n_columns)
{
	return row->n_cells >= n_columns && row->n_filled <= n_columns;
}

/* How well a separator fits: the columns of the header, and the share of rows, in thousandths. */
struct csv_fit {
	size_t n_columns, n_fitting;
};

static struct csv_fit csv_fit_of(const char *text, const char *end, char separator)
{
	struct csv_shape header = { 0 }, row;
	const char *p = csv_read_shape(text, end, separator, &header);
	size_t n_rows = 0, n_fitting = 0;

	while (p && p < end && n_rows < SAMPLE_ROWS) {
		p = csv_read_shape(p, end, separator, &row);
		if (!p || row.n_filled == 0)
			continue;
		n_rows++;
		n_fitting += csv_fits(&row, header.n_filled);
	}
	return (struct csv_fit){ header.n_filled, n_rows ? n_fitting * 1000 / n_rows : 1000 };
}

/* A first line "sep=;", with or without quotes, as Excel reads it. Returns its length, or 0. */
static size_t csv_sep_line(const char *text, const char *end, char *ret_separator)
{
	const char *p = text + (*text == '"'), *stop = text_line_end(text, end);

	if (stop - p < 5 || strncasecmp(p, "sep=", 4) != 0 || stop - p != 5 + (p > text))
		return 0;
	*ret_separator = p[4];
	return (size_t)(text_line_next(stop, end) - text);
}

char csv_separator(const char *text, size_t n_bytes, size_t *ret_skip)
{
	const char *end = text + n_bytes;
	struct csv_fit best = { 1, 0 };
	char found = CSV_NO_SEPARATOR;

	*ret_skip = csv_sep_line(text, end, &found);
	if (*ret_skip > 0)
		return found;
	while (text < end && strchr("\r\n", *text))
		text++;
	for (size_t i = 0; i < COUNT_OF(separators); i++) {
		struct csv_fit fit = csv_fit_of(text, end, separators[i]);

		if (fit.n_columns < 2 || (separators[i] == '|' && fit.n_fitting == 0))
			continue;
		if (best.n_columns > 1 &&
		    (fit.n_fitting < best.n_fitting ||
		     (fit.n_fitting == best.n_fitting && fit.n_columns <= best.n_columns)))
			continue;
		best = fit;
		found = separators[i];
	}
	return found;
}

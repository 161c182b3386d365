/*
 * Columns of text.
 */
#include "report/table.h"

#include <stdarg.h>
#include <string.h>

#include "base/lang/script.h"
#include "base/str.h"

void table_init(struct table *t, struct arena *a, const char *const *headers)
{
	*t = (struct table){ .arena = a };
	while (headers[t->n_columns])
		t->n_columns++;
	for (size_t i = 0; i < t->n_columns; i++) {
		t->right[i] = headers[i][0] == '>';
		table_add(t, headers[i] + t->right[i]);
	}
}

void table_add(struct table *t, const char *text)
{
	struct buf clean;

	if (t->n_cells == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		const char **cells = arena_array(t->arena, cap, sizeof(*cells));

		if (t->n_cells)
			memcpy(cells, t->cells, t->n_cells * sizeof(*cells));
		t->cells = cells;
		t->cap = cap;
	}
	buf_init(&clean, 1 << 20);
	str_printable(&clean, text, strlen(text));
	t->cells[t->n_cells++] = arena_strdup(t->arena, buf_text(&clean));
	buf_release(&clean);
}

void table_addf(struct table *t, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_add(t, text);
}

static void table_write_cell(FILE *out, const char *text, size_t width, bool right, bool last)
{
	size_t columns = str_columns(text);
	int pad = columns < width ? (int)(width - columns) : 0;
	bool runs_left = script_runs_left(text);
	const char *before = runs_left ? SCRIPT_ISOLATE : "";
	const char *after = runs_left ? SCRIPT_ISOLATE_END : "";

	if (right)
		fprintf(out, "%*s%s%s%s", pad, "", before, text, after);
	else if (last)
		fprintf(out, "%s%s%s", before, text, after);
	else
		fprintf(out, "%s%s%s%*s", before, text, after, pad, "");
	fputs(last ? "\n" : "  ", out);
}

void table_write(const struct table *t, FILE *out)
{
	size_t widths[TABLE_MAX_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->n_cells; i++) {
		size_t columns = str_columns(t->cells[i]);

		if (columns > widths[i % t->n_columns])
			widths[i % t->n_columns] = columns;
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t column = i % t->n_columns;

		table_write_cell(out, t->cells[i], widths[column], t->right[column],
				 column + 1 == t->n_columns);
	}
}

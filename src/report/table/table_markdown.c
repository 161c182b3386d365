/*
 * A table as Markdown.
 */
#include <string.h>

#include "base/str.h"
#include "report/markdown.h"
#include "report/table/table.h"

/* Room for "--:", and for the longest cell that still lines up. */
enum { LEAST_COLUMNS = 3, MOST_COLUMNS = 60 };

static const char *table_markdown_cell(const struct table *t, size_t at)
{
	const struct table_cell *cell = &t->cells[at];
	const char *text = markdown_text(t->arena, cell->text);

	if (cell->strong || cell->sign == SIGN_PICK)
		text = arena_printf(t->arena, "**%s**", text);
	return cell->mark ? arena_printf(t->arena, "%s (%s)", text,
					 markdown_text(t->arena, cell->mark)) :
			    text;
}

static size_t table_markdown_width(const struct table *t, size_t column)
{
	size_t width = LEAST_COLUMNS;

	for (size_t i = column; i < t->n_cells; i += t->n_columns) {
		size_t n = t->cells[i].wide ? 0 : str_columns(table_markdown_cell(t, i));

		if (n > width && n <= MOST_COLUMNS)
			width = n;
	}
	return width;
}

static void table_markdown_pad(size_t n, char c, FILE *out)
{
	for (size_t i = 0; i < n; i++)
		fputc(c, out);
}

static void table_markdown_row(const struct table *t, size_t first, const size_t *widths, FILE *out)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		const char *text =
			t->cells[first + c].text ? table_markdown_cell(t, first + c) : "";
		size_t n = str_columns(text), pad = n < widths[c] ? widths[c] - n : 0;

		fputs("| ", out);
		table_markdown_pad(t->right[c] ? pad : 0, ' ', out);
		fputs(text, out);
		table_markdown_pad(t->right[c] ? 0 : pad, ' ', out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

void table_write_markdown(const struct table *t, FILE *out)
{
	size_t *widths = arena_array(t->arena, t->n_columns, sizeof(*widths));

	for (size_t c = 0; c < t->n_columns; c++)
		widths[c] = table_markdown_width(t, c);
	table_markdown_row(t, 0, widths, out);
	for (size_t c = 0; c < t->n_columns; c++) {
		fputs("| ", out);
		table_markdown_pad(widths[c] - t->right[c], '-', out);
		fputs(t->right[c] ? ": " : " ", out);
	}
	fputs("|\n", out);
	for (size_t i = t->n_columns; i < t->n_cells; i += t->n_columns)
		table_markdown_row(t, i, widths, out);
}

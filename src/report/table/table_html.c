/*
 * A table as a part of a page.
 */
#include <string.h>

#include "base/lang/script.h"
#include "report/page/html.h"
#include "report/table/table.h"

/* At most so many characters of a cell. */
enum { CELL_MAX_CHARS = 400 };

static void table_html_titles(const struct table *t, FILE *out)
{
	html_markup(out, "<thead><tr>");
	for (size_t i = 0; i < t->n_columns; i++)
		html_element(out, t->right[i] ? "th scope=\"col\" class=\"n\"" : "th scope=\"col\"",
			     t->cells[i].text);
	html_markup(out, "</tr></thead>\n<tbody>\n");
}

static void table_html_content(const struct table_cell *cell, FILE *out)
{
	size_t n = strlen(cell->text);

	if (cell->number)
		html_textf(out, "%zu ", cell->number);
	if (script_runs_left(cell->text) || n > CELL_MAX_CHARS)
		html_quote(out, cell->text, n, CELL_MAX_CHARS);
	else
		html_text(out, cell->text);
	if (!cell->mark)
		return;
	html_markup(out, *cell->text ? " " : "");
	html_element(out, "span class=\"mark\"", cell->mark);
}

static void table_html_cell(const struct table *t, size_t at, FILE *out)
{
	const struct table_cell *cell = &t->cells[at];
	size_t column = at % t->n_columns;

	if (column == 0) {
		html_markup(out, cell->sign == SIGN_PICK ? "<tr class=\"pick\">" : "<tr>");
		if (cell->full)
			html_open_titled(out, "th scope=\"row\"", cell->full);
		else
			html_markup(out, "<th scope=\"row\">");
		table_html_content(cell, out);
		html_markup(out, "</th>");
		return;
	}
	if (cell->wide)
		html_shape(out, "<td colspan=\"%d\">", (int)(t->n_columns - column));
	else if (cell->strong)
		html_markup(out,
			    t->right[column] ? "<td class=\"n pick\">" : "<td class=\"pick\">");
	else
		html_markup(out, t->right[column] ? "<td class=\"n\">" : "<td>");
	table_html_content(cell, out);
	html_markup(out, "</td>");
}

void table_write_html(const struct table *t, const char *caption, FILE *out)
{
	html_markup(out, "<div class=\"box\" tabindex=\"0\"><table>");
	if (caption)
		html_element(out, "caption", caption);
	table_html_titles(t, out);
	for (size_t i = t->n_columns; i < t->n_cells; i++) {
		size_t column = i % t->n_columns;

		table_html_cell(t, i, out);
		if (t->cells[i].wide)
			i += t->n_columns - column - 1;
		if (i % t->n_columns == t->n_columns - 1)
			html_markup(out, "</tr>\n");
	}
	html_markup(out, "</tbody></table></div>\n");
}

/*
 * Tables: how they are built, and their form for a terminal.
 */
#include "report/table.h"

#include <stdarg.h>
#include <string.h>

#include "base/lang/script.h"
#include "base/str.h"

enum { CELL_MAX_BYTES = 1 << 20 };

void table_init(struct table *t, struct arena *a, const char *const *titles)
{
	*t = (struct table){ .arena = a };
	while (titles[t->n_columns])
		t->n_columns++;
	t->right = arena_array(a, t->n_columns, sizeof(*t->right));
	for (size_t i = 0; i < t->n_columns; i++) {
		t->right[i] = titles[i][0] == '>';
		table_add(t, titles[i] + t->right[i]);
	}
}

static const char *table_clean(struct table *t, const char *text)
{
	struct buf clean;

	buf_init(&clean, CELL_MAX_BYTES);
	str_printable(&clean, text, strlen(text));
	return buf_to_arena(&clean, t->arena);
}

static struct table_cell *table_new_cell(struct table *t, const char *text)
{
	struct table_cell *cell;

	t->cells = arena_grow(t->arena, t->cells, t->n_cells, &t->cap, sizeof(*t->cells));
	cell = &t->cells[t->n_cells++];
	*cell = (struct table_cell){ .text = table_clean(t, text) };
	return cell;
}

void table_add(struct table *t, const char *text)
{
	table_new_cell(t, text);
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

void table_add_numbered(struct table *t, size_t number, enum table_sign sign, const char *name)
{
	struct table_cell *cell = table_new_cell(t, name);

	cell->number = number;
	cell->sign = sign;
}

void table_add_wide(struct table *t, const char *text)
{
	table_new_cell(t, text)->wide = true;
	while (t->n_cells % t->n_columns)
		table_new_cell(t, "");
}

void table_mark(struct table *t, const char *mark)
{
	t->cells[t->n_cells - 1].mark = mark ? table_clean(t, mark) : NULL;
}

void table_emphasize(struct table *t)
{
	t->cells[t->n_cells - 1].strong = true;
}

/* What a terminal shows of a cell: signs and marks as characters. */
static const char *table_cell_text(struct arena *a, const struct table_cell *cell)
{
	static const char *const signs[] = {
		[SIGN_NONE] = "  ", [SIGN_PICK] = "* ", [SIGN_FORBIDDEN] = "! "
	};
	const char *sign = cell->number ? signs[cell->sign] : cell->strong ? "* " : "";

	if (!cell->mark)
		return *sign ? arena_printf(a, "%s%s", sign, cell->text) : cell->text;
	return arena_printf(a, *cell->text ? "%s%s (%s)" : "%s%s%s", sign, cell->text, cell->mark);
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
	const char **texts = arena_array(t->arena, t->n_cells, sizeof(*texts));
	size_t *widths = arena_array(t->arena, t->n_columns, sizeof(*widths));

	for (size_t i = 0; i < t->n_cells; i++) {
		size_t *width = &widths[i % t->n_columns];
		size_t columns;

		texts[i] = table_cell_text(t->arena, &t->cells[i]);
		columns = t->cells[i].wide ? 0 : str_columns(texts[i]);
		*width = columns > *width ? columns : *width;
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t column = i % t->n_columns;
		bool last = column + 1 == t->n_columns || t->cells[i].wide;

		table_write_cell(out, texts[i], widths[column],
				 t->right[column] && !t->cells[i].wide, last);
		if (t->cells[i].wide)
			i += t->n_columns - column - 1;
	}
}

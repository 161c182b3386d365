/*
 * Tables: how they are built.
 */
#include "report/table/table.h"

#include <stdarg.h>
#include <string.h>

#include "base/str.h"

enum { CELL_MAX_BYTES = 1 << 20 };

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

/* "first token|first": the second if there is little room. */
static void table_add_title(struct table *t, const char *title)
{
	const char *bar = strchr(title + strspn(title, "|"), '|');

	if (!bar) {
		table_add(t, title);
		return;
	}
	table_add(t, arena_strndup(t->arena, title, (size_t)(bar - title)));
	table_brief(t, bar + 1);
}

void table_init(struct table *t, struct arena *a, const char *const *titles)
{
	*t = (struct table){ .arena = a };
	while (titles[t->n_columns])
		t->n_columns++;
	t->right = arena_array(a, t->n_columns, sizeof(*t->right));
	for (size_t i = 0; i < t->n_columns; i++) {
		t->right[i] = titles[i][0] == '>';
		table_add_title(t, titles[i] + t->right[i]);
	}
}

void table_rank(struct table *t, const char *ranks)
{
	t->ranks = ranks;
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

void table_full(struct table *t, const char *full)
{
	t->cells[t->n_cells - 1].full = table_clean(t, full);
}

void table_emphasize(struct table *t)
{
	t->cells[t->n_cells - 1].strong = true;
}

void table_brief(struct table *t, const char *brief)
{
	t->cells[t->n_cells - 1].brief = table_clean(t, brief);
}

void table_style(struct table *t, enum terminal_style style)
{
	t->cells[t->n_cells - 1].styled = true;
	t->cells[t->n_cells - 1].style = style;
}

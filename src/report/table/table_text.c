/*
 * A table for a terminal. Decides what a narrow one does: its titles are brief, then columns are
 * left out by their rank, then cells are brief and the last ranks go; texts go on in further lines;
 * at last names are cut.
 */
#include <string.h>

#include "base/display.h"
#include "base/lang/script.h"
#include "base/str.h"
#include "report/table/table.h"

/* A text column is not made narrower than this, nor a name. */
enum { TEXT_LEAST_COLUMNS = 24, NAME_LEAST_COLUMNS = 12, GAP_COLUMNS = 2 };

/* How a table is laid out on one stream. */
struct table_layout {
	const struct table *t;
	FILE *out;
	const char **texts; /* of each cell, at this briefness */
	size_t *widths; /* of each column; 0 with `hidden` */
	bool *hidden;
	size_t columns; /* that there are */
	bool brief_titles, brief;
};

static char table_rank_of(const struct table *t, size_t column)
{
	if (t->ranks)
		return t->ranks[column];
	if (column + 1 == t->n_columns && column > 0 && !t->right[column])
		return 't';
	return column == 0 && !t->right[0] ? 'n' : '0';
}

/* What a terminal shows of a cell: signs and marks as characters. */
static const char *table_cell_text(struct arena *a, const struct table_cell *cell, bool brief)
{
	static const char *const signs[] = {
		[SIGN_NONE] = "  ", [SIGN_PICK] = "* ", [SIGN_FORBIDDEN] = "! "
	};
	const char *sign = cell->number ? signs[cell->sign] : cell->strong ? "* " : "";
	const char *text = brief && cell->brief ? cell->brief : cell->text;

	if (!cell->mark || (brief && cell->brief))
		return *sign ? arena_printf(a, "%s%s", sign, text) : text;
	return arena_printf(a, *text ? "%s%s (%s)" : "%s%s%s", sign, text, cell->mark);
}

static void table_measure(struct table_layout *l)
{
	const struct table *t = l->t;

	memset(l->widths, 0, t->n_columns * sizeof(*l->widths));
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t *width = &l->widths[i % t->n_columns];
		size_t columns;

		l->texts[i] = table_cell_text(t->arena, &t->cells[i],
					      i < t->n_columns ? l->brief_titles : l->brief);
		columns = t->cells[i].wide ? 0 : str_columns(l->texts[i]);
		*width = columns > *width ? columns : *width;
	}
}

static size_t table_width(const struct table_layout *l)
{
	size_t width = 0;

	for (size_t i = 0; i < l->t->n_columns; i++)
		if (!l->hidden[i])
			width += l->widths[i] + (width > 0) * GAP_COLUMNS;
	return width;
}

/* Hides the column that is left out first, of rank `least` or more. False: none may be. */
static bool table_hide_one(struct table_layout *l, char least)
{
	size_t at = l->t->n_columns;
	char most = least;

	for (size_t i = 0; i < l->t->n_columns; i++) {
		char rank = table_rank_of(l->t, i);

		if (!l->hidden[i] && rank >= most && rank <= '9') {
			most = rank;
			at = i;
		}
	}
	if (at < l->t->n_columns)
		l->hidden[at] = true;
	return at < l->t->n_columns;
}

/* Makes the columns of this rank narrower, as far as needed. */
static void table_narrow(struct table_layout *l, char rank, size_t least)
{
	for (size_t i = 0; i < l->t->n_columns && table_width(l) > l->columns; i++) {
		size_t over = table_width(l) - l->columns;

		if (l->hidden[i] || table_rank_of(l->t, i) != rank || l->widths[i] <= least)
			continue;
		l->widths[i] = l->widths[i] > least + over ? l->widths[i] - over : least;
	}
}

static void table_fit(struct table_layout *l)
{
	table_measure(l);
	l->brief_titles = table_width(l) > l->columns;
	table_measure(l);
	while (table_width(l) > l->columns && table_hide_one(l, '2'))
		continue;
	if (table_width(l) > l->columns) {
		l->brief = true;
		table_measure(l);
	}
	while (table_width(l) > l->columns && table_hide_one(l, '1'))
		continue;
	table_narrow(l, 't', TEXT_LEAST_COLUMNS);
	table_narrow(l, 'n', NAME_LEAST_COLUMNS);
}

static void table_write_text(const struct table_layout *l, const struct table_cell *cell,
			     const char *text)
{
	bool runs_left = script_runs_left(text);
	bool styled = *text && (cell->styled || cell->sign != SIGN_NONE);
	enum terminal_style style = cell->styled		 ? cell->style :
				    cell->sign == SIGN_FORBIDDEN ? STYLE_BAD :
								   STYLE_STRONG;

	if (styled)
		fputs(terminal_begin(l->out, style), l->out);
	fprintf(l->out, "%s%s%s", runs_left ? SCRIPT_ISOLATE : "", text,
		runs_left ? SCRIPT_ISOLATE_END : "");
	if (styled)
		fputs(terminal_end(l->out), l->out);
}

/* One line of a cell; `last` has nothing behind it. */
static void table_write_cell(const struct table_layout *l, size_t at, const char *text, bool last)
{
	size_t column = at % l->t->n_columns, columns = str_columns(text);
	int pad = columns < l->widths[column] ? (int)(l->widths[column] - columns) : 0;
	bool right = l->t->right[column] && !l->t->cells[at].wide;

	if (right)
		fprintf(l->out, "%*s", pad, "");
	table_write_text(l, &l->t->cells[at], text);
	if (!right && !last)
		fprintf(l->out, "%*s", pad, "");
	fputs(last ? "\n" : "  ", l->out);
}

/* The lines of a cell, in its column or, if it is wide, in the rest of its row. */
static const char **table_cell_lines(const struct table_layout *l, size_t at, size_t before,
				     size_t *ret_n)
{
	size_t column = at % l->t->n_columns, room = l->widths[column];
	const char *one;

	if (l->t->cells[at].wide)
		room = l->columns > before + TEXT_LEAST_COLUMNS ? l->columns - before :
								  TEXT_LEAST_COLUMNS;
	if (l->t->cells[at].wide || table_rank_of(l->t, column) == 't')
		return str_columns(l->texts[at]) > room ?
			       display_lines(l->t->arena, l->texts[at], room, ret_n) :
			       (*ret_n = 1, &l->texts[at]);
	*ret_n = 1;
	if (table_rank_of(l->t, column) != 'n' || str_columns(l->texts[at]) <= room)
		return &l->texts[at];
	one = display_fit_middle(l->t->arena, l->texts[at], room);
	return arena_strdups(l->t->arena, &one, 1);
}

static void table_write_row(const struct table_layout *l, size_t row)
{
	size_t n_columns = l->t->n_columns, n_lines = 1, last = 0, before = 0;
	const char ***lines = arena_array(l->t->arena, n_columns, sizeof(*lines));
	size_t *n = arena_array(l->t->arena, n_columns, sizeof(*n));

	for (size_t i = 0; i < n_columns; i++) {
		if (l->hidden[i])
			continue;
		lines[i] = table_cell_lines(l, row + i, before, &n[i]);
		n_lines = n[i] > n_lines ? n[i] : n_lines;
		before += l->widths[i] + GAP_COLUMNS;
		last = i;
		if (l->t->cells[row + i].wide)
			break;
	}
	for (size_t k = 0; k < n_lines; k++)
		for (size_t i = 0; i <= last; i++)
			if (!l->hidden[i])
				table_write_cell(l, row + i, k < n[i] ? lines[i][k] : "",
						 i == last);
}

void table_write(const struct table *t, FILE *out)
{
	struct table_layout l = {
		.t = t,
		.out = out,
		.texts = arena_array(t->arena, t->n_cells, sizeof(*l.texts)),
		.widths = arena_array(t->arena, t->n_columns, sizeof(*l.widths)),
		.hidden = arena_array(t->arena, t->n_columns, sizeof(*l.hidden)),
		.columns = terminal_columns(out),
	};

	table_fit(&l);
	for (size_t row = 0; row < t->n_cells; row += t->n_columns)
		table_write_row(&l, row);
}

/*
 * Guesses columns: names are lists of words, and contents are counted over the first rows.
 */
#include "flow/start/start_columns.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/table/table.h"
#include "job/ticket/ticket.h"

enum {
	START_ROWS = 3000, /* that are looked at */
	START_VALUES = 64, /* most different values of a column of labels */
	START_LABEL_BYTES = 60, /* most of its mean length */
	START_ID_BYTES = 40,
	START_COLUMNS = 200,
};

/* Words of names, between blanks, as str_normalised() makes them. */
static const char words_text[] =
	" text body message description content question comment inquiry enquiry request mail "
	"email "
	"nachricht anfrage beschreibung texte corps mensaje ";
static const char words_subject[] = " subject title betreff objet asunto headline ";
static const char words_label[] =
	" label category categorie kategorie categoria class intent topic type queue tag thema "
	"gold ";
static const char words_id[] = " id no nr number key case ticket reference ";
/* A column of these is not what it may look like. */
static const char words_other[] =
	" by agent handled assigned owner status state priority date time received created updated "
	"closed from to sender name address country channel lang language phone team id no nr ";

struct start_column {
	const char *name, *like; /* as written, normalised */
	const char *values[START_VALUES]; /* the different ones */
	size_t n_values; /* START_VALUES + 1: more */
	size_t n_filled, n_bytes;
	bool repeats;
};

struct start_guess {
	struct arena *a;
	struct start_column *columns;
	size_t n, n_rows;
};

static void start_count_cell(struct start_guess *g, struct start_column *c, const char *cell,
			     size_t n_bytes)
{
	if (cell[strspn(cell, " \t\r\n")] == '\0')
		return;
	c->n_filled++;
	c->n_bytes += n_bytes;
	for (size_t i = 0; i < c->n_values && i < START_VALUES; i++) {
		if (strcmp(c->values[i], cell) != 0)
			continue;
		c->repeats = true;
		return;
	}
	if (c->n_values < START_VALUES)
		c->values[c->n_values] = arena_strndup(g->a, cell, n_bytes);
	if (c->n_values <= START_VALUES)
		c->n_values++;
}

static int start_on_row(const struct table_row *row, void *ctx, struct err *err)
{
	struct start_guess *g = ctx;

	(void)err;
	if (!g->columns) {
		g->n = row->n < START_COLUMNS ? row->n : START_COLUMNS;
		g->columns = arena_array(g->a, g->n, sizeof(*g->columns));
		for (size_t i = 0; i < g->n; i++) {
			g->columns[i].name = arena_strndup(g->a, row->cells[i], row->lengths[i]);
			g->columns[i].like = str_normalised(g->a, g->columns[i].name);
		}
		return 0;
	}
	for (size_t i = 0; i < g->n && i < row->n; i++)
		start_count_cell(g, &g->columns[i], row->cells[i], row->lengths[i]);
	return ++g->n_rows < START_ROWS ? 0 : -1; /* enough */
}

/* Whether a word of the name is in the list. */
static bool start_has_word(const struct start_guess *g, const char *like, const char *list)
{
	const char *rest = like, *word;
	size_t n;

	while ((word = str_next_part(&rest, ' ', &n)))
		if (n && strstr(list, arena_printf(g->a, " %.*s ", (int)n, word)))
			return true;
	return false;
}

static size_t start_mean(const struct start_column *c)
{
	return c->n_filled ? c->n_bytes / c->n_filled : 0;
}

static bool start_may_be_label(const struct start_column *c)
{
	return c->n_values >= 2 && c->n_values <= START_VALUES && c->n_filled >= 2 * c->n_values &&
	       start_mean(c) <= START_LABEL_BYTES;
}

/* By name; else the only column that can be it. -1: none. */
static int start_find_label(const struct start_guess *g)
{
	int only = -1;
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->columns[i].like, "label") == 0)
			return (int)i;
	for (size_t i = 0; i < g->n; i++)
		if (start_may_be_label(&g->columns[i]) &&
		    start_has_word(g, g->columns[i].like, words_label) &&
		    !start_has_word(g, g->columns[i].like, words_other))
			return (int)i;
	for (size_t i = 0; i < g->n; i++) {
		if (!start_may_be_label(&g->columns[i]) ||
		    start_has_word(g, g->columns[i].like, words_other))
			continue;
		only = (int)i;
		n++;
	}
	return n == 1 ? only : -1;
}

/* The longest of those whose names say it; else the longest of all. -1: none. */
static int start_find_text(const struct start_guess *g, int label)
{
	int best = -1;
	bool best_named = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct start_column *c = &g->columns[i];
		bool named = start_has_word(g, c->like, words_text) &&
			     !start_has_word(g, c->like, words_other);

		if ((int)i == label || c->n_filled == 0 || (best_named && !named))
			continue;
		if (best < 0 || (named && !best_named) ||
		    start_mean(c) > start_mean(&g->columns[best])) {
			best = (int)i;
			best_named = named;
		}
	}
	return best;
}

static int start_find_subject(const struct start_guess *g, int label, int text)
{
	for (size_t i = 0; i < g->n; i++)
		if ((int)i != label && (int)i != text && g->columns[i].n_filled &&
		    start_has_word(g, g->columns[i].like, words_subject))
			return (int)i;
	return -1;
}

static int start_find_id(const struct start_guess *g, int label, int text)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct start_column *c = &g->columns[i];

		if ((int)i != label && (int)i != text && !c->repeats && c->n_filled == g->n_rows &&
		    start_mean(c) <= START_ID_BYTES && start_has_word(g, c->like, words_id))
			return (int)i;
	}
	return -1;
}

static const char *start_quoted(const struct start_guess *g, int column)
{
	return arena_printf(g->a, "'%s'", display_text(g->a, g->columns[column].name));
}

static void start_choose_columns(const struct start_guess *g, struct columns *columns,
				 struct start_columns *guess)
{
	int label = start_find_label(g), text = start_find_text(g, label);
	int subject = start_find_subject(g, label, text), id = start_find_id(g, label, text);
	const char *list = NULL;

	if (columns->text.n == 0 && text >= 0) {
		if (subject >= 0)
			columns->text.items[columns->text.n++] = g->columns[subject].name;
		columns->text.items[columns->text.n++] = g->columns[text].name;
		list = arena_printf(g->a, "text from %s%s%s",
				    subject >= 0 ? start_quoted(g, subject) : "",
				    subject >= 0 ? " and " : "", start_quoted(g, text));
	}
	if (!columns->label && label >= 0) {
		columns->label = g->columns[label].name;
		list = arena_add_item(g->a, list, ", ", "label from %s", start_quoted(g, label));
	}
	if (!columns->id && id >= 0) {
		columns->id = g->columns[id].name;
		list = arena_add_item(g->a, list, ", ", "id from %s", start_quoted(g, id));
	}
	guess->guessed = list;
}

/* JSON, YAML and fastText are told by their first characters. */
static bool start_is_table(const char *path, const struct text_file *file)
{
	static const char *const others[] = {
		".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".txt"
	};
	const char *first = file->zip ? "" : file->text + strspn(file->text, " \t\r\n");

	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (str_ends(path, others[i]))
			return false;
	return file->zip || (*first && !strchr("{[-", *first));
}

/* Tests of promptfoo and samples of Inspect: the import knows their columns. */
static bool start_is_of_a_tool(const struct start_guess *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_starts(g->columns[i].name, "__") ||
		    strcmp(g->columns[i].name, "target") == 0)
			return true;
	return false;
}

void start_guess_columns(struct arena *a, const char *path, struct text_file file,
			 struct columns *columns, struct start_columns *ret_guess)
{
	struct start_guess g = { .a = a };
	struct err unused;

	*ret_guess = (struct start_columns){ 0 };
	if (!start_is_table(path, &file))
		return;
	file.sheet = columns->sheet;
	if (table_each_row(a, &file, start_on_row, &g, &unused) < 0 && g.n_rows < START_ROWS)
		return;
	if (start_is_of_a_tool(&g))
		return;
	ret_guess->names = arena_array(a, g.n, sizeof(*ret_guess->names));
	for (size_t i = 0; i < g.n; i++)
		ret_guess->names[ret_guess->n++] = g.columns[i].name;
	start_choose_columns(&g, columns, ret_guess);
}

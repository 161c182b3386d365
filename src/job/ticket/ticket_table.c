/*
 * Tickets from a table with a header row. Decides which columns a header must have; ticket.c
 * decides what a valid ticket is.
 */
#include <string.h>

#include "base/display.h"
#include "job/table/columns.h"
#include "job/table/formula.h"
#include "job/table/table.h"
#include "job/ticket/ticket_rows.h"

struct ticket_table {
	struct ticket_reader *reader;
	bool has_header;
	bool guarded; /* formulas have an apostrophe (job/table/formula.h) */
	struct column_choice choice;
	const char **names; /* of all columns, if a gold answer may be in any of them */
	size_t n_names;
};

static int ticket_table_header(struct ticket_table *t, const struct table_row *row, struct err *err)
{
	struct ticket_reader *reader = t->reader;
	const struct table_header header = { reader->path, row->cells, row->n, row->line };
	const struct columns *columns = &reader->job->columns;
	struct arena *a = reader->arena;
	unsigned fields = 0;

	t->has_header = true;
	for (size_t i = 0; i < row->n; i++)
		t->guarded |= strcmp(row->cells[i], FORMULA_GUARDED_COLUMN) == 0;
	for (int f = 0; f < FIELD_COUNT; f++)
		if (ticket_reads(reader, (enum ticket_field)f))
			fields |= 1u << f;
	if (columns_choose(a, columns, &header, fields, &t->choice, err) < 0)
		return -1;
	if (t->choice.of[FIELD_IMAGE] < 0 &&
	    columns_need(a, columns, &header, &t->choice, FIELD_TEXT, err) < 0)
		return -1;
	if (ticket_reads(reader, FIELD_LABEL) &&
	    columns_need(a, columns, &header, &t->choice, FIELD_LABEL, err) < 0)
		return -1;
	text_file_note(a, &reader->text, t->choice.guessed);
	if (reader->labelled && task_writes(reader->job->task)) {
		t->names = arena_strdups(a, row->cells, row->n);
		t->n_names = row->n;
	}
	return 0;
}

static const char *ticket_table_text(const struct ticket_table *t, const struct table_row *row,
				     size_t column, size_t *ret_len)
{
	size_t skip =
		t->guarded ? formula_guard_bytes(row->cells[column], row->lengths[column]) : 0;

	*ret_len = row->lengths[column] - skip;
	return arena_strndup(t->reader->arena, row->cells[column] + skip, *ret_len);
}

static int ticket_table_gold(const struct ticket_table *t, const struct table_row *row,
			     struct ticket_draft *draft, struct err *err)
{
	size_t n = t->n_names < row->n ? t->n_names : row->n, len;
	const char **texts = arena_array(t->reader->arena, n, sizeof(*texts));
	const struct task_cells cells = { t->names, texts, n };

	for (size_t i = 0; i < n; i++)
		texts[i] = ticket_table_text(t, row, i, &len);
	return n ? ticket_read_cells_gold(t->reader, &cells, draft, err) : 0;
}

/* A text of several columns. */
static void ticket_table_join(const struct ticket_table *t, const struct table_row *row,
			      struct ticket_draft *draft)
{
	const char *texts[COLUMNS_MAX_TEXTS];

	for (size_t i = 0; i < t->choice.n_texts; i++)
		texts[i] = row->cells[t->choice.texts[i]];
	draft->fields[FIELD_TEXT] =
		columns_join_texts(t->reader->arena, texts, t->choice.n_texts, &draft->text_len);
}

static int ticket_table_row(struct ticket_table *t, const struct table_row *row, struct err *err)
{
	struct ticket_draft draft = { .line = row->line };

	for (int f = 0; f < FIELD_COUNT; f++) {
		int column = t->choice.of[f];
		size_t len;

		if (column < 0 ||
		    (row->lengths[column] == 0 && f != FIELD_TEXT && f != FIELD_LABEL))
			continue;
		if (f == FIELD_TEXT && t->choice.n_texts > 1) {
			ticket_table_join(t, row, &draft);
			continue;
		}
		draft.fields[f] = ticket_table_text(t, row, (size_t)column, &len);
		if (f == FIELD_TEXT)
			draft.text_len = len;
	}
	if (ticket_table_gold(t, row, &draft, err) < 0)
		return -1;
	return ticket_add(t->reader, &draft, err);
}

static int ticket_table_on_row(const struct table_row *row, void *ctx, struct err *err)
{
	struct ticket_table *t = ctx;

	return t->has_header ? ticket_table_row(t, row, err) : ticket_table_header(t, row, err);
}

int ticket_read_table(struct ticket_reader *reader, struct err *err)
{
	struct ticket_table t = { .reader = reader };

	return table_each_row(reader->arena, &reader->text, ticket_table_on_row, &t, err);
}

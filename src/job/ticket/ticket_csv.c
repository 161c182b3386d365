/*
 * Tickets from CSV with a header row. Decides which columns a header must have; ticket.c decides
 * what a valid ticket is.
 */
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "job/ticket/csv_file.h"
#include "job/ticket/ticket_rows.h"

struct ticket_columns {
	struct ticket_reader *reader;
	bool has_header;
	int column_of[FIELD_COUNT]; /* -1 if the header has none */
};

/* The header lacks a required column. */
static int csv_fail_column(const struct ticket_columns *columns, const struct csv_row *header,
			   enum ticket_field field, struct err *err)
{
	const char *near = str_nearest(ticket_field_names[field], header->cells, header->n);
	const char *separator = csv_other_separator(header);

	if (separator)
		return text_fail(columns->reader->path, header->line, err,
				 "the columns are separated by %s; use commas", separator);
	return text_fail(columns->reader->path, header->line, err,
			 "the first row must name the columns, but '%s' is missing%s%s%s",
			 ticket_field_names[field], near ? "; rename '" : "",
			 near ? display_text(columns->reader->arena, near) : "", near ? "'?" : "");
}

static int csv_read_header(struct ticket_columns *columns, const struct csv_row *header,
			   struct err *err)
{
	columns->has_header = true;
	for (int f = 0; f < FIELD_COUNT; f++) {
		columns->column_of[f] = -1;
		if (!ticket_reads(columns->reader, (enum ticket_field)f))
			continue;
		for (size_t i = 0; i < header->n; i++) {
			if (strcmp(header->cells[i], ticket_field_names[f]) != 0)
				continue;
			if (columns->column_of[f] >= 0)
				return text_fail(columns->reader->path, header->line, err,
						 "column '%s' appears twice; rename one",
						 ticket_field_names[f]);
			columns->column_of[f] = (int)i;
		}
	}
	if (columns->column_of[FIELD_TEXT] < 0 && columns->column_of[FIELD_IMAGE] < 0)
		return csv_fail_column(columns, header, FIELD_TEXT, err);
	if (ticket_reads(columns->reader, FIELD_LABEL) && columns->column_of[FIELD_LABEL] < 0)
		return csv_fail_column(columns, header, FIELD_LABEL, err);
	return 0;
}

static int csv_read_row(struct ticket_columns *columns, const struct csv_row *cells,
			struct err *err)
{
	struct ticket_draft draft = { .line = cells->line };

	for (int f = 0; f < FIELD_COUNT; f++) {
		int column = columns->column_of[f];

		if (column < 0 ||
		    (cells->lengths[column] == 0 && f != FIELD_TEXT && f != FIELD_LABEL))
			continue;
		draft.fields[f] = arena_strndup(columns->reader->arena, cells->cells[column],
						cells->lengths[column]);
		if (f == FIELD_TEXT)
			draft.text_len = cells->lengths[column];
	}
	return ticket_add(columns->reader, &draft, err);
}

static int csv_on_row(const struct csv_row *row, void *ctx, struct err *err)
{
	struct ticket_columns *columns = ctx;

	return columns->has_header ? csv_read_row(columns, row, err) :
				     csv_read_header(columns, row, err);
}

int ticket_read_csv(struct ticket_reader *reader, struct err *err)
{
	struct ticket_columns columns = { .reader = reader };

	if (csv_each_row(reader->path, reader->lines_before, reader->data, reader->n_bytes,
			 csv_on_row, &columns, err) < 0)
		return -1;
	if (reader->n == 0)
		return err_set(err, ERR_INPUT,
			       "%s: the file holds a header, but no tickets; add rows",
			       reader->path);
	return 0;
}

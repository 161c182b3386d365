/*
 * The rows as CSV for a spreadsheet, the same as in JSON Lines. Decides what a cell may begin with.
 */
#include "base/json/json.h"
#include "base/str.h"
#include "job/table/formula.h"
#include "report/export/export_rows.h"

/* `shown` is what the text looks like in the file. */
static void csv_put_cell(struct buf *b, const char *shown, size_t n_bytes, bool guard)
{
	buf_adds(b, guard ? "\"'" : "\"");
	for (size_t i = 0; i < n_bytes; i++) {
		if (shown[i] == '"')
			buf_addc(b, '"');
		buf_addc(b, shown[i]);
	}
	buf_addc(b, '"');
}

void export_csv_cell(struct buf *b, const char *text, size_t n_bytes)
{
	struct buf seen;

	buf_init(&seen, n_bytes * 10 + 16);
	str_printable(&seen, text, n_bytes);
	csv_put_cell(b, buf_text(&seen), seen.len, formula_begins(text, n_bytes));
	buf_release(&seen);
}

void export_csv_exact_cell(struct buf *b, const char *text, size_t n_bytes)
{
	csv_put_cell(b, text, n_bytes, formula_needs_guard(text, n_bytes));
}

static void csv_add_value(struct buf *b, const json_t *value)
{
	char number[STR_NUMBER_BYTES];

	if (json_is_string(value))
		export_csv_cell(b, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		buf_addf(b, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value)) {
		str_number(json_real_value(value), number);
		buf_adds(b, number);
	} else if (json_is_boolean(value))
		buf_adds(b, json_is_true(value) ? "true" : "false");
}

static void csv_write_row(json_t *row, FILE *out)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; export_row_names[i]; i++) {
		if (i)
			buf_addc(&b, ',');
		csv_add_value(&b, json_object_get(row, export_row_names[i]));
	}
	fwrite(buf_text(&b), 1, b.len, out);
	fputs("\r\n", out);
	buf_release(&b);
	json_decref(row);
}

void export_csv(const struct export_scope *s, FILE *out)
{
	if (s->bom)
		fputs(STR_MARK, out);
	for (size_t i = 0; export_row_names[i]; i++)
		fprintf(out, "%s%s", i ? "," : "", export_row_names[i]);
	fputs("\r\n", out);
	for (size_t c = 0; c < s->n_candidates; c++)
		for (size_t i = 0; i < s->n_tickets; i++)
			csv_write_row(export_row(s, s->candidates[c], s->tickets[i]), out);
}

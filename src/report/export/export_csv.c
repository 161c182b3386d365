/*
 * The rows as CSV for a spreadsheet, the same as in JSON Lines. Decides what a cell may begin with.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/json.h"
#include "base/str.h"
#include "report/export/export_rows.h"

/* In some languages Excel accepts full-width forms of these characters as well. */
static bool csv_begins_formula(utf8proc_int32_t c)
{
	utf8proc_int32_t first = 0;
	int class = 0;

	if (utf8proc_decompose_char(c, &first, 1, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &class) < 1)
		return false;
	return first == '=' || first == '+' || first == '-' || first == '@';
}

/* Invisible characters that may precede a formula: str_printable() keeps them. */
static bool csv_is_blank(utf8proc_int32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || c == 0x200D ||
	       utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

static bool csv_is_formula(const char *text, size_t n_bytes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	if (n_bytes > 0 && strchr("\t\r\n", text[0]) && text[0])
		return true;
	for (size_t at = 0; at < n_bytes; at += (size_t)n) {
		n = utf8proc_iterate(p + at, (utf8proc_ssize_t)(n_bytes - at), &c);
		if (n < 1 || !csv_is_blank(c))
			return n > 0 && csv_begins_formula(c);
	}
	return false;
}

/* `shown` is what the text looks like in the file. */
static void csv_put_cell(struct buf *b, const char *shown, size_t n_bytes, bool formula)
{
	buf_adds(b, formula ? "\"'" : "\"");
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
	csv_put_cell(b, buf_text(&seen), seen.len, csv_is_formula(text, n_bytes));
	buf_release(&seen);
}

void export_csv_exact_cell(struct buf *b, const char *text, size_t n_bytes)
{
	csv_put_cell(b, text, n_bytes, csv_is_formula(text, n_bytes));
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

/*
 * A run as an Excel workbook, by libxlsxwriter: tickets × candidates, all answers, the candidates.
 * Every text is a text cell, so an id such as 0025, a date or a formula stays what it is.
 */
#include <errno.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/export/export_grid.h"
#include "report/result/verdict_text.h"
#include "report/text/answer_text.h"

/* Excel's limit of a cell, in UTF-16 units; and what the words about a cut need of it. */
enum { CELL_MAX_UNITS = 32767, CUT_UNITS = 80 };

struct sheets {
	const struct export_scope *s;
	lxw_workbook *book;
	lxw_format *head, *text, *right, *wrong;
	bool failed;
};

/* The bytes of the longest start of the text with at most max_units UTF-16 units. */
static size_t xlsx_fits(const char *text, size_t max_units)
{
	size_t n_bytes = strlen(text), at = 0, units = 0;

	while (at < n_bytes) {
		size_t next = str_char_end(text, at, n_bytes);

		units += next - at > 3 ? 2 : 1;
		if (units > max_units)
			return at;
		at = next;
	}
	return n_bytes;
}

/* Excel reads "_x000D_" in a text as a character; "_x005F_" is how it writes the first mark. */
static void xlsx_add_literal(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (text[0] == '_' && text[1] == 'x' &&
		    strspn(text + 2, "0123456789abcdefABCDEF") >= 4 && text[6] == '_')
			buf_adds(b, "_x005F");
		buf_addc(b, *text);
	}
}

/* Hidden characters are shown, as in the other exports for people; line breaks stay. */
static const char *xlsx_text(struct arena *a, const char *text)
{
	struct buf seen, b;

	buf_init(&seen, strlen(text) * 10 + 16);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n\t");

		str_printable(&seen, p, n);
		p += n;
		if (*p)
			buf_addc(&seen, *p++);
	}
	buf_init(&b, seen.len * 7 + 1);
	xlsx_add_literal(&b, buf_text(&seen));
	buf_release(&seen);
	return buf_to_arena(&b, a);
}

static void xlsx_put(struct sheets *x, lxw_worksheet *sheet, const size_t at[2], const char *text,
		     lxw_format *format)
{
	struct arena *a = x->s->arena;
	const char *shown = xlsx_text(a, text ? text : "");

	if (xlsx_fits(shown, CELL_MAX_UNITS) < strlen(shown)) {
		size_t n = xlsx_fits(shown, CELL_MAX_UNITS - CUT_UNITS);

		shown = arena_printf(a, "%.*s… [cut: %zu bytes; a cell holds %d characters]",
				     (int)n, shown, strlen(text), CELL_MAX_UNITS);
		*x->s->n_cut += 1;
	}
	if (*shown && worksheet_write_string(sheet, (lxw_row_t)at[0], (lxw_col_t)at[1], shown,
					     format) != LXW_NO_ERROR)
		x->failed = true;
}

static void xlsx_put_value(struct sheets *x, lxw_worksheet *sheet, const size_t at[2],
			   const json_t *value)
{
	lxw_row_t row = (lxw_row_t)at[0];
	lxw_col_t column = (lxw_col_t)at[1];

	if (json_is_string(value))
		xlsx_put(x, sheet, at, json_string_value(value), x->text);
	else if (json_is_number(value))
		worksheet_write_number(sheet, row, column, json_number_value(value), NULL);
	else if (json_is_boolean(value))
		worksheet_write_boolean(sheet, row, column, json_is_true(value), NULL);
}

/* A sheet with a frozen row of headers, and without the green marks at numbers in text cells. */
static lxw_worksheet *xlsx_add_sheet(struct sheets *x, const char *name, const char *const *headers,
				     size_t n)
{
	lxw_worksheet *sheet = workbook_add_worksheet(x->book, name);

	if (!sheet) {
		x->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		xlsx_put(x, sheet, (size_t[2]){ 0, i }, headers[i], x->head);
	worksheet_freeze_panes(sheet, 1, 1);
	worksheet_ignore_errors(sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576");
	return sheet;
}

static void xlsx_tickets(struct sheets *x)
{
	static const char *const first[] = { "id", "role", "text", "gold", "right", "asked" };
	const struct export_scope *s = x->s;
	size_t n = COUNT_OF(first) + s->n_candidates;
	const char **headers = arena_array(s->arena, n, sizeof(*headers));
	lxw_worksheet *sheet;

	memcpy(headers, first, sizeof(first));
	memcpy(headers + COUNT_OF(first), export_short_names(s),
	       s->n_candidates * sizeof(*headers));
	sheet = xlsx_add_sheet(x, "tickets", headers, n);
	for (size_t i = 0; sheet && i < s->n_tickets; i++) {
		size_t at = s->tickets[i], right, asked;
		const struct ticket *ticket = &s->r->tickets[at];
		const char *const texts[] = { ticket->id, export_role(s, at), ticket->text,
					      answer_expected(s->r, ticket) };

		for (size_t k = 0; k < COUNT_OF(texts); k++)
			xlsx_put(x, sheet, (size_t[2]){ i + 1, k }, texts[k], x->text);
		export_grid_count(s, at, &right, &asked);
		worksheet_write_number(sheet, (lxw_row_t)i + 1, 4, (double)right, NULL);
		worksheet_write_number(sheet, (lxw_row_t)i + 1, 5, (double)asked, NULL);
		for (size_t c = 0; c < s->n_candidates; c++) {
			bool is_right;
			const char *cell = export_grid_cell(s, s->candidates[c], at, &is_right);

			xlsx_put(x, sheet, (size_t[2]){ i + 1, COUNT_OF(first) + c }, cell,
				 is_right ? x->right : x->wrong);
		}
	}
	if (!sheet)
		return;
	worksheet_set_column(sheet, 2, 2, 60, NULL);
	worksheet_set_column(sheet, COUNT_OF(first), (lxw_col_t)n - 1, 18, NULL);
	worksheet_autofilter(sheet, 0, 0, (lxw_row_t)s->n_tickets, (lxw_col_t)n - 1);
}

static void xlsx_answers(struct sheets *x)
{
	const struct export_scope *s = x->s;
	lxw_worksheet *sheet;
	size_t n = 0, row = 1;

	while (export_row_names[n])
		n++;
	sheet = xlsx_add_sheet(x, "answers", export_row_names, n);
	for (size_t c = 0; sheet && c < s->n_candidates; c++)
		for (size_t i = 0; i < s->n_tickets; i++, row++) {
			json_t *values = export_row(s, s->candidates[c], s->tickets[i]);

			for (size_t k = 0; k < n; k++)
				xlsx_put_value(x, sheet, (size_t[2]){ row, k },
					       json_object_get(values, export_row_names[k]));
			json_decref(values);
		}
	if (sheet)
		worksheet_autofilter(sheet, 0, 0, (lxw_row_t)row - 1, (lxw_col_t)n - 1);
}

/* The full names behind the short ones, and how each candidate did. */
static void xlsx_candidates(struct sheets *x)
{
	static const char *const headers[] = { "short name", "candidate", "quant", "pick",
					       "right",	     "of",	  "share", "verdict" };
	const struct export_scope *s = x->s;
	const char **names = export_short_names(s);
	lxw_worksheet *sheet = xlsx_add_sheet(x, "candidates", headers, COUNT_OF(headers));

	for (size_t i = 0; sheet && i < s->n_candidates; i++) {
		const struct candidate_result *c = s->candidates[i];
		size_t at = (size_t)(c - s->r->candidates);
		bool pick = s->r->decision.pick == (int)at;
		const char *const texts[] = { names[i], c->row->name, c->row->quant,
					      pick ? "pick" : "" };

		for (size_t k = 0; k < COUNT_OF(texts); k++)
			xlsx_put(x, sheet, (size_t[2]){ i + 1, k }, texts[k], x->text);
		worksheet_write_number(sheet, (lxw_row_t)i + 1, 4, (double)c->score.n_right, NULL);
		worksheet_write_number(sheet, (lxw_row_t)i + 1, 5, (double)c->score.n, NULL);
		if (c->score.n > 0)
			worksheet_write_number(sheet, (lxw_row_t)i + 1, 6,
					       (double)c->score.n_right / (double)c->score.n, NULL);
		xlsx_put(x, sheet, (size_t[2]){ i + 1, 7 },
			 verdict_words(s->r->decision.verdicts[at].kind), x->text);
	}
	if (sheet)
		worksheet_set_column(sheet, 0, 1, 44, NULL);
}

static lxw_format *xlsx_format(lxw_workbook *book, bool wrap, lxw_color_t background)
{
	lxw_format *format = workbook_add_format(book);

	format_set_num_format_index(format, 49); /* "@": text, also when a person edits the cell */
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (wrap)
		format_set_text_wrap(format);
	if (background)
		format_set_bg_color(format, background);
	return format;
}

/* Copies what the library wrote. Returns 0, or an errno value. */
static int xlsx_copy(FILE *from, FILE *to)
{
	char bytes[1 << 16];
	size_t n;

	rewind(from);
	while ((n = fread(bytes, 1, sizeof(bytes), from)) > 0)
		fwrite(bytes, 1, n, to);
	return ferror(from) ? EIO : 0;
}

/* The library writes only to a path: that of a file without a name. */
void export_xlsx(const struct export_scope *s, FILE *out)
{
	FILE *file = tmpfile();
	struct sheets x = { .s = s };
	lxw_error e;

	if (!file) {
		err_sys(s->err, ERR_INPUT, errno, "cannot make a temporary file");
		return;
	}
	x.book = workbook_new(arena_printf(s->arena, "/dev/fd/%d", fileno(file)));
	if (x.book) {
		x.text = xlsx_format(x.book, true, 0);
		x.right = xlsx_format(x.book, true, 0xC6EFCE);
		x.wrong = xlsx_format(x.book, true, 0xFFC7CE);
		x.head = xlsx_format(x.book, true, 0);
		format_set_bold(x.head);
		xlsx_tickets(&x);
		xlsx_answers(&x);
		xlsx_candidates(&x);
		e = workbook_close(x.book);
	} else {
		e = LXW_ERROR_MEMORY_MALLOC_FAILED;
	}
	if (e != LXW_NO_ERROR || x.failed)
		err_set(s->err, ERR_INPUT, "cannot make the workbook: %s",
			e != LXW_NO_ERROR ? lxw_strerror(e) : "a cell was refused");
	else if (xlsx_copy(file, out) != 0)
		err_set(s->err, ERR_INPUT, "cannot read the workbook back");
	fclose(file);
}

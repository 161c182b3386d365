/*
 * Styles say which numbers are dates, then come the shared strings, then the sheet. A formula has
 * the result that the workbook stores beside it. Hidden rows are rows.
 */
#include "job/table/workbook_sheet.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "job/table/text_file.h"
#include "job/table/workbook_cell.h"

enum {
	ROW_MAX_BYTES = SLICE_MAX_BYTES,
	TEXT_MAX_BYTES = SLICE_MAX_BYTES,
	CODES_MAX = 4096,
	FORMS_MAX = 1 << 16, /* spreadsheets have at most 65,490 */
};

struct shared_string {
	const char *text;
	size_t len;
};

struct code {
	long id;
	struct number_form form;
};

struct sheet_reading {
	struct archive *archive;
	struct arena *arena; /* of the archive: lives as long as the sheet is read */
	const struct sheet_source *source;
	table_on_row *on_row;
	void *ctx;

	struct code *codes; /* number formats of the workbook's own */
	size_t n_codes, cap_codes;
	struct number_form *forms; /* by the number of a cell's style */
	size_t n_forms, cap_forms;
	bool in_styles; /* within cellXfs: the styles of cells */

	struct shared_string *strings;
	size_t n_strings, cap_strings;

	struct buf text; /* of the string or value that is being read */
	bool takes_text, in_phonetic, preserves;

	struct arena row_arena;
	const char *cells[TABLE_MAX_COLUMNS];
	size_t lengths[TABLE_MAX_COLUMNS];
	size_t n_cells, width; /* of this row; of the widest row so far */
	size_t line, column; /* of the row, from 1; of the cell, from 0 */
	char type[16]; /* of the cell */
	size_t style;
	size_t n_given_bytes; /* of all rows: one shared string can stand in many cells */
};

/* ---- styles ---- */

static struct number_form sheet_form_of(const struct sheet_reading *s, long id)
{
	for (size_t i = 0; i < s->n_codes; i++)
		if (s->codes[i].id == id)
			return s->codes[i].form;
	return number_form_builtin(id);
}

static int sheet_on_style(void *ctx, const char *name, const char **attributes, struct err *err)
{
	struct sheet_reading *s = ctx;
	const char *id = xml_attribute(attributes, "numFmtId"),
		   *code = xml_attribute(attributes, "formatCode");
	long number = id ? strtol(id, NULL, 10) : 0;

	(void)err;
	if (strcmp(name, "cellXfs") == 0) {
		s->in_styles = true;
	} else if (strcmp(name, "numFmt") == 0 && code && s->n_codes < CODES_MAX) {
		s->codes = arena_grow(s->arena, s->codes, s->n_codes, &s->cap_codes,
				      sizeof(*s->codes));
		s->codes[s->n_codes++] = (struct code){ number, number_form_of_code(code) };
	} else if (strcmp(name, "xf") == 0 && s->in_styles && s->n_forms < FORMS_MAX) {
		s->forms = arena_grow(s->arena, s->forms, s->n_forms, &s->cap_forms,
				      sizeof(*s->forms));
		s->forms[s->n_forms++] = sheet_form_of(s, number);
	}
	return 0;
}

static int sheet_on_style_end(void *ctx, const char *name, struct err *err)
{
	struct sheet_reading *s = ctx;

	(void)err;
	if (strcmp(name, "cellXfs") == 0)
		s->in_styles = false;
	return 0;
}

/* ---- strings ---- */

static void sheet_on_text(void *ctx, const char *text, size_t n_bytes)
{
	struct sheet_reading *s = ctx;

	if (s->takes_text)
		buf_add(&s->text, text, n_bytes);
}

/* The start of an element within a string: <t>, or <rPh>, which only says how to read it aloud. */
static void sheet_on_string(struct sheet_reading *s, const char *name, const char **attributes)
{
	const char *space = xml_attribute(attributes, "space");

	if (strcmp(name, "rPh") == 0)
		s->in_phonetic = true;
	s->takes_text = strcmp(name, "t") == 0 && !s->in_phonetic;
	if (s->takes_text && space && strcmp(space, "preserve") == 0)
		s->preserves = true;
}

static void sheet_on_string_end(struct sheet_reading *s, const char *name)
{
	s->takes_text = false;
	if (strcmp(name, "rPh") == 0)
		s->in_phonetic = false;
}

/* The string that was read, in the given arena. Blanks at its ends count only if it says so. */
static const char *sheet_take_string(struct sheet_reading *s, struct arena *a, size_t *ret_len)
{
	const char *text = buf_text(&s->text);
	size_t n = s->text.len;

	if (!s->preserves) {
		while (n > 0 && strchr(" \t\r\n", text[n - 1]))
			n--;
		while (n > 0 && strchr(" \t\r\n", *text)) {
			text++;
			n--;
		}
	}
	text = workbook_unescape(a, text, n, ret_len);
	buf_clear(&s->text);
	s->preserves = false;
	return text;
}

static int sheet_on_shared(void *ctx, const char *name, const char **attributes, struct err *err)
{
	(void)err;
	sheet_on_string(ctx, name, attributes);
	return 0;
}

static int sheet_on_shared_end(void *ctx, const char *name, struct err *err)
{
	struct sheet_reading *s = ctx;
	struct shared_string string;

	(void)err;
	sheet_on_string_end(s, name);
	if (strcmp(name, "si") != 0)
		return 0;
	string.text = sheet_take_string(s, s->arena, &string.len);
	s->strings = arena_grow(s->arena, s->strings, s->n_strings, &s->cap_strings,
				sizeof(*s->strings));
	s->strings[s->n_strings++] = string;
	return 0;
}

/* ---- the sheet ---- */

static int sheet_fail(const struct sheet_reading *s, const char *what, struct err *err)
{
	return text_fail(s->archive->path, s->line, err, "%s", what);
}

/* "AB12" is column 27; without a reference it is the one behind the last. */
static size_t sheet_column_of(const char *reference, size_t next)
{
	size_t column = 0;

	if (!reference)
		return next;
	for (int i = 0; i < 3 && isalpha((unsigned char)*reference); i++, reference++)
		column = column * 26 + (size_t)(toupper((unsigned char)*reference) - 'A') + 1;
	return column ? column - 1 : next;
}

static int sheet_on_start(void *ctx, const char *name, const char **attributes, struct err *err)
{
	struct sheet_reading *s = ctx;

	(void)err;
	if (strcmp(name, "row") == 0) {
		const char *line = xml_attribute(attributes, "r");
		size_t given = line ? strtoul(line, NULL, 10) : 0;

		s->line = given ? given : s->line + 1;
		s->n_cells = 0;
	} else if (strcmp(name, "c") == 0) {
		const char *type = xml_attribute(attributes, "t"),
			   *style = xml_attribute(attributes, "s");

		s->column = sheet_column_of(xml_attribute(attributes, "r"), s->n_cells);
		s->style = style ? strtoul(style, NULL, 10) : 0;
		snprintf(s->type, sizeof(s->type), "%s", type ? type : "n");
		buf_clear(&s->text);
		s->preserves = false;
	} else if (strcmp(name, "v") == 0) {
		s->takes_text = true;
	} else {
		sheet_on_string(s, name, attributes);
	}
	return 0;
}

static const char *sheet_shared(const struct sheet_reading *s, const char *index, size_t *ret_len)
{
	size_t i = strtoul(index, NULL, 10);

	if (!isdigit((unsigned char)*index) || i >= s->n_strings)
		return NULL;
	*ret_len = s->strings[i].len;
	return s->strings[i].text;
}

/* The value of the cell that was read, by its type; NULL: it refers to nothing. */
static const char *sheet_value(struct sheet_reading *s, size_t *ret_len)
{
	struct number_form form = { 0 };
	const char *text;

	if (strcmp(s->type, "str") == 0)
		s->preserves = true;
	if (strcmp(s->type, "str") == 0 || strcmp(s->type, "inlineStr") == 0)
		return sheet_take_string(s, &s->row_arena, ret_len);
	text = buf_text(&s->text);
	*ret_len = s->text.len;
	if (s->text.len == 0)
		return "";
	if (strcmp(s->type, "s") == 0)
		return sheet_shared(s, text, ret_len);
	if (strcmp(s->type, "b") == 0)
		text = strcmp(text, "0") == 0 ? "FALSE" : "TRUE";
	else if (strcmp(s->type, "n") == 0) {
		if (s->style < s->n_forms)
			form = s->forms[s->style];
		text = workbook_number(&s->row_arena, text, form, s->source->from_1904);
	}
	*ret_len = strlen(text);
	return arena_strndup(&s->row_arena, text, *ret_len);
}

static int sheet_end_cell(struct sheet_reading *s, struct err *err)
{
	size_t len = 0;
	const char *text = s->text.overflow ? NULL : sheet_value(s, &len);

	if (!text)
		return sheet_fail(s, "a cell has no text that can be read; save the workbook again",
				  err);
	if (len == 0 && s->column >= TABLE_MAX_COLUMNS)
		return 0;
	if (s->column >= TABLE_MAX_COLUMNS)
		return text_fail(s->archive->path, s->line, err,
				 "more than %d columns; remove some", TABLE_MAX_COLUMNS);
	for (; s->n_cells <= s->column; s->n_cells++) {
		s->cells[s->n_cells] = "";
		s->lengths[s->n_cells] = 0;
	}
	s->cells[s->column] = text;
	s->lengths[s->column] = len;
	s->n_given_bytes += len;
	if (s->n_given_bytes > TEXT_MAX_BYTES)
		return sheet_fail(s, "the cells hold more than 512 MiB of text; split the file",
				  err);
	return 0;
}

/* A row is at least as wide as the widest one before it: cells without a value are left out. */
static int sheet_end_row(struct sheet_reading *s, struct err *err)
{
	struct table_row row = { s->cells, s->lengths, 0, s->line };
	int r;

	for (size_t i = s->n_cells; i < s->width; i++) {
		s->cells[i] = "";
		s->lengths[i] = 0;
	}
	if (s->n_cells > s->width)
		s->width = s->n_cells;
	row.n = s->width;
	r = s->on_row(&row, s->ctx, err);
	arena_release(&s->row_arena);
	return r;
}

static int sheet_on_end(void *ctx, const char *name, struct err *err)
{
	struct sheet_reading *s = ctx;

	sheet_on_string_end(s, name);
	if (strcmp(name, "c") == 0)
		return sheet_end_cell(s, err);
	return strcmp(name, "row") == 0 ? sheet_end_row(s, err) : 0;
}

int sheet_each_row(struct archive *archive, const struct sheet_source *source, table_on_row *on_row,
		   void *ctx, struct err *err)
{
	struct sheet_reading *s = arena_alloc(archive->arena, sizeof(*s));
	const struct xml_reader styles = { sheet_on_style, sheet_on_style_end, NULL, s },
				strings = { sheet_on_shared, sheet_on_shared_end, sheet_on_text,
					    s },
				rows = { sheet_on_start, sheet_on_end, sheet_on_text, s };
	int r = 0;

	*s = (struct sheet_reading){ .archive = archive,
				     .arena = archive->arena,
				     .source = source,
				     .on_row = on_row,
				     .ctx = ctx };
	buf_init(&s->text, ROW_MAX_BYTES);
	if (source->styles && archive_has(archive, source->styles))
		r = archive_read_xml(archive, source->styles, &styles, err);
	if (r == 0 && source->strings && archive_has(archive, source->strings))
		r = archive_read_xml(archive, source->strings, &strings, err);
	if (r == 0)
		r = archive_read_xml(archive, source->sheet, &rows, err);
	buf_release(&s->text);
	arena_release(&s->row_arena);
	return r;
}

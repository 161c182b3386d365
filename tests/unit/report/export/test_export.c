/*
 * Text for spreadsheets and for XML, over all bytes and characters; the options of each format.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"
#include "report/export/export.h"
#include "report/export/export_rows.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { LAST_CHARACTER = 0x10FFFF };

/* The content of this cell for a reader of CSV; owned by the caller. */
static char *cell_of(const char *text, size_t n_bytes)
{
	struct buf b;
	char *cell;
	size_t n = 0;

	buf_init(&b, 1 << 16);
	export_csv_cell(&b, text, n_bytes);
	assert_true(b.len >= 2);
	assert_int_equal(b.data[0], '"');
	assert_int_equal(b.data[b.len - 1], '"');
	cell = malloc(b.len);
	for (size_t i = 1; i + 1 < b.len; i++) {
		assert_true((unsigned char)b.data[i] >= 0x20);
		if (b.data[i] == '"')
			assert_int_equal(b.data[++i], '"');
		assert_true(i + 1 < b.len);
		cell[n++] = b.data[i];
	}
	cell[n] = '\0';
	buf_release(&b);
	return cell;
}

static bool has_apostrophe(const char *text, size_t n_bytes)
{
	char *cell = cell_of(text, n_bytes);
	bool has = cell[0] == '\'';

	free(cell);
	return has;
}

static void cell_after_every_first_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[] = { (char)c, '1', '+', '1', '\0' };
		bool expected = c == '\'' || (c && strchr("=+-@\t\r\n", c));

		assert_int_equal(has_apostrophe(text, 4), expected);
		assert_int_equal(has_apostrophe(text, 1), expected);
	}
}

static void cell_after_blanks(void **state)
{
	static const struct {
		const char *text, *cell;
	} rows[] = {
		{ "=1+1", "'=1+1" },
		{ "  =1+1", "'  =1+1" },
		{ " hello", " hello" },
		{ "\thello", "' hello" },
		{ " \t=1", "'  =1" },
		{ "\r\n@SUM(A1)", "'  @SUM(A1)" },
		{ "\xC2\xA0=1", "'\xC2\xA0=1" }, /* no-break space */
		{ "\xE3\x80\x80\xEF\xBC\x9D\x31",
		  "'\xE3\x80\x80\xEF\xBC\x9D\x31" }, /* full-width */
		{ "\xE2\x80\x8D=1", "'\xE2\x80\x8D=1" }, /* zero-width joiner, which stays */
		{ "\xE2\x80\x8B=1", "\\u{200b}=1" }, /* zero-width space, which is escaped */
		{ "\xEF\xBB\xBF=1", "\\u{feff}=1" },
		{ "\x1b]0;x\x07", "\\x1b]0;x\\x07" },
		{ "\xE2\x80\xAEtxt", "\\u{202e}txt" },
		{ "a\n=1", "a =1" },
		{ "\xFF=1", "\\xff=1" },
		{ "'=1", "'=1" },
		{ "say \"=1\"", "say \"=1\"" },
		{ "\",=1", "\",=1" },
		{ "", "" },
		{ "   ", "   " },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		char *cell = cell_of(rows[i].text, strlen(rows[i].text));

		assert_string_equal(cell, rows[i].cell);
		free(cell);
	}
}

/* The variants of = + - @ in Unicode (U+2260 is = with a stroke), and nothing else. */
static void cell_after_every_first_character(void **state)
{
	static const utf8proc_int32_t forms[] = {
		0x207A, 0x207C, 0x208A, 0x208C, 0x2A75, 0x2260, 0x2A76, 0xFB29,
		0xFE62, 0xFE63, 0xFE66, 0xFE6B, 0xFF0B, 0xFF0D, 0xFF1D, 0xFF20,
	};

	(void)state;
	for (utf8proc_int32_t c = 0x80; c <= LAST_CHARACTER; c++) {
		utf8proc_uint8_t text[8];
		size_t n;
		bool expected = false;

		if (!utf8proc_codepoint_valid(c))
			continue;
		n = (size_t)utf8proc_encode_char(c, text);
		text[n++] = '1';
		for (size_t i = 0; i < N(forms); i++)
			expected |= forms[i] == c;
		if (has_apostrophe((char *)text, n) != expected)
			fail_msg("U+%04X", (unsigned)c);
	}
}

static const char *xml_of(struct buf *b, const char *text, size_t n_bytes)
{
	buf_clear(b);
	export_xml_text(b, text, n_bytes);
	return buf_text(b);
}

/* The characters that XML 1.0 allows (section 2.2), without controls. */
static bool may_stand(utf8proc_int32_t c)
{
	return (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c <= 0xD7FF) ||
	       (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= LAST_CHARACTER);
}

static void check_xml(const char *xml)
{
	static const char *const entities[] = { "lt;",	"gt;", "amp;", "quot;",
						"#39;", "#9;", "#10;", "#13;" };
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)xml;

	while (*p) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);
		bool known = c != '&';

		assert_true(n > 0);
		assert_true(may_stand(c));
		assert_null(c < 0x80 ? strchr("<>\"'", (int)c) : NULL);
		p += n;
		for (size_t i = 0; i < N(entities); i++)
			known |= str_starts((const char *)p, entities[i]);
		assert_true(known);
	}
}

static void xml_of_every_byte_pair(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 12);
	for (int first = 0; first < 256; first++) {
		for (int second = 0; second < 256; second++) {
			char text[] = { (char)first, (char)second };

			check_xml(xml_of(&b, text, 2));
		}
	}
	buf_release(&b);
}

/* A character stays as it is, or becomes its number. */
static void xml_of_every_character(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 12);
	for (utf8proc_int32_t c = 0x80; c <= LAST_CHARACTER; c++) {
		utf8proc_uint8_t text[5] = { 0 };
		char number[32];
		size_t n;

		if (!utf8proc_codepoint_valid(c))
			continue;
		n = (size_t)utf8proc_encode_char(c, text);
		xml_of(&b, (char *)text, n);
		check_xml(buf_text(&b));
		snprintf(number, sizeof(number), c < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)c);
		assert_true(strcmp(buf_text(&b), number) == 0 ||
			    strcmp(buf_text(&b), (char *)text) == 0);
	}
	buf_release(&b);
}

static void xml_entities(void **state)
{
	static const struct {
		const char *text, *xml;
	} rows[] = {
		{ "<b a=\"1\" c='2'>&amp;</b>",
		  "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;" },
		{ "]]>", "]]&gt;" },
		{ "a\tb\r\nc", "a&#9;b&#13;&#10;c" },
		{ "\x1b[31m\x01\x7f", "\\x1b[31m\\x01\\x7f" },
		{ "\xC2\x9B"
		  "2J",
		  "\\x9b2J" },
		{ "\xEF\xBF\xBE\xEF\xBF\xBF", "\\u{fffe}\\u{ffff}" },
		{ "\xED\xA0\x80", "\\xed\\xa0\\x80" },
		{ "B\xC3\xBCro \xF0\x9F\x98\x80", "B\xC3\xBCro \xF0\x9F\x98\x80" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 12);
	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(xml_of(&b, rows[i].text, strlen(rows[i].text)), rows[i].xml);
	assert_string_equal(xml_of(&b, "a\0b", 3), "a\\x00b");
	buf_release(&b);
}

static const struct {
	const char *name;
	unsigned takes;
} formats[] = {
#define ROW(name, takes, words, write) { name, takes },
	EXPORT_FORMATS(ROW)
#undef ROW
};

static enum err_kind checked(const struct export_options *options)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	int r = export_check(&a, options, &err);

	assert_int_equal(r, err.kind == ERR_NONE ? 0 : -1);
	arena_release(&a);
	return err.kind;
}

/* Each format refuses an option without effect. */
static void options_of_each_format(void **state)
{
	(void)state;
	assert_int_equal(N(formats), 12);
	for (size_t i = 0; i < N(formats); i++) {
		const struct {
			struct export_options options;
			unsigned takes;
		} rows[] = {
			{ { .slice = 1 }, EXPORT_TICKETS },
			{ { .role = "harder" }, EXPORT_TICKETS },
			{ { .role = "ordinary" }, EXPORT_TICKETS },
			{ { .candidate = "x" }, EXPORT_CANDIDATE | EXPORT_ONE },
			{ { .bom = true }, EXPORT_BOM },
		};
		struct export_options none = { .format = formats[i].name };

		assert_int_equal(checked(&none), ERR_NONE);
		for (size_t k = 0; k < N(rows); k++) {
			struct export_options o = rows[k].options;

			o.format = formats[i].name;
			assert_int_equal(checked(&o),
					 formats[i].takes & rows[k].takes ? ERR_NONE : ERR_USAGE);
		}
	}
}

static void unknown_formats(void **state)
{
	static const char *const names[] = { "", "JSON", "xml", "csvv", "\x1b[2J" };
	struct export_options none = { 0 }, role = { .format = "csv", .role = "hard" };

	(void)state;
	assert_int_equal(checked(&none), ERR_USAGE);
	assert_int_equal(checked(&role), ERR_USAGE);
	for (size_t i = 0; i < N(names); i++) {
		struct export_options o = { .format = names[i] };

		assert_int_equal(checked(&o), ERR_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cell_after_every_first_byte),
		cmocka_unit_test(cell_after_blanks),
		cmocka_unit_test(cell_after_every_first_character),
		cmocka_unit_test(xml_of_every_byte_pair),
		cmocka_unit_test(xml_of_every_character),
		cmocka_unit_test(xml_entities),
		cmocka_unit_test(options_of_each_format),
		cmocka_unit_test(unknown_formats),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}

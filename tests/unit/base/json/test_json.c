/*
 * JSON for a terminal: hidden characters become escapes, all others stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/str.h"

static void hidden_characters_become_escapes(void **state)
{
	/* The text; with its hidden characters, and with all beyond ASCII, as escapes. */
	static const char *const rows[][3] = {
		{ "plain \n text", "plain \n text", "plain \n text" },
		{ "caf\xc3\xa9", "caf\xc3\xa9", "caf\\u00e9" },
		{ "del \x7f", "del \\u007f", "del \\u007f" },
		{ "bidi \xe2\x80\xae end", "bidi \\u202e end", "bidi \\u202e end" },
		{ "tag \xf3\xa0\x80\x81", "tag \\udb40\\udc01", "tag \\udb40\\udc01" },
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\\ud83d\\ude00" },
		{ "bad \xff", "bad \xff", "bad \xff" },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_clear(&b);
		str_escape_hidden(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_text(&b), rows[i][1]);
		buf_clear(&b);
		str_escape_beyond_ascii(&b, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(buf_text(&b), rows[i][2]);
	}
	buf_release(&b);
}

static void printed_json_hides_nothing(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_non_null(out);
	json_print_line(json_pack("{s:s}", "caf\xc3\xa9", "\xe2\x80\xae\xf3\xa0\x80\x81"), out);
	json_print_line(json_pack("[f, f, f, i, s]", 0.1, 1.0, 1e300, 7, "0.10 \\\" 0.50"), out);
	json_print(json_pack("[i]", 1), out);
	fclose(out);
	assert_string_equal(text, "{\"caf\xc3\xa9\": \"\\u202e\\udb40\\udc01\"}\n"
				  "[0.1, 1.0, 1e+300, 7, \"0.10 \\\\\\\" 0.50\"]\n[\n 1\n]\n");
	free(text);
}

static void text_of_any_bytes_becomes_a_string(void **state)
{
	struct arena a = { 0 };
	json_t *list = json_pack("[o, o, o]", json_any_text("a\xff"), json_any_text("a"),
				 json_any_text(NULL));

	(void)state;
	assert_string_equal(json_text(&a, list), "[\"a\\\\xff\",\"a\",null]");
	arena_release(&a);
}

static void a_negative_figure_is_null(void **state)
{
	struct arena a = { 0 };
	json_t *list = json_pack("[o, o, o]", json_known(-1), json_known(0), json_known(7));

	(void)state;
	assert_string_equal(json_text(&a, list), "[null,0,7]");
	arena_release(&a);
}

/* RULE: 0.9999996 is not 1, and 0.1 needs no 17 digits. */
static void numbers_in_their_shortest_exact_form(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ 0.1, "0.1" },
		{ 0.9999996, "0.9999996" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1 - 0x1p-53, "0.9999999999999999" },
		{ 5e-324, "4.94065645841247e-324" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ -2.5, "-2.5" },
	};
	char text[STR_NUMBER_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		str_number(rows[i].value, text);
		assert_string_equal(text, rows[i].text);
		assert_true(strtod(text, NULL) == rows[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_in_their_shortest_exact_form),
		cmocka_unit_test(hidden_characters_become_escapes),
		cmocka_unit_test(printed_json_hides_nothing),
		cmocka_unit_test(text_of_any_bytes_becomes_a_string),
		cmocka_unit_test(a_negative_figure_is_null),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

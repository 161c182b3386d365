/*
 * JSON that Jansson would refuse or change: long numbers, NaN, half characters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/json/json_exact.h"

static const char *const rows[][2] = {
	{ "", "" },
	{ "{\"a\": 1}", "{\"a\": \"1\"}" },
	{ "[0,-0,10,-1.50,1e5,1E-5,2.5e+10]",
	  "[\"0\",\"-0\",\"10\",\"-1.50\",\"1e5\",\"1E-5\",\"2.5e+10\"]" },
	{ "123456789012345678901234567890", "\"123456789012345678901234567890\"" },
	{ "{\"1 2\": \"3, 4\"}", "{\"1 2\": \"3, 4\"}" },
	{ "[NaN, Infinity,-Infinity]", "[null, null,null]" },
	{ "[\"NaN\", NaNa, xNaN, true]", "[\"NaN\", NaNa, xNaN, true]" },
	/* Not numbers: as they are, and refused later. */
	{ "[007, 1., .5, +1, 0x1F, 1e, 1a, 1.2.3]", "[007, 1., .5, +1, 0x1F, 1e, 1a, 1.2.3]" },
	/* Half characters */
	{ "\"\\ud83d\"", "\"\\ufdd0\"" },
	{ "\"\\uDE21 x\"", "\"\\ufdd0 x\"" },
	{ "\"\\ud83d\\ude21\"", "\"\\ud83d\\ude21\"" },
	{ "\"\\ud83d\\ud83d\\ude21\"", "\"\\ufdd0\\ud83d\\ude21\"" },
	{ "\"\\\\ud83d\"", "\"\\\\ud83d\"" },
	{ "\"\\\"\\ud83d 5\" 6", "\"\\\"\\ufdd0 5\" \"6\"" },
	{ "\"\\u00e9\\u12\"", "\"\\u00e9\\u12\"" },
	/* A quote too many spoils one line. */
	{ "{\"a\": \"b\"c\", 1}\n{\"a\": 2}", "{\"a\": \"b\"c\", 1}\n{\"a\": \"2\"}" },
	{ "\"\\\n5", "\"\\\n\"5\"" },
	{ "\"\\", "\"\\" },
};

static void test_rows(void **state)
{
	struct buf b;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t n = strlen(rows[i][0]);

		buf_init(&b, n * 2 + 2);
		json_exact(&b, rows[i][0], n);
		assert_false(b.overflow);
		assert_string_equal(buf_text(&b), rows[i][1]);
		buf_release(&b);
	}
}

static void test_half_character(void **state)
{
	json_t *value = json_loads("[\"a\\ufdd0\"]", 0, NULL);

	(void)state;
	assert_string_equal(json_string_value(json_array_get(value, 0)), "a" JSON_HALF_CHARACTER);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_half_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Texts that are not exact: estimates of time, and text that is cut to columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"

static void estimates(void **state)
{
	static const int64_t seconds[] = { 0, 59, 84, 86, 596, 5400, 7150, 7500 };
	static const char *const texts[] = { "1 s",    "59 s",	 "1 min 20 s", "1 min 30 s",
					     "10 min", "90 min", "119 min",    "2 h 05 min" };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(seconds); i++)
		assert_string_equal(str_about(&a, seconds[i] * 1000000), texts[i]);
	arena_release(&a);
}

static void text_that_is_cut(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(display_fit(&a, "répondre", 8), "répondre");
	assert_string_equal(display_fit(&a, "répondre", 7), "répond…");
	assert_string_equal(display_fit(&a, "répondre", 1), "…");
	assert_string_equal(display_fit(&a, "répondre", 0), "");
	/* Two columns each: a character is not cut in halves. */
	assert_string_equal(display_fit(&a, "日本語", 6), "日本語");
	assert_string_equal(display_fit(&a, "日本語", 5), "日本…");
	assert_string_equal(display_fit(&a, "日本語", 4), "日…");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimates),
		cmocka_unit_test(text_that_is_cut),
	};

	return cmocka_run_group_tests_name("about", tests, NULL, NULL);
}

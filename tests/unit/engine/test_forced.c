/*
 * What must come next in a JSON text, by the bytes that may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "engine/forced.h"

/* `may`: the bytes that may come next. */
static int forced(const char *may, bool end, char last, bool *ret_space)
{
	struct forced_next next = { .end = end };

	for (; *may; may++)
		next.bytes[(unsigned char)*may] = true;
	return forced_byte(&next, last, ret_space);
}

static void test_one_byte_is_forced(void **state)
{
	bool space;

	(void)state;
	assert_int_equal(forced("k", false, '"', &space), 'k');
	assert_false(space);
	assert_int_equal(forced(" ", false, 'a', &space), ' '); /* within a name */
	assert_int_equal(forced("\xc3", false, 'a', &space), 0xc3);
}

static void test_white_space_between_values_is_no_choice(void **state)
{
	bool space;

	(void)state;
	assert_int_equal(forced(" \n{", false, '\0', &space), '{');
	assert_false(space);
	assert_int_equal(forced(" \n\"", false, ',', &space), '"');
	assert_true(space);
	assert_int_equal(forced(" \n\"", false, ':', &space), '"');
	assert_true(space);
	assert_int_equal(forced(" \n}", false, '"', &space), '}');
	assert_false(space);
	/* The space is there already. */
	assert_int_equal(forced("\"", false, ' ', &space), '"');
	assert_false(space);
}

static void test_choices_are_the_models(void **state)
{
	bool space;

	(void)state;
	assert_int_equal(forced(" \n\"n", false, ':', &space), FORCED_NONE);
	assert_int_equal(forced(" b", false, ',', &space), FORCED_NONE); /* within a value */
	assert_int_equal(forced(" \n", false, '1', &space), FORCED_NONE);
	assert_int_equal(forced("", false, '\xc3', &space), FORCED_NONE);
	assert_int_equal(forced("0", true, '1', &space), FORCED_NONE);
}

static void test_the_end(void **state)
{
	bool space;

	(void)state;
	assert_int_equal(forced("", true, '}', &space), FORCED_END);
	assert_int_equal(forced(" \n", true, '}', &space), FORCED_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_byte_is_forced),
		cmocka_unit_test(test_white_space_between_values_is_no_choice),
		cmocka_unit_test(test_choices_are_the_models),
		cmocka_unit_test(test_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

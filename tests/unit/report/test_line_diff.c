/*
 * The difference of two texts by lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "report/diff/line_diff.h"

static void test_lines(void **state)
{
	static const struct {
		const char *a, *b, *shown;
	} rows[] = {
		{ "", "", "  \n" },
		{ "x", "x", "  x\n" },
		{ "x\ny", "x\nz", "  x\n- y\n+ z\n" },
		{ "x\ny\nz", "x\nz", "  x\n- y\n  z\n" },
		{ "x\nz", "x\ny\nz", "  x\n+ y\n  z\n" },
		{ "a\nb\nc\nd", "b\nd\ne", "- a\n  b\n- c\n  d\n+ e\n" },
		{ "x", "", "- x\n+ \n" },
		{ "x\x1b[1m", "y", "- x\\x1b[1m\n+ y\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		char *shown;
		size_t n;
		FILE *out = open_memstream(&shown, &n);

		line_diff_write(&a, rows[i].a, rows[i].b, out);
		fclose(out);
		assert_string_equal(shown, rows[i].shown);
		free(shown);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lines) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

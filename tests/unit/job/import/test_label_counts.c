/*
 * Spellings that are one label, and labels that only look so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/import/label_counts.h"

static void spellings(void **state)
{
	struct import_label labels[] = {
		{ "Bug Report", 6, NULL },
		{ "Login / Password", 5, NULL },
		{ "C#", 4, NULL },
		{ "C++", 3, NULL },
		{ "BUG REPORT", 2, "Bug Report" },
		{ "Login / Pasword", 2, "Login / Password" },
		{ "bug\u00a0report", 1, "Bug Report" },
		{ "Bug Reports", 1, "BUG REPORT" },
	};
	const struct imported imported = { .labels = labels, .n_labels = COUNT_OF(labels) };
	struct label_counts counts;
	struct arena a = { 0 };

	(void)state;
	label_counts_of(&a, &imported, &counts);
	assert_int_equal(counts.n, 6);
	assert_string_equal(counts.items[0].name, "Bug Report");
	assert_int_equal(counts.items[0].n, 9);
	assert_null(counts.items[0].near);
	assert_string_equal(counts.items[4].near, "Login / Password");
	assert_string_equal(counts.items[5].near, "Bug Report");
	assert_int_equal(counts.n_spellings, 2);
	assert_int_equal(label_counts_find(&counts, "BUG REPORT"), 0);
	assert_int_equal(label_counts_find(&counts, "C++"), 3);
	assert_int_equal(label_counts_find(&counts, "login"), -1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(spellings) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * ROUGE-L agrees with the package rouge-score on 200 pairs of texts, and copied text is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>

#include "base/array.h"
#include "judge/task/summary_overlap.h"

enum { N_PAIRS = 200 };

static const char *text_of(const json_t *pair, const char *name)
{
	return json_string_value(json_object_get(pair, name));
}

static void test_rouge_references(void **state)
{
	const char *root = getenv("TOEHOLD_SOURCE_DIR");
	struct arena a = { 0 };
	char path[4096];
	size_t n = 0;
	json_t *pair;
	FILE *in;

	(void)state;
	assert_non_null(root);
	snprintf(path, sizeof(path), "%s/tests/golden/rouge-200.jsonl", root);
	in = fopen(path, "r");
	assert_non_null(in);
	while ((pair = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL))) {
		struct summary_words said = summary_words_apart(&a, text_of(pair, "said"));
		struct summary_words reference =
			summary_words_apart(&a, text_of(pair, "reference"));
		double f1 = json_number_value(json_object_get(pair, "f1"));

		if (fabs(summary_rouge_l(&said, &reference) - f1) > 1e-9)
			fail_msg("pair %zu: %.9f, and rouge-score has %.9f", n,
				 summary_rouge_l(&said, &reference), f1);
		json_decref(pair);
		n++;
	}
	fclose(in);
	assert_int_equal(n, N_PAIRS);
	arena_release(&a);
}

static void test_copied(void **state)
{
	static const struct {
		const char *said, *ticket;
		double coverage, density;
		size_t longest;
	} rows[] = {
		{ "", "a b", 0, 0, 0 },
		{ "x y", "a b", 0, 0, 0 },
		{ "A, b: c.", "x a b c y", 1, 3, 3 },
		{ "a b x c d", "c d a b", .8, 8. / 5, 2 },
		/* Greedy from the left takes the longest run, not the first. */
		{ "a b c d", "a b x a b c y d", 1, 10. / 4, 3 },
		{ "a a", "a", 1, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct summary_words said = summary_words(&a, rows[i].said);
		struct summary_words ticket = summary_words(&a, rows[i].ticket);
		struct summary_copied copied = summary_copied(&said, &ticket);

		if (fabs(copied.coverage - rows[i].coverage) > 1e-9 ||
		    fabs(copied.density - rows[i].density) > 1e-9 ||
		    copied.longest != rows[i].longest)
			fail_msg("'%s': %f, %f, %zu", rows[i].said, copied.coverage, copied.density,
				 copied.longest);
		arena_release(&a);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_rouge_references),
						   cmocka_unit_test(test_copied) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

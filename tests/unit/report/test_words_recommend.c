/*
 * The sentence of the recommendation: what it says of a smaller candidate that the harder tickets
 * put out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/words.h"
#include "unit/contenders.h"

static void assert_ends(struct contender *c, const char *expected)
{
	static const char *const names[] = { "small", "large" };
	struct result r = { .n = 2, .standard = usual, .contenders = c };
	struct arena a = { 0 };
	const char *text, *end;

	decide(&a, c, 2, &r.standard, &r.decision);
	text = words_recommendation(&a, &r, names);
	end = strstr(text, "The smaller");
	assert_string_equal(end ? end : text, expected);
	arena_release(&a);
}

static void smaller_candidate_failed_on_harder_tickets(void **state)
{
	struct contender c[] = { with_harder(24, 25, 6, 10), with_harder(24, 25, 9, 10) };

	(void)state;
	assert_ends(c, "The smaller small got only 6 of 10 harder tickets.");
}

static void smaller_candidate_was_not_asked_the_harder_tickets(void **state)
{
	struct contender c[] = { with_harder(24, 25, 0, 0), with_harder(24, 25, 9, 10) };

	(void)state;
	c[0].n_harder = 10;
	assert_ends(c, "The smaller small did not answer the harder tickets.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smaller_candidate_failed_on_harder_tickets),
		cmocka_unit_test(smaller_candidate_was_not_asked_the_harder_tickets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

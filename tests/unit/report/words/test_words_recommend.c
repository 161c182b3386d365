/*
 * The sentence of the recommendation: what it says of a smaller candidate that the harder tickets
 * put out, and why none is recommended.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/words/words.h"
#include "unit/contenders.h"

static void assert_ends(struct contender *c, const char *expected)
{
	static const char *const names[] = { "small", "large" };
	const struct run_row run = { .task = TASK_CLASSIFY };
	struct result r = { .run = &run, .n = 2, .standard = usual, .contenders = c };
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

static void best_one_is_below_the_bar(void **state)
{
	struct contender c[] = { of(20, 25), of(22, 25) };

	(void)state;
	assert_ends(c, "Use none of them yet: the best, large, got 22 of 25 right (88%), and the "
		       "bar is 90%.");
}

static void nothing_is_right(void **state)
{
	struct contender c[] = { of(0, 25), of(0, 25) };

	(void)state;
	assert_ends(c, "Use none of them yet: no candidate got any of the 25 tickets right.");
}

static void licence_forbids_the_only_one_that_scored_the_bar(void **state)
{
	struct contender c[] = { of(24, 25), of(20, 25) };

	(void)state;
	c[0].blocked = true;
	assert_ends(c, "Use none of them yet: small scored 90%, but its licence forbids this use.");
}

static void smaller_one_is_unfinished(void **state)
{
	struct contender c[] = { under_way(9, 10, 25), of(24, 25) };

	(void)state;
	c[0].unfinished = true;
	assert_ends(c, "Unfinished: 10 of 25 tickets asked. Nothing is decided yet.");
	c[1] = c[0];
	assert_ends(c, "Unfinished: 10 of 25 tickets asked, and 1 more candidate to finish. "
		       "Nothing is decided yet.");
}

static void no_model_is_measured(void **state)
{
	struct contender c[] = { of(0, 0), of(0, 0) };

	(void)state;
	c[0].not_measured = c[1].not_measured = "the file is damaged";
	c[0].n_tickets = c[1].n_tickets = 25;
	assert_ends(c, "Not measured: no model gave an answer.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smaller_candidate_failed_on_harder_tickets),
		cmocka_unit_test(smaller_candidate_was_not_asked_the_harder_tickets),
		cmocka_unit_test(best_one_is_below_the_bar),
		cmocka_unit_test(nothing_is_right),
		cmocka_unit_test(licence_forbids_the_only_one_that_scored_the_bar),
		cmocka_unit_test(smaller_one_is_unfinished),
		cmocka_unit_test(no_model_is_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

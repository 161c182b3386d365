/*
 * RULE: not measured is not wrong, and unfinished is unfinished: what decide() leaves open, and
 * what it says of candidates that gave no answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/contenders.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct contender unfinished(size_t right, size_t n, size_t n_tickets)
{
	struct contender c = under_way(right, n, n_tickets);

	c.name = "slow";
	c.unfinished = true;
	return c;
}

static struct contender silent(const char *why)
{
	struct contender c = under_way(0, 0, 20);

	c.name = "silent";
	c.not_measured = why;
	return c;
}

static struct contender baseline(size_t right, size_t n)
{
	struct contender c = of(right, n);

	c.baseline = true;
	return c;
}

static void open_decision_names_none(void **state)
{
	/* Even if the unfinished one can no longer reach the bar. */
	const struct contender c[] = { baseline(6, 20), unfinished(2, 8, 20) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_true(d.open);
	assert_int_equal(d.pick, -1);
	assert_int_equal(d.closest, -1);
	assert_int_equal(d.assured, -1);
	assert_int_equal(d.verdicts[0].kind, VERDICT_DOES_NOT_CLEAR);
	assert_int_equal(d.verdicts[1].kind, VERDICT_NONE);
	assert_string_equal(unfinished_headline(&a, c, N(c), &d),
			    "Unfinished: 8 of 20 tickets asked");
	assert_string_equal(d.why,
			    "Nothing is decided until every planned candidate has answered. slow: "
			    "2 of 8 so far, 12 tickets to go.");
	arena_release(&a);
}

static void pick_stands_if_all_smaller_ones_are_finished(void **state)
{
	const struct contender settled[] = { of(10, 20), of(20, 20), unfinished(2, 8, 20) };
	const struct contender open[] = { of(10, 20), unfinished(2, 8, 20), of(20, 20) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, settled, N(settled), &usual, &d);
	assert_false(d.open);
	assert_int_equal(d.pick, 1);
	assert_non_null(strstr(d.why, "x is the smallest that scored 90% or more"));
	assert_non_null(strstr(d.why, "3 candidates planned)"));
	assert_non_null(strstr(d.why, "The run is unfinished, but that cannot change this "
				      "decision. slow: 2 of 8 so far, 12 tickets to go."));
	decide(&a, open, N(open), &usual, &d);
	assert_true(d.open);
	assert_int_equal(d.pick, -1);
	assert_int_equal(d.assured, -1);
	arena_release(&a);
}

static void unfinished_blocked_one_cannot_become_the_pick(void **state)
{
	struct contender c[] = { unfinished(2, 8, 20), of(20, 20) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	c[0].blocked = true;
	decide(&a, c, N(c), &usual, &d);
	assert_false(d.open);
	assert_int_equal(d.pick, 1);
	arena_release(&a);
}

static void headline_counts_the_others(void **state)
{
	struct contender c[] = { unfinished(0, 0, 20), unfinished(7, 8, 20), unfinished(0, 0, 20) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_string_equal(unfinished_headline(&a, c, N(c), &d),
			    "Unfinished: 8 of 20 tickets asked, and 2 more candidates to finish");
	assert_non_null(strstr(d.why, "Not asked yet: 2 candidates."));
	arena_release(&a);
}

/* If they count, they could change the pick; if they are only shown, it stands. */
static void harder_tickets_to_go_leave_the_pick_open(void **state)
{
	struct contender c[] = { with_harder(20, 20, 2, 3), with_harder(20, 20, 10, 10) };
	struct standard shown = usual;
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	shown.harder_shown = true;
	c[0].n_harder = 10;
	c[0].harder_unfinished = true;
	decide(&a, c, N(c), &usual, &d);
	assert_true(d.open);
	assert_int_equal(d.pick, -1);
	assert_int_equal(d.pick_ordinary, -1);
	assert_string_equal(unfinished_headline(&a, c, N(c), &d),
			    "Unfinished: 3 of 10 harder tickets asked");
	decide(&a, c, N(c), &shown, &d);
	assert_false(d.open);
	assert_int_equal(d.pick, 0);
	assert_int_equal(d.pick_together, -1);
	assert_null(strstr(d.why, "On the harder tickets"));
	/* One that missed the bar on the ordinary tickets cannot be the pick. */
	c[0].score.right = c[0].evidence.right = 10;
	decide(&a, c, N(c), &usual, &d);
	assert_false(d.open);
	assert_int_equal(d.pick, 1);
	assert_non_null(strstr(d.why, "On the harder tickets it got 10 of 10; together 30 of 30 "
				      "(100%)."));
	arena_release(&a);
}

static void one_ticket_is_singular(void **state)
{
	struct contender c[] = { unfinished(2, 19, 20), with_harder(20, 20, 1, 2) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	c[0].name = "a";
	c[1].n_harder = 3;
	c[1].harder_unfinished = true;
	decide(&a, c, N(c), &usual, &d);
	assert_non_null(strstr(d.why, " a: 2 of 19 so far, 1 ticket to go."));
	assert_non_null(strstr(d.why, "1 of 2 so far, 1 harder ticket to go."));
	arena_release(&a);
}

static void silent_candidate_is_no_evidence(void **state)
{
	const struct contender c[] = { silent("the worker died"), of(25, 25),
				       silent("no such model") };
	const struct contender alone[] = { of(25, 25) };
	struct arena a = { 0 };
	struct decision d, without;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	decide(&a, alone, N(alone), &usual, &without);
	assert_int_equal(d.pick, 1);
	assert_int_equal(d.n_looks, 1);
	assert_int_equal(d.n_not_measured, 2);
	assert_int_equal(d.verdicts[0].kind, VERDICT_NONE);
	assert_float_equal(d.verdicts[1].level, without.verdicts[0].level, 0);
	assert_non_null(strstr(d.why, "Not measured: silent (the worker died), silent (no such "
				      "model)."));
	assert_null(strstr(d.why, "smaller candidate"));
	arena_release(&a);
}

static void silent_candidate_leads_to_no_larger_model(void **state)
{
	const struct contender c[] = { of(10, 20), silent("the worker died") };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_int_equal(d.closest, 0);
	assert_false(d.nothing_measured);
	assert_non_null(strstr(d.why, "No candidate that was measured scored 90%."));
	assert_null(strstr(d.why, "larger model"));
	arena_release(&a);
}

static void nothing_measured(void **state)
{
	const struct contender c[] = { baseline(10, 20), silent("the worker died") };
	const struct contender good[] = { baseline(20, 20), silent("the worker died") };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_true(d.nothing_measured);
	assert_int_equal(d.closest, -1);
	assert_string_equal(d.why, "No model gave an answer, so nothing is decided. Not measured: "
				   "silent (the worker died).");
	decide(&a, good, N(good), &usual, &d);
	assert_false(d.nothing_measured);
	assert_int_equal(d.pick, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_decision_names_none),
		cmocka_unit_test(pick_stands_if_all_smaller_ones_are_finished),
		cmocka_unit_test(unfinished_blocked_one_cannot_become_the_pick),
		cmocka_unit_test(headline_counts_the_others),
		cmocka_unit_test(harder_tickets_to_go_leave_the_pick_open),
		cmocka_unit_test(one_ticket_is_singular),
		cmocka_unit_test(silent_candidate_is_no_evidence),
		cmocka_unit_test(silent_candidate_leads_to_no_larger_model),
		cmocka_unit_test(nothing_measured),
	};

	return cmocka_run_group_tests_name("test_unfinished", tests, NULL, NULL);
}

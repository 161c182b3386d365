/*
 * Thresholds worked out by hand. The binomial tails were computed with exact fractions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/promise.h"

#define MOST 1000

static const struct promise_terms terms = { .right = .95, .level = .1 };

/* Adds n answers of one probability, of which the last `wrong` are wrong. */
static size_t add(struct sure_answer *answers, size_t at, size_t n, size_t wrong,
		  double probability)
{
	for (size_t i = 0; i < n; i++)
		answers[at + i] = (struct sure_answer){ probability, i + wrong < n };
	return at + n;
}

/* .95^44 is .10467 and .95^45 .09944. */
static void fewest(void **state)
{
	const struct promise_terms strict = { .right = .99, .level = .05 };
	const struct promise_terms loose = { .right = .05, .level = .5 };
	const struct promise_terms endless = { .right = 1 - 1e-9, .level = .1 };

	(void)state;
	assert_int_equal(promise_fewest(&terms), 45);
	assert_int_equal(promise_fewest(&strict), 299);
	assert_int_equal(promise_fewest(&loose), 1);
	/* ln .1 / ln (1 - 1e-9) is 2302585157 with a double's 1 - 1e-9. */
	assert_in_range(promise_fewest(&endless), 2302585150, 2302585165);
}

static void thresholds_fall_to_zero(void **state)
{
	(void)state;
	for (size_t i = 1; i < promise_n_thresholds; i++)
		assert_true(promise_thresholds[i] < promise_thresholds[i - 1]);
	assert_true(promise_thresholds[promise_n_thresholds - 1] == 0);
}

/* P(X >= 195) of 200 at .95 is .0623, P(X >= 194) is .1237. */
static void the_exact_test_decides(void **state)
{
	struct sure_answer answers[MOST];
	struct promise p;
	size_t n = add(answers, 0, 200, 5, .97);

	(void)state;
	promise_find(answers, n, &terms, &p);
	assert_true(p.made);
	assert_true(p.threshold == .97);
	assert_int_equal(p.n_taken, 200);
	assert_int_equal(p.n_right, 195);
	assert_true(fabs(p.at_least - .9541213096322463) < 1e-9);
	assert_int_equal(p.n_needed, 0);
	add(answers, 0, 200, 6, .97);
	promise_find(answers, n, &terms, &p);
	assert_false(p.made);
	assert_int_equal(p.n_right, 194);
	assert_true(p.n_needed > 200 && p.n_needed < 2000);
}

/* 135 at the start; 200 with 5 wrong pass; 300 with 20 wrong fail, so the rest is not reached. */
static void stops_at_the_first_failure(void **state)
{
	struct sure_answer answers[MOST];
	struct promise p;
	size_t n = add(answers, 0, 135, 3, .995);

	(void)state;
	n = add(answers, n, 65, 2, .9);
	n = add(answers, n, 100, 15, .8);
	n = add(answers, n, 600, 0, .6);
	n = add(answers, n, 100, 0, PROMISE_NOT_SURE);
	promise_find(answers, n, &terms, &p);
	assert_true(p.made);
	assert_true(p.threshold == .9);
	assert_int_equal(p.n, 1000);
	assert_int_equal(p.n_taken, 200);
	assert_int_equal(p.n_right, 195);
}

/* All right, but few: more tickets may well do. */
static void all_right_needs_more(void **state)
{
	const struct promise_terms strict = { .right = .99, .level = .1 };
	struct sure_answer answers[MOST];
	struct promise p;

	(void)state;
	promise_find(answers, add(answers, 0, 5, 0, 1), &terms, &p);
	assert_false(p.made);
	assert_int_equal(p.n_needed, 45);
	promise_find(answers, add(answers, 0, 25, 0, 1), &strict, &p);
	assert_false(p.made);
	assert_int_equal(p.n_needed, 230); /* .99^229 is .10010 and .99^230 .09910 */
	promise_find(answers, add(answers, 0, 25, 0, PROMISE_NOT_SURE), &terms, &p);
	assert_int_equal(p.n_taken, 0);
	assert_int_equal(p.n_needed, 0);
}

/* All labels are taken, but a ticket without one is not. */
static void takes_every_label(void **state)
{
	struct sure_answer answers[MOST];
	struct promise p;
	size_t n = add(answers, 0, 400, 4, .99);

	(void)state;
	n = add(answers, n, 10, 0, .1);
	n = add(answers, n, 5, 5, PROMISE_NOT_SURE);
	promise_find(answers, n, &terms, &p);
	assert_true(p.made);
	assert_true(p.threshold == 0);
	assert_int_equal(p.n_taken, 410);
	assert_int_equal(p.n, 415);
}

static void too_few_and_too_bad(void **state)
{
	struct sure_answer answers[MOST];
	struct promise p;

	(void)state;
	promise_find(answers, add(answers, 0, 44, 0, 1), &terms, &p);
	assert_false(p.made);
	assert_int_equal(p.n_taken, 44);
	assert_true(p.n_needed >= 45 && p.n_needed <= 150);
	promise_find(answers, add(answers, 0, 45, 0, 1), &terms, &p);
	assert_true(p.made);
	promise_find(answers, add(answers, 0, 500, 50, 1), &terms, &p);
	assert_false(p.made);
	assert_int_equal(p.n_needed, 0); /* 90% right: more tickets change nothing */
	promise_find(answers, 0, &terms, &p);
	assert_false(p.made);
	assert_int_equal(p.n_taken, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fewest),
		cmocka_unit_test(thresholds_fall_to_zero),
		cmocka_unit_test(the_exact_test_decides),
		cmocka_unit_test(stops_at_the_first_failure),
		cmocka_unit_test(takes_every_label),
		cmocka_unit_test(all_right_needs_more),
		cmocka_unit_test(too_few_and_too_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

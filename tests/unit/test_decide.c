/*
 * The pick: the smallest complete candidate at the bar, ties at exactly the bar included, and
 * words that hold the numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/decide.h"
#include "random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define COMPLETE(name, right, n) \
	{ \
		name, 1, 1, right, n, n, NULL \
	}
#define UNDER_WAY(name, right, n, n_tickets) \
	{ \
		name, 1, 1, right, n, n_tickets, NULL \
	}
#define REFUSED(name, why) \
	{ \
		name, 1, 1, 0, 0, 0, why \
	}

static void bar_is_exact(void **state)
{
	static const struct {
		size_t n_right, n;
		double bar;
		bool clears;
	} rows[] = {
		{ 23, 25, .92, true },
		{ 22, 25, .92, false },
		{ 9, 10, .9, true },
		{ 8, 10, .9, false },
		{ 7, 10, .7, true },
		{ 29, 100, .29, true },
		{ 57, 100, .57, true },
		{ 58, 100, .58, true },
		{ 28, 100, .29, false },
		{ 179, 200, .895, true },
		{ 179, 200, .9, false },
		{ 1, 3, 1.0 / 3, true },
		{ 2, 3, 2.0 / 3, true },
		{ 10, 10, 1, true },
		{ 9, 10, 1, false },
		{ 0, 10, 0, true },
		{ 0, 0, 0, false },
		{ 0, 0, .9, false },
		{ 899999, 1000000, .9, false },
		{ 900000, 1000000, .9, true },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (clears_bar(rows[i].n_right, rows[i].n, rows[i].bar) != rows[i].clears)
			fail_msg("row %zu", i);
}

/* Every bar that is a fraction of the tickets is cleared by exactly so many. */
static void every_fraction_is_exact(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 400; n++)
		for (size_t k = 1; k <= n; k++) {
			double bar = (double)k / (double)n;

			if (!clears_bar(k, n, bar) || clears_bar(k - 1, n, bar))
				fail_msg("%zu/%zu", k, n);
		}
}

static void assert_decision(const struct contender *c, size_t n, double bar, int pick, int closest,
			    const char *why)
{
	struct arena a = { 0 };
	struct decision d;

	decide(&a, c, n, bar, &d);
	assert_int_equal(d.pick, pick);
	if (pick < 0)
		assert_int_equal(d.closest, closest);
	assert_string_equal(d.why, why);
	arena_release(&a);
}

#define SMOKE " tickets are a smoke test, not a proof: add tickets before you bet on it."

static void smallest_at_the_bar(void **state)
{
	static const struct contender first[] = { COMPLETE("a", 23, 25), COMPLETE("b", 25, 25) };
	static const struct contender second[] = { COMPLETE("a", 22, 25), COMPLETE("b", 23, 25),
						   COMPLETE("c", 25, 25) };
	static const struct contender third[] = { COMPLETE("a", 0, 200), COMPLETE("b", 179, 200),
						  COMPLETE("c", 180, 200),
						  COMPLETE("d", 200, 200) };

	(void)state;
	assert_decision(
		first, 2, .92, 0, -1,
		"a is the smallest that scored 92% or more: 23 of 25 right (92%). 25" SMOKE);
	assert_decision(second, 3, .92, 1, -1,
			"b is the smallest that scored 92% or more: 23 of 25 right (92%). The one "
			"smaller candidate missed the bar. 25" SMOKE);
	assert_decision(third, 4, .9, 2, -1,
			"c is the smallest that scored 90% or more: 180 of 200 right (90%). All 2 "
			"smaller candidates missed the bar.");
}

static void incomplete_and_refused_are_never_picked(void **state)
{
	static const struct contender c[] = { UNDER_WAY("a", 24, 24, 25),
					      REFUSED("b", "its licence forbids it"),
					      { "c", 1, 1, 25, 25, 25, "stopped by hand" },
					      COMPLETE("d", 20, 25),
					      COMPLETE("e", 24, 25) };

	(void)state;
	assert_decision(c, 5, .9, 4, -1,
			"e is the smallest that scored 90% or more: 24 of 25 right (96%). The one "
			"smaller candidate missed the bar. 25" SMOKE);
	assert_decision(c, 4, .9, -1, 3,
			"No candidate scored 90%. The closest is d with 20 of 25 right (80%); the "
			"bar asks for 23.");
	assert_decision(c, 3, .9, -1, -1,
			"No candidate has answered every ticket yet, so there is nothing to pick "
			"from.");
}

static void nobody_clears(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 150, 200), COMPLETE("b", 179, 200),
					      COMPLETE("c", 179, 200), COMPLETE("d", 3, 200) };

	(void)state;
	/* 89.5% does not look like the 90% that was missed; the smaller of equals is named. */
	assert_decision(c, 4, .9, -1, 1,
			"No candidate scored 90%. The closest is b with 179 of 200 right (89.5%); "
			"the bar asks for 180.");
	assert_decision(
		c, 4, .9251, -1, 1,
		"No candidate scored 92.5%. The closest is b with 179 of 200 right (89.5%); "
		"the bar asks for 186.");
}

static void nobody_at_all(void **state)
{
	static const struct contender empty[] = { COMPLETE("a", 0, 0) };
	static const char words[] = "No candidate has answered every ticket yet, so there is "
				    "nothing to pick from.";

	(void)state;
	assert_decision(NULL, 0, .9, -1, -1, words);
	assert_decision(empty, 1, 0, -1, -1, words);
}

static void random_contenders(void **state)
{
	enum { MAX = 12 };
	uint64_t seed = 91;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t n = random_below(&seed, MAX), n_tickets = 1 + random_below(&seed, 60);
		double bar = (double)random_below(&seed, 101) / 100;
		struct contender c[MAX];
		struct arena a = { 0 };
		struct decision d;
		int expected = -1;

		for (size_t i = 0; i < n; i++) {
			size_t answered =
				random_below(&seed, 3) ? n_tickets : random_below(&seed, n_tickets);

			c[i] = (struct contender){
				.name = "x",
				.n = answered,
				.n_tickets = n_tickets,
				.n_right = random_below(&seed, answered + 1),
				.refused = random_below(&seed, 6) ? NULL : "no",
			};
			if (expected < 0 && !c[i].refused && answered == n_tickets &&
			    c[i].n_right * 100 >= (size_t)(bar * 100 + .5) * n_tickets)
				expected = (int)i;
		}
		decide(&a, c, n, bar, &d);
		assert_int_equal(d.pick, expected);
		assert_true(strlen(d.why) > 20);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bar_is_exact),
		cmocka_unit_test(every_fraction_is_exact),
		cmocka_unit_test(smallest_at_the_bar),
		cmocka_unit_test(incomplete_and_refused_are_never_picked),
		cmocka_unit_test(nobody_clears),
		cmocka_unit_test(nobody_at_all),
		cmocka_unit_test(random_contenders),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}

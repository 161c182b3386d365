/*
 * The paragraph of a decision, word for word, and chances as text, which must be near the number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/decide.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

#define COMPLETE(the_name, right, n) \
	{ \
		.name = (the_name), .score = { right, n }, .n_tickets = (n), .evidence = { \
			right, \
			n \
		} \
	}

static const struct standard usual = { .bar = .9, .certainty = .9, .floor = .85 };

static void assert_why(const struct contender *c, size_t n, const struct standard *s,
		       const char *why)
{
	struct arena a = { 0 };
	struct decision d;

	decide(&a, c, n, s, &d);
	assert_string_equal(d.why, why);
	arena_release(&a);
}

/* 24 of 25 right: 79%, 1 time in 11, 3 in 4, 11 and 30. */
static void one_candidate(void **state)
{
	static const struct contender c[] = { COMPLETE("qwen-1.7b", 24, 25) };

	(void)state;
	assert_why(c, 1, &usual,
		   "qwen-1.7b is the smallest that scored 90% or more: 24 of 25 right "
		   "(96%). Luck is possible: a model at 85% would score this well about 1 "
		   "time in 11. Worst case 79% (90% confidence). Not proven: the chance "
		   "that it really reaches 90% is about 3 in 4. NOT ENOUGH EVIDENCE. If the "
		   "next 11 are all right, 85% is guaranteed; 90% takes 30.");
}

static void the_floor_is_assured(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 25, 25) };

	(void)state;
	assert_why(c, 1, &usual,
		   "a is the smallest that scored 90% or more: 25 of 25 right (100%). Luck "
		   "is possible: a model at 85% would score this well about 1 time in 58. "
		   "Worst case 89% (90% confidence). Not proven: the chance that it really "
		   "reaches 90% is about 94 in 100. GOOD ENOUGH. 85% is guaranteed. If the "
		   "next 2 are all right, so is 90%.");
}

static void the_bar_is_proven(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 35, 35) };

	(void)state;
	assert_why(c, 1, &usual,
		   "a is the smallest that scored 90% or more: 35 of 35 right (100%). Luck "
		   "is possible: a model at 85% would score this well about 1 time in 295. "
		   "Worst case 92% (90% confidence). ABOVE THE BAR (proven).");
}

/* A bar of 100% cannot be proven, and no number suggests that it can. */
static void the_whole(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 25, 25) };
	static const struct standard s = { .bar = 1, .certainty = .9, .floor = .85 };

	(void)state;
	assert_why(c, 1, &s,
		   "a is the smallest that scored 100% or more: 25 of 25 right (100%). Luck "
		   "is possible: a model at 85% would score this well about 1 time in 58. "
		   "Worst case 89% (90% confidence). Not proven: the chance that it really "
		   "reaches 100% is less than 1 in 2000. GOOD ENOUGH. 85% is guaranteed; no "
		   "number of tickets can prove 100%.");
}

#define A_24 "a is the smallest that scored 90% or more: 24 of 25 right (96%)."
#define B_24 "b is the smallest that scored 90% or more: 24 of 25 right (96%)."
/* One of two: half the level, so 17 and 39. */
#define SURE_24_OF_TWO \
	" Luck is possible: a model at 85% would score this well about 1 time in 11. Worst case " \
	"76% (90% confidence, 2 candidates compared). Not proven: the chance that it really " \
	"reaches 90% is about 3 in 4. NOT ENOUGH EVIDENCE. If the next 17 are all right, 85% is " \
	"guaranteed; 90% takes 39."

static void smaller_ones(void **state)
{
	static const struct contender missed[] = { COMPLETE("a", 22, 25), COMPLETE("b", 24, 25) };
	static const struct contender larger[] = { COMPLETE("a", 24, 25), COMPLETE("b", 20, 25) };
	static const struct contender raced[] = {
		{ .name = "a", .score = { 1, 4 }, .n_tickets = 25, .evidence = { 1, 4 } },
		COMPLETE("b", 24, 25)
	};
	static const struct contender under_way[] = {
		{ .name = "a", .score = { 2, 4 }, .n_tickets = 25, .evidence = { 2, 4 } },
		COMPLETE("b", 24, 25)
	};
	static const struct contender not_run[] = { { .name = "a", .refused = "too large" },
						    COMPLETE("b", 24, 25),
						    COMPLETE("c", 24, 25) };

	(void)state;
	assert_why(missed, 2, &usual,
		   B_24 " The one smaller candidate missed the bar." SURE_24_OF_TWO);
	assert_why(larger, 2, &usual, A_24 SURE_24_OF_TWO);
	/* Stopped with three wrong, and two are allowed: it missed the bar. With two wrong it can
	 * still reach it. */
	assert_why(raced, 2, &usual,
		   B_24 " The one smaller candidate missed the bar." SURE_24_OF_TWO);
	assert_why(under_way, 2, &usual,
		   B_24
		   " Smaller candidates that missed the bar: 0; not complete: 1." SURE_24_OF_TWO);
	assert_why(not_run, 3, &usual, B_24 SURE_24_OF_TWO);
}

static void all_smaller_ones(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 0, 200), COMPLETE("b", 179, 200),
					      COMPLETE("c", 180, 200) };

	(void)state;
	assert_why(c, 3, &usual,
		   "c is the smallest that scored 90% or more: 180 of 200 right (90%). Both "
		   "smaller candidates missed the bar. Luck is possible: a model at 85% "
		   "would score this well about 1 time in 39. Worst case 82% (90% "
		   "confidence, 3 candidates compared). Not proven: the chance that it "
		   "really reaches 90% is about 1 in 2. NOT ENOUGH EVIDENCE. If the next 39 "
		   "are all right, 85% is guaranteed; 90% takes 162.");
}

/* The pick is not sure, and a larger one is: what it costs to be sure today. */
static void a_larger_one_is_sure(void **state)
{
	static const struct contender c[] = { COMPLETE("a", 23, 25), COMPLETE("b", 24, 25),
					      COMPLETE("c", 25, 25) };

	(void)state;
	assert_why(c, 3, &usual,
		   "a is the smallest that scored 90% or more: 23 of 25 right (92%). Luck "
		   "is possible: a model at 85% would score this well about 1 time in 4. "
		   "Worst case 66% (90% confidence, 3 candidates compared). Not proven: the "
		   "chance that it really reaches 90% is about 1 in 2. NOT ENOUGH EVIDENCE. "
		   "If the next 36 are all right, 85% is guaranteed; 90% takes 68. To be "
		   "sure today, use c: 25 of 25 right, at least 86% guaranteed: GOOD ENOUGH.");
}

static void edited(void **state)
{
	static const struct contender good[] = { COMPLETE("a", 35, 35) };
	static const struct contender unsure[] = { COMPLETE("a", 24, 25) };
	struct standard s = usual;

	(void)state;
	s.edited = true;
	assert_why(good, 1, &s,
		   "a is the smallest that scored 90% or more: 35 of 35 right (100%). Luck "
		   "is possible: a model at 85% would score this well about 1 time in 295. "
		   "Worst case 92% (90% confidence). Not proven: the chance that it really "
		   "reaches 90% is about 98 in 100. NOT ENOUGH EVIDENCE: the prompt was "
		   "edited after results on these tickets were seen, so they prove nothing "
		   "about it; label fresh tickets and add them.");
	/* There was nothing to cap: the paragraph is as usual. */
	assert_why(unsure, 1, &s,
		   A_24 " Luck is possible: a model at 85% would score this well about 1 time in "
			"11. Worst case 79% (90% confidence). Not proven: the chance that it "
			"really reaches 90% is about 3 in 4. NOT ENOUGH EVIDENCE. If the next 11 "
			"are all right, 85% is guaranteed; 90% takes 30.");
}

/* A group counts once; tickets that were seen before do not count. */
static void only_some_tickets_count(void **state)
{
	static const struct contender c[] = {
		{ .name = "a", .score = { 46, 50 }, .n_tickets = 50, .evidence = { 24, 25 } }
	};

	(void)state;
	assert_why(c, 1, &usual,
		   "a is the smallest that scored 90% or more: 46 of 50 right (92%). Only "
		   "25 of the 50 tickets count as evidence, 24 of them right: the others "
		   "(nearly) repeat one that counts, are of a group that does, or were seen "
		   "before the prompt was written. Luck is possible: a model at 85% would "
		   "score this well about 1 time in 11. Worst case 79% (90% confidence). "
		   "Not proven: the chance that it really reaches 90% is about 3 in 4. NOT "
		   "ENOUGH EVIDENCE. If the next 11 are all right, 85% is guaranteed; 90% "
		   "takes 30.");
}

static void harder_tickets(void **state)
{
	struct contender c[] = { COMPLETE("a", 24, 25), COMPLETE("b", 24, 25) };
	struct standard shown = usual;

	(void)state;
	shown.harder_shown = true;
	c[0].n_harder = c[1].n_harder = 10;
	c[0].harder = (struct tally){ 6, 10 };
	c[1].harder = (struct tally){ 9, 10 };
	assert_why(c, 2, &usual,
		   B_24
		   " The one smaller candidate missed the bar. On the ordinary tickets alone the "
		   "pick would be a, but it got 6 of 10 harder tickets; together 30 of 35 (85.7%), "
		   "below the bar. On the harder tickets b got 9 of 10; together 33 of 35 "
		   "(94.3%)." SURE_24_OF_TWO);
	assert_why(
		c, 2, &shown,
		A_24
		" On the harder tickets it got 6 of 10; together 30 of 35 (85.7%). They are only "
		"shown; if they counted, the pick would be b." SURE_24_OF_TWO);
	c[1].harder.right = 7;
	assert_why(
		c, 2, &shown,
		A_24
		" On the harder tickets it got 6 of 10; together 30 of 35 (85.7%). They are only "
		"shown; if they counted, there would be no pick." SURE_24_OF_TWO);
	assert_why(c, 2, &usual,
		   "No candidate scored 90%. The closest is b, but it got 7 of 10 harder tickets; "
		   "together 31 of 35 (88.6%), below the bar. On the ordinary ones it got 24 of 25 "
		   "(96%): NOT ENOUGH EVIDENCE. Ask in another way, try another model, or add "
		   "tickets.");
	c[0].harder.right = 9;
	assert_why(
		c, 2, &shown,
		A_24
		" On the harder tickets it got 9 of 10; together 33 of 35 (94.3%)." SURE_24_OF_TWO);
	/* Unanswered tickets are not mentioned. */
	c[0].harder = (struct tally){ 0, 0 };
	assert_why(c, 2, &shown, A_24 SURE_24_OF_TWO);
}

static void none_scored(void **state)
{
	static const struct contender close[] = { COMPLETE("a", 150, 200), COMPLETE("b", 179, 200),
						  COMPLETE("c", 179, 200), COMPLETE("d", 3, 200) };
	static const struct contender far[] = { COMPLETE("a", 10, 25) };
	struct standard s = usual;

	(void)state;
	/* 89.5% does not look like the 90% that was missed; the smaller of equals is named. */
	assert_why(close, 4, &usual,
		   "No candidate scored 90%. The closest is b with 179 of 200 right (89.5%); the "
		   "bar asks for 180. Its verdict: NOT ENOUGH EVIDENCE. Ask in another way, try "
		   "another model, or add tickets.");
	s.bar = .9251;
	assert_why(close, 4, &s,
		   "No candidate scored 92.5%. The closest is b with 179 of 200 right (89.5%); the "
		   "bar asks for 186. Its verdict: NOT ENOUGH EVIDENCE. Ask in another way, try "
		   "another model, or add tickets.");
	assert_why(far, 1, &usual,
		   "No candidate scored 90%. The closest is a with 10 of 25 right (40%); "
		   "the bar asks for 23. Its verdict: BELOW THE BAR (proven). Ask in "
		   "another way or try another model: more tickets will not help.");
}

/* A licence forbids this use: the model scored, but it is not picked. */
static void blocked(void **state)
{
	struct contender c[] = { COMPLETE("a", 25, 25), COMPLETE("b", 24, 25) };

	(void)state;
	c[0].blocked = true;
	assert_why(c, 2, &usual,
		   B_24 " a scored the bar too (25 of 25), but its licence forbids this "
			"use." SURE_24_OF_TWO);
	assert_why(c, 1, &usual,
		   "No candidate that may be used scored 90%. a scored the bar (25 of 25), but its "
		   "licence forbids this use.");
	c[1].score.right = c[1].evidence.right = 10;
	assert_why(c, 2, &usual,
		   "No candidate that may be used scored 90%. a scored the bar (25 of 25), "
		   "but its licence forbids this use. The closest is b with 10 of 25 right "
		   "(40%); the bar asks for 23. Its verdict: BELOW THE BAR (proven). Ask in "
		   "another way or try another model: more tickets will not help.");
}

static void nothing_to_pick_from(void **state)
{
	static const struct contender c[] = { { .name = "a", .refused = "too large" },
					      { .name = "b", .score = { 24, 24 }, .n_tickets = 25 },
					      { .name = "c", .n_tickets = 25 } };
	static const char words[] = "No candidate has answered every ticket yet, so there is "
				    "nothing to pick from.";

	(void)state;
	assert_why(c, 3, &usual, words);
	assert_why(c, 1, &usual,
		   "No model gave an answer, so nothing is decided. Not measured: a (too large).");
	assert_why(NULL, 0, &usual, words);
}

/* A name is printed whole, whatever it holds. */
static void long_names(void **state)
{
	struct arena a = { 0 };
	char name[513] = { 0 };
	struct contender c[] = { COMPLETE(name, 24, 25) };
	struct decision d;

	(void)state;
	memset(name, '%', sizeof(name) - 1);
	decide(&a, c, 1, &usual, &d);
	assert_int_equal(strspn(d.why, "%"), sizeof(name) - 1);
	assert_non_null(strstr(d.why, "90% takes 30."));
	arena_release(&a);
}

/* ---- chances ---- */

static void chances_by_hand(void **state)
{
	static const struct {
		double chance;
		const char *unit, *words;
	} rows[] = {
		{ 0, NULL, "less than 1 in 2000" },
		{ .0004, "time", "less than 1 time in 2000" },
		{ .001, "time", "about 1 time in 1000" },
		{ .0931, "time", "about 1 time in 11" },
		{ .0999, NULL, "about 1 in 10" },
		{ .1, NULL, "about 1 in 10" },
		{ .2537, "time", "about 1 time in 4" },
		{ .3, NULL, "about 3 in 10" },
		{ .33, NULL, "about 1 in 3" },
		{ .4, NULL, "about 2 in 5" },
		{ .4895, NULL, "about 1 in 2" },
		{ .5, "time", "about 1 time in 2" },
		{ .6667, "time", "about 2 times in 3" },
		{ .7487, NULL, "about 3 in 4" },
		{ .9, NULL, "about 9 in 10" },
		{ .9354, NULL, "about 94 in 100" },
		{ .9949, NULL, "about 99 in 100" },
		{ .995, "time", "more than 99 times in 100" },
		{ 1, NULL, "more than 99 in 100" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(chance_words(&a, rows[i].chance, rows[i].unit), rows[i].words);
	arena_release(&a);
}

/* The words never say none, never say all, and are near the number. */
static void chances_in_words(void **state)
{
	(void)state;
	for (int i = 0; i <= 100000; i++) {
		double chance = i / 100000.0, said;
		struct arena a = { 0 };
		const char *words = chance_words(&a, chance, i % 2 ? "time" : NULL);
		const char *number = words + strcspn(words, "0123456789");
		const char *in = strstr(words, " in ");
		int k, n;

		assert_non_null(in);
		assert_int_equal(sscanf(number, "%d", &k), 1);
		assert_int_equal(sscanf(in, " in %d", &n), 1);
		said = (double)k / n;
		if (k < 1 || n <= k || fabs(said - chance) > .06)
			fail_msg("%g: %s", chance, words);
		/* A small chance is a small chance: not off by more than a tenth of itself. */
		if (chance >= .0005 && chance < .1 && fabs(said - chance) > .1 * chance)
			fail_msg("%g: %s", chance, words);
		assert_int_equal(strstr(words, " time ") != NULL, i % 2 && k == 1);
		assert_int_equal(strstr(words, " times ") != NULL, i % 2 && k > 1);
		arena_release(&a);
	}
}

/* A run that stopped at the first: the plan counts, and the untried ones are named as such. */
static void not_tried(void **state)
{
	const struct contender c[] = {
		COMPLETE("tiny", 20, 25),
		COMPLETE("qwen-1.7b", 24, 25),
		{ .name = "large", .not_tried = true, .n_tickets = 25 },
	};

	(void)state;
	assert_why(c, 3, &usual,
		   "qwen-1.7b is the smallest that scored 90% or more: 24 of 25 right "
		   "(96%). The one smaller candidate missed the bar. Not tried (--first): 1 "
		   "more candidate. Luck is possible: a model at 85% would score this well "
		   "about 1 time in 11. Worst case 73% (90% confidence, 3 candidates "
		   "planned). Not proven: the chance that it really reaches 90% is about 3 "
		   "in 4. NOT ENOUGH EVIDENCE. If the next 22 are all right, 85% is "
		   "guaranteed; 90% takes 48.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_candidate),
		cmocka_unit_test(the_floor_is_assured),
		cmocka_unit_test(the_bar_is_proven),
		cmocka_unit_test(the_whole),
		cmocka_unit_test(smaller_ones),
		cmocka_unit_test(all_smaller_ones),
		cmocka_unit_test(not_tried),
		cmocka_unit_test(a_larger_one_is_sure),
		cmocka_unit_test(edited),
		cmocka_unit_test(only_some_tickets_count),
		cmocka_unit_test(harder_tickets),
		cmocka_unit_test(none_scored),
		cmocka_unit_test(blocked),
		cmocka_unit_test(nothing_to_pick_from),
		cmocka_unit_test(long_names),
		cmocka_unit_test(chances_by_hand),
		cmocka_unit_test(chances_in_words),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}

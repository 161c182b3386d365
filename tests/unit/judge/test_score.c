/*
 * Counting: what fails is wrong and is never dropped, every reply is in one cell of the
 * confusion, and percentiles are values that were measured.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/score.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void percentiles_by_hand(void **state)
{
	static const struct {
		size_t n;
		double p;
		int64_t value; /* of 10, 20, 30, … */
	} rows[] = {
		{ 0, 50, -1 },	 { 1, 0, 10 },	  { 1, 50, 10 },      { 1, 100, 10 },
		{ 2, 50, 10 },	 { 2, 51, 20 },	  { 3, 50, 20 },      { 4, 50, 20 },
		{ 5, 50, 30 },	 { 5, 95, 50 },	  { 10, 95, 100 },    { 19, 95, 190 },
		{ 20, 95, 190 }, { 21, 95, 200 }, { 40, 95, 380 },    { 100, 95, 950 },
		{ 100, 1, 10 },	 { 100, 0, 10 },  { 100, 100, 1000 }, { 20, 55, 110 },
		{ 25, 28, 70 },	 { 100, 7, 70 },  { 100, 29, 290 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		int64_t values[100], got;

		for (size_t k = 0; k < rows[i].n; k++) /* backwards: it sorts */
			values[k] = (int64_t)(rows[i].n - k) * 10;
		got = percentile_us(values, rows[i].n, rows[i].p);
		if (got != rows[i].value)
			fail_msg("row %zu: %lld", i, (long long)got);
	}
}

/* Nearest rank: the smallest value that at least p percent of the values do not exceed. */
static void percentiles_by_definition(void **state)
{
	uint64_t seed = 81;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		int64_t values[80], copy[80], got;
		size_t n = 1 + random_below(&seed, 80), p = 1 + random_below(&seed, 100);
		size_t up_to = 0, below = 0;

		for (size_t i = 0; i < n; i++)
			copy[i] = values[i] = (int64_t)random_below(&seed, 50) - 10;
		got = percentile_us(copy, n, (double)p);
		for (size_t i = 0; i < n; i++) {
			up_to += values[i] <= got;
			below += values[i] < got;
		}
		assert_true(up_to > below);
		assert_true(up_to * 100 >= p * n);
		assert_true(below * 100 < p * n);
	}
}

static void rates(void **state)
{
	(void)state;
	assert_true(rate_per_s(100, 1000000) == 100);
	assert_true(rate_per_s(1, 500000) == 2);
	assert_true(rate_per_s(5, 0) == 0);
	assert_true(rate_per_s(5, -1) == 0);
	assert_true(rate_per_s(0, 10) == 0);
}

static void only_the_gold_label_is_right(void **state)
{
	struct ticket ticket = { .label = 1 };

	(void)state;
	for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
		for (int label = -1; label < 3; label++) {
			struct answer answer = { .outcome = (enum outcome)outcome, .label = label };

			assert_int_equal(answer_is_right(&answer, &ticket),
					 outcome == OUTCOME_OK && label == 1);
		}
}

/* Five tickets, worked out by hand. */
static void known_score(void **state)
{
	struct ticket tickets[] = {
		{ .label = 0 }, { .label = 0 }, { .label = 1 }, { .label = 1 }, { .label = 1 },
	};
	struct answer right = {
		.label = 0, .prompt_tok = 10, .chosen_tok = 2, .ttft_us = 100, .label_us = 300
	};
	struct answer wrong = {
		.label = 1, .prompt_tok = 20, .chosen_tok = 1, .ttft_us = 50, .label_us = 60
	};
	struct answer timeout = {
		.outcome = OUTCOME_TIMEOUT, .label = -1, .ttft_us = -1, .label_us = -1
	};
	struct answer off = { .outcome = OUTCOME_OFF_LABEL,
			      .label = -1,
			      .prompt_tok = 30,
			      .chosen_tok = 9,
			      .ttft_us = 200,
			      .label_us = 900 };
	struct answer *answers[] = { &right, &wrong, &timeout, &off, NULL };
	struct reason whole = { .reason_tok = 7 },
		      cut = { .outcome = OUTCOME_CUT, .reason_tok = 5 };
	struct reason *reasons[] = { &whole, &cut, NULL, NULL, NULL };
	static const size_t confusion[] = { 1, 1, 0, 0, 0, 2 };
	struct arena a = { 0 };
	struct score s;

	(void)state;
	score_replies(&a, tickets, N(tickets), answers, reasons, 2, &s);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.n_tickets, 5);
	assert_int_equal(s.n_right, 1);
	assert_int_equal(s.by_outcome[OUTCOME_OK], 2);
	assert_int_equal(s.by_outcome[OUTCOME_TIMEOUT], 1);
	assert_int_equal(s.by_outcome[OUTCOME_OFF_LABEL], 1);
	assert_memory_equal(s.confusion, confusion, sizeof(confusion));
	assert_int_equal(s.n_labels, 2);
	assert_int_equal(s.ttft_p50_us, 100);
	assert_int_equal(s.ttft_p95_us, 200);
	assert_int_equal(s.label_p50_us, 300);
	assert_int_equal(s.label_p95_us, 900);
	assert_int_equal(s.prompt_tok, 60);
	assert_int_equal(s.chosen_tok, 12);
	assert_int_equal(s.n_reasons, 2);
	assert_int_equal(s.n_reasons_cut, 1);
	assert_int_equal(s.reason_tok, 12);
	arena_release(&a);
}

static void nothing_answered(void **state)
{
	struct ticket tickets[3] = { 0 };
	struct answer *answers[3] = { 0 };
	struct reason *reasons[3] = { 0 };
	struct arena a = { 0 };
	struct score s;

	(void)state;
	score_replies(&a, tickets, N(tickets), answers, reasons, 2, &s);
	assert_int_equal(s.n, 0);
	assert_int_equal(s.n_right, 0);
	assert_int_equal(s.n_tickets, 3);
	assert_int_equal(s.ttft_p50_us, -1);
	assert_int_equal(s.label_p95_us, -1);
	arena_release(&a);
}

/* A ticket that no context can hold was never timed: it is wrong, and has no time. */
static void too_long_has_no_time(void **state)
{
	struct ticket ticket = { .label = 0 };
	struct answer answer = { .outcome = OUTCOME_TOO_LONG, .label = -1, .prompt_tok = 9000 };
	struct answer *answers[] = { &answer };
	struct reason *reasons[] = { NULL };
	struct arena a = { 0 };
	struct score s;

	(void)state;
	score_replies(&a, &ticket, 1, answers, reasons, 2, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.n_right, 0);
	assert_int_equal(s.confusion[2], 1);
	assert_int_equal(s.ttft_p50_us, -1);
	arena_release(&a);
}

static void assert_sums(const struct score *s, size_t n_tickets, size_t n_answered, size_t n_labels)
{
	size_t total = 0, diagonal = 0, outcomes = 0;

	for (size_t g = 0; g < n_labels; g++)
		for (size_t said = 0; said <= n_labels; said++) {
			size_t n = s->confusion[g * (n_labels + 1) + said];

			total += n;
			diagonal += g == said ? n : 0;
		}
	for (int i = 0; i < OUTCOME_COUNT; i++)
		outcomes += s->by_outcome[i];
	assert_int_equal(s->n, n_answered);
	assert_int_equal(total, n_answered);
	assert_int_equal(outcomes, n_answered);
	assert_int_equal(diagonal, s->n_right);
	assert_int_equal(s->n_tickets, n_tickets);
}

static void sums_of_random_replies(void **state)
{
	enum { MAX = 60 };
	uint64_t seed = 82;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct ticket tickets[MAX];
		struct answer all[MAX], *answers[MAX];
		struct reason *reasons[MAX] = { 0 };
		size_t n_labels = 2 + random_below(&seed, 4), n_answered = 0, n_right = 0;
		size_t n = random_below(&seed, MAX);
		struct arena a = { 0 };
		struct score s;

		for (size_t i = 0; i < n; i++) {
			tickets[i] = (struct ticket){ .label = (int)random_below(&seed, n_labels) };
			/* Labels that the job does not have can only come from a broken worker. */
			all[i] = (struct answer){
				.outcome = (enum outcome)(random_below(&seed, 2) *
							  random_below(&seed, OUTCOME_COUNT)),
				.label = (int)random_below(&seed, n_labels + 3) - 1,
				.ttft_us = (int64_t)random_below(&seed, 99) - 1,
			};
			answers[i] = random_below(&seed, 5) ? &all[i] : NULL;
			n_answered += answers[i] != NULL;
			n_right += answers[i] && all[i].outcome == OUTCOME_OK &&
				   all[i].label == tickets[i].label;
		}
		score_replies(&a, tickets, n, answers, reasons, n_labels, &s);
		assert_sums(&s, n, n_answered, n_labels);
		assert_int_equal(s.n_right, n_right);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_by_hand),
		cmocka_unit_test(percentiles_by_definition),
		cmocka_unit_test(rates),
		cmocka_unit_test(only_the_gold_label_is_right),
		cmocka_unit_test(known_score),
		cmocka_unit_test(nothing_answered),
		cmocka_unit_test(too_long_has_no_time),
		cmocka_unit_test(sums_of_random_replies),
	};

	return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}

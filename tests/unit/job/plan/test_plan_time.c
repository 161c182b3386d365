/*
 * Times of a plan: what is on record, how long reasons are, and what they are at most.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "job/plan/plan_time.h"

enum { S = 1000000 };

static const struct model model = { .engine = ENGINE_LLAMA };

/* 10 s of answers, and 40 s of reasons at their cap. */
static struct candidate candidate_of(void)
{
	return (struct candidate){ .model = &model,
				   .reason_tok = 400,
				   .estimate_us = 50 * S,
				   .reason_us = 40 * S,
				   .most_us = 50 * S };
}

static void what_is_on_record_is_taken_off(void **state)
{
	struct candidate c = candidate_of();
	const struct plan_record half = {
		.n_tickets = 10, .n_answers = 10, .n_reasons = 5, .cap_tok = 40
	};
	const struct plan_record all = {
		.n_tickets = 10, .n_answers = 10, .n_reasons = 10, .cap_tok = 40
	};

	(void)state;
	plan_use_record(&c, &half);
	assert_int_equal(c.estimate_us, 20 * S);
	assert_int_equal(c.most_us, 20 * S);
	assert_false(c.on_record);
	c = candidate_of();
	plan_use_record(&c, &all);
	assert_true(c.on_record);
	assert_int_equal(c.estimate_us + c.most_us, 0);
}

static void reasons_count_at_their_measured_length(void **state)
{
	struct candidate candidates[] = { candidate_of(), candidate_of(), candidate_of() };
	struct plan plan = { .candidates = candidates, .n = 3 };
	const struct plan_record short_ones = { .n_tickets = 10, .reason_tok = 10, .cap_tok = 40 };
	const struct plan_record unknown = { .n_tickets = 10, .cap_tok = 40 };

	(void)state;
	plan_use_record(&candidates[0], &short_ones);
	plan_use_record(&candidates[1], &unknown);
	candidates[2].refused = "no licence";
	assert_int_equal(candidates[0].estimate_us, 20 * S);
	assert_int_equal(candidates[0].most_us, 50 * S);
	assert_int_equal(candidates[1].estimate_us, 50 * S);
	/* Nobody has measured the second one: its reasons may be as long as the first one's. */
	plan_settle_times(&plan);
	assert_int_equal(candidates[0].estimate_us, 20 * S);
	assert_int_equal(candidates[1].estimate_us, 20 * S);
	assert_int_equal(candidates[1].most_us, 50 * S);
	assert_int_equal(plan.total_us, 40 * S);
}

static void nobody_has_measured_any_reason(void **state)
{
	struct candidate candidates[] = { candidate_of() };
	struct plan plan = { .candidates = candidates, .n = 1 };

	(void)state;
	plan_settle_times(&plan);
	assert_int_equal(candidates[0].estimate_us, candidates[0].most_us);
	assert_int_equal(plan.total_us, 50 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_on_record_is_taken_off),
		cmocka_unit_test(reasons_count_at_their_measured_length),
		cmocka_unit_test(nobody_has_measured_any_reason),
	};

	return cmocka_run_group_tests_name("plan time", tests, NULL, NULL);
}

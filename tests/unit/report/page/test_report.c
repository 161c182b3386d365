/*
 * Figures of the report: the cost of a thousand tickets, and the places on a chart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "report/page/chart.h"
#include "report/words/words.h"

static struct candidate_result candidate(struct segment_row *segments, size_t n, int64_t answer_us,
					 int64_t reason_us, int64_t energy_uj)
{
	return (struct candidate_result){ .segments = segments,
					  .n_segments = n,
					  .answer_us = answer_us,
					  .reason_us = reason_us,
					  .energy_uj = energy_uj };
}

static void assert_near(double found, double expected)
{
	assert_true(fabs(found - expected) < 1e-9);
}

/* 50 tickets in 15 s are 0.3 s each: 5 min a thousand; reasons take 0.6 s each on top of that. */
static void a_thousand_tickets(void **state)
{
	struct segment_row segments[] = { { .report.n_answers = 30, .report.n_reasons = 0 },
					  { .report.n_answers = 20, .report.n_reasons = 50 } };
	struct candidate_result c = candidate(segments, 2, 15000000, 30000000, 1800000000);
	struct cost cost = cost_per_1000(&c);

	(void)state;
	assert_near(cost.answer_minutes, 5);
	assert_near(cost.full_minutes, 15);
	/* 1,800 J are half a watt-hour for 50 tickets. */
	assert_near(cost.energy_wh, 10);
}

static void what_was_not_measured_is_not_told(void **state)
{
	struct segment_row none = { 0 }, half = { .report.n_answers = 50, .report.n_reasons = 10 },
			   labels = { .report.n_answers = 50 };
	struct candidate_result c = candidate(&none, 1, 0, 0, -1);

	(void)state;
	assert_near(cost_per_1000(&c).answer_minutes, -1);
	/* Stopped while reasons were written: a reason has a time, and the energy fits neither. */
	c = candidate(&half, 1, 15000000, 6000000, 1800000000);
	assert_near(cost_per_1000(&c).full_minutes, 15);
	assert_near(cost_per_1000(&c).energy_wh, -1);
	c = candidate(&labels, 1, 15000000, 0, 1800000000);
	assert_near(cost_per_1000(&c).full_minutes, -1);
	assert_near(cost_per_1000(&c).energy_wh, 10);
	c.energy_uj = -1;
	assert_near(cost_per_1000(&c).energy_wh, -1);
}

static void words_of_figures(void **state)
{
	struct arena a = { 0 };
	struct tally t = { 179, 200 };

	(void)state;
	assert_string_equal(words_minutes(&a, -1), "-");
	assert_string_equal(words_minutes(&a, 0.04), "under 0.1 min");
	assert_string_equal(words_minutes(&a, 4.25), "4.2 min");
	assert_string_equal(words_minutes(&a, 61), "61 min");
	assert_string_equal(words_minutes(&a, 600), "10.0 h");
	assert_string_equal(words_energy(&a, -1), "-");
	assert_string_equal(words_energy(&a, 0.034), "0.034 Wh");
	assert_string_equal(words_energy(&a, 42.4), "42 Wh");
	assert_string_equal(words_right(&a, &t), "179 of 200 right (89.5%)");
	assert_string_equal(words_needed(&a, 0), "settled");
	assert_string_equal(words_needed(&a, 7), "7");
	assert_string_equal(words_needed(&a, SIZE_MAX), "never");
	arena_release(&a);
}

/* Cells of tables isolate what runs right to left by themselves; sentences do it here. */
static void licences_are_plain_text(void **state)
{
	struct arena a = { 0 };
	struct candidate_row row = { .licence = "\u0631\u062e\u0635\u0629",
				     .licence_verdict = "READ",
				     .licence_id = "\u0631" };
	struct candidate_result c = { .row = &row };

	(void)state;
	assert_string_equal(words_licence(&c), row.licence);
	assert_string_equal(words_licence_verdict(&a, &c), "READ \u0631");
	assert_string_equal(words_name(&a, words_licence(&c)),
			    "\u2068\u0631\u062e\u0635\u0629\u2069");
	row.licence = "";
	assert_string_equal(words_licence(&c), "not stated in the file");
	arena_release(&a);
}

static void scales_keep_their_order_and_their_ends(void **state)
{
	struct scale linear = { .low = 0, .high = 1, .left = 10, .right = 90 };
	struct scale s = scale_log(250e6, 8e9, 10, 90);
	double before = 0;

	(void)state;
	assert_near(scale_at(&linear, 0), 10);
	assert_near(scale_at(&linear, 0.5), 50);
	assert_near(scale_at(&linear, 2), 90);
	assert_near(scale_at(&linear, -1), 10);
	for (double value = 250e6; value <= 8e9; value *= 1.1) {
		assert_true(scale_at(&s, value) > before);
		assert_true(scale_at(&s, value) > 10 && scale_at(&s, value) < 90);
		before = scale_at(&s, value);
	}
	/* A single value is in the middle. */
	s = scale_log(5, 5, 10, 90);
	assert_near(scale_at(&s, 5), 50);
}

/* Four steps up to 100% are round, and what is drawn lies above the axis. */
static void shares_begin_at_a_round_number(void **state)
{
	(void)state;
	assert_near(scale_share_low(0.9), 0.8);
	assert_near(scale_share_low(0.81), 0.6);
	assert_near(scale_share_low(0.5), 0.2);
	assert_near(scale_share_low(0.21), 0);
	for (double worst = 0.03; worst < 1; worst += 0.01) {
		double step = (1 - scale_share_low(worst)) / 4 * 20;

		assert_true(scale_share_low(worst) < worst);
		assert_near(step, round(step));
	}
}

/* Over five decades and more one tick a decade is too many; no size or time goes that far. */
static void ticks_have_room(void **state)
{
	(void)state;
	for (double span = 1; span < 5e5; span *= 1.7) {
		struct scale s = scale_log(37, 37 * span, 10, 95);
		double ticks[SCALE_MAX_TICKS];
		size_t n = scale_ticks(&s, ticks);

		assert_true(n >= 1 && n <= 8);
		for (size_t i = 0; i < n; i++) {
			assert_true(ticks[i] >= s.low && ticks[i] <= s.high);
			if (i > 0)
				assert_true(scale_at(&s, ticks[i]) - scale_at(&s, ticks[i - 1]) >
					    13.9);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_tickets),
		cmocka_unit_test(what_was_not_measured_is_not_told),
		cmocka_unit_test(words_of_figures),
		cmocka_unit_test(licences_are_plain_text),
		cmocka_unit_test(scales_keep_their_order_and_their_ends),
		cmocka_unit_test(shares_begin_at_a_round_number),
		cmocka_unit_test(ticks_have_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

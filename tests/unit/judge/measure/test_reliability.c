/*
 * Calibration figures worked out by hand, limits, and how often the interval holds the truth.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "judge/measure/reliability.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { MOST = 400 };

/* Answers to tickets with two labels. */
struct made {
	struct ticket tickets[MOST];
	struct answer answers[MOST], *list[MOST];
	double probs[MOST][2];
	size_t n;
};

/* Says label 0 with probability p; the gold label is 0 if it is right. */
static void add(struct made *m, double p, bool right)
{
	size_t i = m->n++;

	m->probs[i][0] = p;
	m->probs[i][1] = 1 - p;
	m->tickets[i] = (struct ticket){ .label = !right };
	m->answers[i] = (struct answer){
		.outcome = OUTCOME_OK, .label = 0, .probs = m->probs[i], .n_probs = 2
	};
	m->list[i] = &m->answers[i];
}

static struct reliability figures(const struct made *m)
{
	struct reliability r;

	reliability_of(m->tickets, m->n, m->list, 2, &r);
	return r;
}

static void near(double value, double expected, double by, const char *what)
{
	if (!(fabs(value - expected) <= by))
		fail_msg("%s: %.17g, expected %.17g", what, value, expected);
}

/*
 * .95 .92 right, .91 wrong: bin 10, states .9266667, 2 of 3 right. .75 right, .71 wrong: bin 8,
 * states .73, 1 of 2 right. .6 right: bin 6 (up to and with .6).
 * ECE: (|2 - 2.78| + |1 - 1.46| + |1 - .6|) / 6 = 1.64 / 6.
 * Brier: 2 (.05^2 + .08^2 + .91^2 + .25^2 + .71^2 + .4^2) / 6 = 2 (1.5636) / 6.
 */
static void by_hand(void **state)
{
	static const struct {
		double p;
		bool right;
	} rows[] = { { .95, true }, { .75, true }, { .91, false },
		     { .6, true },  { .92, true }, { .71, false } };
	struct made m = { 0 };
	struct reliability r;

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		add(&m, rows[i].p, rows[i].right);
	r = figures(&m);
	assert_int_equal(r.n, 6);
	assert_int_equal(r.n_right, 4);
	assert_int_equal(r.n_without, 0);
	near(r.stated, 4.84 / 6, 1e-12, "stated");
	near(r.ece, 1.64 / 6, 1e-12, "ECE");
	near(r.brier, 2 * 1.5636 / 6, 1e-12, "Brier");
	near(r.brier_uniform, .5, 1e-12, "uniform");
	assert_int_equal(r.bins[9].n, 3);
	assert_int_equal(r.bins[9].n_right, 2);
	near(r.bins[9].stated, 2.78 / 3, 1e-12, "bin 10");
	assert_int_equal(r.bins[7].n, 2);
	near(r.bins[7].stated, .73, 1e-12, "bin 8");
	/* Clopper-Pearson of 1 of 2: .0126 to .9874. */
	near(r.bins[7].right.low, .0126, 1e-4, "bin 8, low");
	near(r.bins[7].right.high, .9874, 1e-4, "bin 8, high");
	assert_int_equal(r.bins[5].n, 1);
	assert_int_equal(r.bins[6].n, 0);
	assert_true(r.ece_95.low <= r.ece && r.ece <= r.ece_95.high);
	assert_true(r.brier_95.low <= r.brier && r.brier <= r.brier_95.high);
}

/* Three labels: the label that was given is not the most probable, and not the right one. */
static void brier_counts_all_labels(void **state)
{
	double probs[] = { .5, .3, .2 };
	struct answer answer = { .outcome = OUTCOME_OK, .label = 1, .probs = probs, .n_probs = 3 };
	struct answer *list[] = { &answer };
	const struct ticket ticket = { .label = 2 };
	struct reliability r;

	(void)state;
	reliability_of(&ticket, 1, list, 3, &r);
	near(r.brier, .25 + .09 + .64, 1e-12, "Brier");
	near(r.brier_uniform, 2.0 / 3, 1e-12, "uniform");
	near(r.stated, .3, 1e-12, "stated");
	assert_int_equal(r.bins[2].n, 1);
	near(r.ece, .3, 1e-12, "ECE");
}

static void ends_of_the_scale(void **state)
{
	struct made m = { 0 };
	struct reliability r;

	(void)state;
	add(&m, 1, true);
	add(&m, 0, false);
	add(&m, .1, false);
	r = figures(&m);
	assert_int_equal(r.bins[9].n, 1);
	assert_int_equal(r.bins[0].n, 2);
	near(r.ece, .1 / 3, 1e-12, "ECE");
	/* All certain and all right: nothing is left to chance. */
	m.n = 0;
	for (int i = 0; i < 20; i++)
		add(&m, 1, true);
	r = figures(&m);
	assert_true(r.ece == 0 && r.brier == 0);
	assert_true(r.ece_by_chance == 0 && r.ece_by_chance_95 == 0 && r.ece_95.low == 0);
	assert_false(reliability_is_off(&r));
	/* All certain and one wrong: impossible, if it were true. */
	m.tickets[7].label = 1;
	r = figures(&m);
	near(r.ece, .05, 1e-12, "one wrong");
	assert_true(reliability_is_off(&r));
}

/* Clopper-Pearson of 25 of 25: .8628 to 1; of 5 of 5: .4782 to 1. */
static void alike_answers_are_still_uncertain(void **state)
{
	struct made m = { 0 };
	struct reliability r;

	(void)state;
	for (int i = 0; i < 25; i++)
		add(&m, .99, true);
	r = figures(&m);
	assert_true(r.alike);
	near(r.ece, .01, 1e-12, "ECE");
	near(r.ece_95.high, .99 - .8628, 1e-4, "one bin");
	assert_true(r.brier_95.low == 0 && r.brier_95.high == 0);
	for (int i = 0; i < 5; i++)
		add(&m, .75, true);
	r = figures(&m);
	assert_true(r.alike);
	near(r.ece_95.high, (25 * (.99 - .8628) + 5 * (.75 - .4782)) / 30, 1e-4, "two bins");
	/* One answer of another kind: the large bin still says nothing by itself. */
	m.tickets[29].label = 1;
	r = figures(&m);
	assert_false(r.alike);
	assert_true(r.ece_95.high >= (25 * (.99 - .8628) + 5 * .05) / 30 - 1e-4);
	assert_true(r.brier_95.low < r.brier_95.high);
}

/* 25 answers that state .99 and are right on 90%: 1 in 14 such runs has no wrong one. */
static void interval_of_one_bin_holds(void **state)
{
	uint64_t seed = 23;
	int holds = 0;

	(void)state;
	for (int run = 0; run < 400; run++) {
		struct made m = { 0 };
		struct reliability r;

		for (int i = 0; i < 25; i++)
			add(&m, .99, random_below(&seed, 1000) < 900);
		r = figures(&m);
		holds += r.ece_95.low <= .09 && .09 <= r.ece_95.high;
	}
	if (holds < 380)
		fail_msg("holds in %d of 400", holds);
}

static void answers_without_probabilities_are_counted_apart(void **state)
{
	struct made m = { 0 };
	struct reliability r;

	(void)state;
	for (int i = 0; i < 5; i++)
		add(&m, .9, true);
	m.answers[0].n_probs = 0;
	m.answers[1].outcome = OUTCOME_TIMEOUT;
	m.answers[2].label = -1;
	m.list[3] = NULL;
	r = figures(&m);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.n_without, 3);
	near(r.stated, .9, 1e-12, "stated");
	m.n = 3;
	r = figures(&m);
	assert_int_equal(r.n, 0);
	assert_true(r.ece == 0 && r.brier == 0 && r.brier_uniform == 0);
	assert_false(reliability_is_off(&r));
}

static void label_mass_and_orders(void **state)
{
	struct made m = { 0 };
	struct reliability r;

	(void)state;
	for (int i = 0; i < 6; i++)
		add(&m, .9, true);
	r = figures(&m);
	assert_int_equal(r.n_mass, 0);
	assert_int_equal(r.n_ordered, 0);
	m.answers[0].label_mass = .9;
	m.answers[1].label_mass = .3;
	m.answers[2].label_mass = .5; /* 0 is not measured */
	for (size_t i = 1; i < 5; i++)
		m.answers[i].n_orders = 4;
	m.answers[5].n_orders = 1; /* one order cannot disagree */
	for (size_t i = 1; i < 4; i++)
		m.answers[i].n_agreed = 4;
	m.answers[4].n_agreed = 3;
	r = figures(&m);
	assert_int_equal(r.n_mass, 3);
	near(r.mass, 1.7 / 3, 1e-12, "mass");
	assert_int_equal(r.n_mass_low, 1);
	assert_int_equal(r.n_ordered, 4);
	assert_int_equal(r.n_flipped, 1);
	/* Clopper-Pearson of 1 of 4: .0063 to .8059. */
	near(r.flipped_95.low, .0063, 1e-4, "flips, low");
	near(r.flipped_95.high, .8059, 1e-4, "flips, high");
}

/* Answers that state p in .5 to 1 and are right with p - gap. */
static void draw(struct made *m, size_t n, double gap, uint64_t *seed)
{
	m->n = 0;
	for (size_t i = 0; i < n; i++) {
		double p = .5 + .5 * (double)random_below(seed, 1000000) / 1e6;

		add(m, p, (double)random_below(seed, 1000000) / 1e6 < p - gap);
	}
}

static void same_answers_same_figures(void **state)
{
	struct made m = { 0 };
	struct reliability one, other;
	uint64_t seed = 5;

	(void)state;
	draw(&m, 50, .1, &seed);
	one = figures(&m);
	other = figures(&m);
	assert_memory_equal(&one, &other, sizeof(one));
}

/*
 * In a hundred runs each: the interval holds the true error, which is the gap, in about 95 of them;
 * true probabilities are called off in about 5; few answers bias the error upwards, about as much
 * as the chance that is shown beside it.
 */
static void intervals_hold(void **state)
{
	static const struct {
		size_t n;
		double gap;
		int least; /* of 100 */
	} rows[] = {
		{ 25, 0, 88 }, { 25, .2, 86 }, { 100, 0, 88 }, { 100, .1, 88 }, { 400, .2, 89 }
	};
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		int holds = 0, off = 0, brier = 0;
		double mean = 0, chance = 0;
		/* The mean of 2 (right - p)^2 for p from .5 to 1: 2 (p - p^2) + 2 gap (2 p - 1). */
		double g = rows[i].gap, truth = 1.0 / 3 + g;

		for (int run = 0; run < 100; run++) {
			struct made m = { 0 };
			struct reliability r;

			draw(&m, rows[i].n, g, &seed);
			r = figures(&m);
			holds += r.ece_95.low <= g && g <= r.ece_95.high;
			off += reliability_is_off(&r);
			brier += r.brier_95.low <= truth && truth <= r.brier_95.high;
			mean += r.ece / 100;
			chance += r.ece_by_chance / 100;
		}
		if (holds < rows[i].least)
			fail_msg("n %zu, gap %.1f: holds in %d of 100", rows[i].n, g, holds);
		if (brier < rows[i].least)
			fail_msg("n %zu, gap %.1f: Brier holds in %d of 100", rows[i].n, g, brier);
		if (g > 0)
			continue;
		assert_true(off <= 12);
		near(mean, chance, .015, "bias");
		assert_true(mean > .02);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(brier_counts_all_labels),
		cmocka_unit_test(ends_of_the_scale),
		cmocka_unit_test(alike_answers_are_still_uncertain),
		cmocka_unit_test(interval_of_one_bin_holds),
		cmocka_unit_test(answers_without_probabilities_are_counted_apart),
		cmocka_unit_test(label_mass_and_orders),
		cmocka_unit_test(same_answers_same_figures),
		cmocka_unit_test(intervals_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

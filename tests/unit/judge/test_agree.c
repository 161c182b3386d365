/*
 * Two records of answers: labels by name, probabilities bit for bit, reasons, times, and what is
 * missing on either side.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/agree.h"
#include "unit/random.h"

enum { MOST = 40, N_LABELS = 3 };

static const struct label abc[] = { { "a", NULL }, { "b", NULL }, { "c", NULL } };
static const struct label cab[] = { { "c", NULL }, { "a", NULL }, { "b", NULL } };

/* A record of n tickets. Every answer is label 0 until a test changes it. */
struct made {
	struct ticket tickets[MOST];
	struct answer all[MOST], *answers[MOST];
	struct reason why[MOST], *reasons[MOST];
	double probs[MOST][N_LABELS];
	struct record record;
};

static void make(struct made *m, const struct label *labels, size_t n)
{
	*m = (struct made){ .record = { .tickets = m->tickets,
					.labels = labels,
					.n_labels = N_LABELS,
					.answers = m->answers,
					.reasons = m->reasons } };
	for (size_t i = 0; i < n; i++) {
		m->probs[i][0] = .5;
		m->probs[i][1] = .3;
		m->probs[i][2] = .2;
		m->all[i] = (struct answer){ .ticket = i,
					     .probs = m->probs[i],
					     .n_probs = N_LABELS,
					     .prompt_tok = 10,
					     .ttft_us = 1000 * ((int64_t)i + 1) };
		m->why[i] = (struct reason){ .ticket = i, .rationale = "It says so." };
		m->answers[i] = &m->all[i];
		m->reasons[i] = &m->why[i];
	}
}

/* Compares the first n tickets of both. */
static void compare(struct arena *a, const struct made *x, const struct made *y, size_t n,
		    struct agreement *ret_agreement)
{
	struct ticket_pair pairs[MOST];

	for (size_t i = 0; i < n; i++)
		pairs[i] = (struct ticket_pair){ i, i };
	agree(a, &x->record, &y->record, pairs, n, ret_agreement);
}

static void everything_is_the_same(void **state)
{
	struct arena a = { 0 };
	struct agreement g;
	struct made x, y;

	(void)state;
	make(&x, abc, 4);
	make(&y, abc, 4);
	compare(&a, &x, &y, 4, &g);
	assert_int_equal(g.n, 4);
	assert_int_equal(g.right_a, 4);
	assert_int_equal(g.flips.n + g.other_probs.n + g.other_reasons.n, 0);
	assert_int_equal(g.n_probs, 4);
	assert_int_equal(g.n_reasons, 4);
	assert_true(g.probs_apart == 0);
	assert_int_equal(g.ttft_a_us, 2000);
	compare(&a, &x, &y, 0, &g);
	assert_int_equal(g.n, 0);
	assert_int_equal(g.ttft_b_us, -1);
	arena_release(&a);
}

/* One bit of one probability, another label, another failure, another reason, a reason lost. */
static void each_difference_is_found(void **state)
{
	struct arena a = { 0 };
	struct agreement g;
	struct made x, y;

	(void)state;
	make(&x, abc, 6);
	make(&y, abc, 6);
	y.probs[0][1] = nextafter(.3, 1);
	y.all[1].label = 2;
	x.all[2].outcome = OUTCOME_TIMEOUT;
	x.all[2].label = -1;
	x.all[2].n_probs = 0;
	y.why[3].rationale = "It says more.";
	y.reasons[4] = NULL;
	y.probs[5][0] = .25;
	compare(&a, &x, &y, 6, &g);
	assert_int_equal(g.n, 6);
	assert_int_equal(g.right_a, 5);
	assert_int_equal(g.right_b, 5);
	assert_int_equal(g.flips.n, 2);
	assert_int_equal(g.flips.items[0].a, 1);
	assert_int_equal(g.flips.items[1].b, 2);
	assert_int_equal(g.n_probs, 5);
	assert_int_equal(g.other_probs.n, 2);
	assert_int_equal(g.other_probs.items[0].a, 0);
	assert_int_equal(g.other_probs.items[1].a, 5);
	assert_true(g.probs_apart == .25);
	assert_int_equal(g.n_reasons, 6);
	assert_int_equal(g.other_reasons.n, 2);
	assert_int_equal(g.other_reasons.items[1].a, 4);
	arena_release(&a);
}

/* Two failures are the same answer only if they are the same failure. */
static void failures(void **state)
{
	struct arena a = { 0 };
	struct agreement g;
	struct made x, y;

	(void)state;
	make(&x, abc, 2);
	make(&y, abc, 2);
	for (size_t i = 0; i < 2; i++) {
		x.all[i].outcome = y.all[i].outcome = OUTCOME_CRASHED;
		x.all[i].label = y.all[i].label = -1;
	}
	y.all[1].outcome = OUTCOME_TOO_LONG;
	compare(&a, &x, &y, 2, &g);
	assert_int_equal(g.right_a + g.right_b, 0);
	assert_int_equal(g.flips.n, 1);
	assert_int_equal(g.flips.items[0].a, 1);
	assert_int_equal(g.ttft_a_us, 1000); /* the ticket that was too long has no time */
	arena_release(&a);
}

/* The same labels in another order are the same; with another set, probabilities say nothing. */
static void labels_go_by_name(void **state)
{
	static const struct label abd[] = { { "a", NULL }, { "b", NULL }, { "d", NULL } };
	struct arena a = { 0 };
	struct agreement g;
	struct made x, y;

	(void)state;
	make(&x, abc, 2);
	make(&y, cab, 2);
	for (size_t i = 0; i < 2; i++) {
		y.all[i].label = y.tickets[i].label = 1;
		y.probs[i][0] = .2;
		y.probs[i][1] = .5;
		y.probs[i][2] = .3;
	}
	compare(&a, &x, &y, 2, &g);
	assert_int_equal(g.flips.n, 0);
	assert_int_equal(g.n_probs, 2);
	assert_int_equal(g.other_probs.n, 0);
	assert_int_equal(g.right_b, 2);
	make(&y, abd, 2);
	x.all[1].label = y.all[1].label = 2;
	compare(&a, &x, &y, 2, &g);
	assert_int_equal(g.flips.n, 1);
	assert_int_equal(g.n_probs, 0);
	arena_release(&a);
}

/* Tickets in other places and answers that one side lacks, against a plain count. */
static void random_records(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 500; round++) {
		size_t n = 1 + random_below(&seed, MOST), both = 0, differ = 0, only_a = 0,
		       only_b = 0;
		struct ticket_pair pairs[MOST];
		struct arena a = { 0 };
		struct agreement g, h;
		struct made x, y;

		make(&x, abc, n);
		make(&y, abc, n);
		for (size_t i = 0; i < n; i++) {
			size_t k = n - 1 - i;

			pairs[i] = (struct ticket_pair){ i, k };
			x.all[i].label = (int)random_below(&seed, N_LABELS);
			y.all[k].label = (int)random_below(&seed, N_LABELS);
			if (random_below(&seed, 5) == 0)
				x.answers[i] = NULL;
			if (random_below(&seed, 5) == 0)
				y.answers[k] = NULL;
			both += x.answers[i] && y.answers[k];
			only_a += x.answers[i] && !y.answers[k];
			only_b += !x.answers[i] && y.answers[k];
			differ += x.answers[i] && y.answers[k] && x.all[i].label != y.all[k].label;
		}
		agree(&a, &x.record, &y.record, pairs, n, &g);
		assert_int_equal(g.n, both);
		assert_int_equal(g.n_only_a, only_a);
		assert_int_equal(g.n_only_b, only_b);
		assert_int_equal(g.flips.n, differ);
		for (size_t i = 0; i < n; i++)
			pairs[i] = (struct ticket_pair){ pairs[i].b, pairs[i].a };
		agree(&a, &y.record, &x.record, pairs, n, &h);
		assert_int_equal(h.flips.n, differ);
		assert_int_equal(h.n_only_a, only_b);
		assert_int_equal(h.right_a, g.right_b);
		assert_int_equal(h.ttft_a_us, g.ttft_b_us);
		arena_release(&a);
	}
}

/* The same mark for another text is a changed answer, unless a purge removed one of the texts. */
static void written_texts(void **state)
{
	static const char text[] = "Parcel QX12 is late", other[] = "Parcel QX13 is late";
	struct arena a = { 0 };
	struct agreement g;
	struct made x, y;

	(void)state;
	make(&x, abc, 4);
	make(&y, abc, 4);
	for (size_t i = 0; i < 4; i++) {
		x.all[i].raw = y.all[i].raw = text;
		x.all[i].raw_len = y.all[i].raw_len = sizeof(text) - 1;
	}
	y.all[0].raw = other;
	y.all[1].raw_len = 6;
	y.all[1].label = 1;
	y.all[2].raw = NULL;
	compare(&a, &x, &y, 4, &g);
	assert_int_equal(g.flips.n, 1);
	x.record.written = y.record.written = true;
	compare(&a, &x, &y, 4, &g);
	assert_int_equal(g.flips.n, 2);
	assert_int_equal(g.n_other_labels, 1);
	assert_int_equal(g.flips.items[0].a, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_the_same),
		cmocka_unit_test(each_difference_is_found),
		cmocka_unit_test(failures),
		cmocka_unit_test(written_texts),
		cmocka_unit_test(labels_go_by_name),
		cmocka_unit_test(random_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

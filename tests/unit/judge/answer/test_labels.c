/*
 * Counts by label, worked out by hand, and abstention: "other" answered for another label.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge/answer/labels.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void assert_near(double found, double expected)
{
	if (fabs(found - expected) > 1e-12)
		fail_msg("%.17g is not %.17g", found, expected);
}

/* Rows: gold; columns: answered card, top_up, other, no label. */
static size_t by_hand[] = {
	8, 1, 1, 0, /* card */
	2, 5, 0, 3, /* top_up */
	1, 0, 4, 0, /* other */
};

static struct score score_of(size_t *confusion, size_t n_labels)
{
	struct score s = { .confusion = confusion, .n_labels = n_labels };

	for (size_t gold = 0; gold < n_labels; gold++)
		for (size_t said = 0; said <= n_labels; said++) {
			s.n += confusion[gold * (n_labels + 1) + said];
			s.n_right += gold == said ? confusion[gold * (n_labels + 1) + said] : 0;
		}
	s.n_tickets = s.n;
	return s;
}

static void precision_recall_f1(void **state)
{
	struct score s = score_of(by_hand, 3);
	struct arena a = { 0 };
	struct label_report r;

	(void)state;
	labels_score(&a, &s, 2, &r);
	assert_int_equal(r.labels[0].n_gold, 10);
	assert_int_equal(r.labels[0].n_said, 11);
	assert_int_equal(r.labels[0].n_right, 8);
	assert_near(r.labels[0].precision, 8. / 11);
	assert_near(r.labels[0].recall, .8);
	assert_near(r.labels[0].f1, 16. / 21);
	assert_near(r.labels[1].precision, 5. / 6);
	assert_near(r.labels[1].recall, .5); /* three without a label are missed as well */
	assert_near(r.labels[1].f1, 10. / 16);
	assert_near(r.labels[2].precision, .8);
	assert_near(r.labels[2].recall, .8);
	assert_near(r.labels[2].f1, .8);
	assert_near(r.macro_f1, (16. / 21 + 10. / 16 + .8) / 3);
	arena_release(&a);
}

/* 25 tickets: 4 rightly "other", 1 "other" because unsure, 7 wrong otherwise, 3 of them failed. */
static void abstention(void **state)
{
	struct score s = score_of(by_hand, 3);
	struct arena a = { 0 };
	struct label_report r;

	(void)state;
	labels_score(&a, &s, 2, &r);
	assert_true(r.has_other);
	assert_int_equal(r.n_other_right, 4);
	assert_int_equal(r.n_unsure, 1);
	assert_int_equal(r.n_wrong, 7);
	assert_int_equal(r.n_answered, 21);
	assert_near(r.coverage, 21. / 25);
	assert_near(r.accuracy_answered, 17. / 21);
	labels_score(&a, &s, -1, &r);
	assert_false(r.has_other);
	assert_int_equal(r.n_other_right + r.n_unsure + r.n_wrong, 0);
	assert_true(r.coverage == 0 && r.accuracy_answered == 0);
	arena_release(&a);
}

static void what_is_not_defined(void **state)
{
	/* The second label is never gold and never answered; the third is answered once and never
	 * gold; the fourth is gold and never answered. */
	size_t confusion[4 * 5] = { [0] = 3, [2] = 1, [3 * 5 + 4] = 2 };
	struct score s = score_of(confusion, 4);
	struct arena a = { 0 };
	struct label_report r;

	(void)state;
	labels_score(&a, &s, -1, &r);
	assert_true(r.labels[1].precision == -1 && r.labels[1].recall == -1 &&
		    r.labels[1].f1 == -1);
	assert_true(r.labels[2].precision == 0 && r.labels[2].recall == -1 && r.labels[2].f1 == 0);
	assert_int_equal(r.labels[3].n_gold, 2);
	assert_true(r.labels[3].precision == -1 && r.labels[3].recall == 0 && r.labels[3].f1 == 0);
	/* The mean is over the labels that some ticket has. */
	assert_near(r.macro_f1, (6. / 7 + 0) / 2);
	arena_release(&a);
}

static void nothing_answered(void **state)
{
	size_t confusion[6] = { 0 };
	struct score s = score_of(confusion, 2);
	struct arena a = { 0 };
	struct label_report r;

	(void)state;
	labels_score(&a, &s, 1, &r);
	assert_true(r.macro_f1 == 0 && r.coverage == 0 && r.accuracy_answered == 0);
	assert_true(r.labels[0].f1 == -1);
	arena_release(&a);
}

/* All answers "other": nothing was answered, and nothing divides by it. */
static void always_unsure(void **state)
{
	size_t confusion[] = { 0, 5, 0, 0, 0, 0 };
	struct score s = score_of(confusion, 2);
	struct arena a = { 0 };
	struct label_report r;

	(void)state;
	labels_score(&a, &s, 1, &r);
	assert_int_equal(r.n_unsure, 5);
	assert_int_equal(r.n_wrong, 0);
	assert_true(r.coverage == 0 && r.accuracy_answered == 0);
	arena_release(&a);
}

static void sums(void **state)
{
	uint64_t seed = 95;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t confusion[5 * 6], n_labels = 2 + random_below(&seed, 4);
		size_t gold = 0, said = 0, right = 0, none = 0;
		struct arena a = { 0 };
		struct label_report r;
		struct score s;

		for (size_t i = 0; i < N(confusion); i++)
			confusion[i] = random_below(&seed, 4);
		s = score_of(confusion, n_labels);
		labels_score(&a, &s, (int)random_below(&seed, n_labels), &r);
		for (size_t i = 0; i < n_labels; i++) {
			const struct label_score *l = &r.labels[i];

			gold += l->n_gold;
			said += l->n_said;
			right += l->n_right;
			none += confusion[i * (n_labels + 1) + n_labels];
			/* F1 is the harmonic mean of the other two. */
			if (l->precision > 0 && l->recall > 0)
				assert_near(l->f1, 2 / (1 / l->precision + 1 / l->recall));
		}
		assert_int_equal(gold, s.n);
		assert_int_equal(said + none, s.n);
		assert_int_equal(right, s.n_right);
		assert_int_equal(s.n_right + r.n_unsure + r.n_wrong, s.n);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(precision_recall_f1), cmocka_unit_test(abstention),
		cmocka_unit_test(what_is_not_defined), cmocka_unit_test(nothing_answered),
		cmocka_unit_test(always_unsure),       cmocka_unit_test(sums),
	};

	return cmocka_run_group_tests_name("labels", tests, NULL, NULL);
}

/*
 * The baseline `words`: tf-idf by hand, the head's optimality, probabilities, and bad input.
 */
#include <linear.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/baseline/words.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void near(double value, double expected, double by, const char *what)
{
	if (!(fabs(value - expected) <= by))
		fail_msg("%s: %.17g, expected %.17g", what, value, expected);
}

/* n tickets: of the first n_first texts, then of the others, in turn. */
static const struct ticket **repeat(struct arena *a, const struct ticket *kinds, size_t n_kinds,
				    size_t n)
{
	const struct ticket **list = arena_array(a, n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = &kinds[i % n_kinds];
	return list;
}

static struct words *trained(struct arena *a, const struct ticket *const *tickets, size_t n,
			     size_t n_labels)
{
	const struct words_training training = { tickets, NULL, n, n_labels, 1 };
	struct words *words;
	struct err err;

	if (words_make(a, &training, &words, &err) < 0)
		fail_msg("%s", err.msg);
	return words;
}

/*
 * 10 tickets: 5 times "a b", 5 times "b c c". All have b; 5 have a, "a b", c, "b c" and "c c". So
 * idf is 1 + ln(11/11) = 1 for b, and 1 + ln(11/6) = 1.6061358 for the others.
 */
static const struct ticket pair[] = { { .text = "a b", .label = 0 },
				      { .text = "B, c c!", .label = 1 } };

static void tf_idf_by_hand(void **state)
{
	const double idf = 1.6061358035703155, twice = 1 + 0.6931471805599453;
	/* b, c, "b c" and "c c"; c is there twice. */
	const double length = sqrt(1 + twice * idf * twice * idf + idf * idf + idf * idf);
	struct arena a = { 0 };
	struct words *words = trained(&a, repeat(&a, pair, 2, 10), 10, 2);

	(void)state;
	near(words_weight(words, "b c c", "b"), 1 / length, 1e-12, "b");
	near(words_weight(words, "b c c", "c"), twice * idf / length, 1e-12, "c");
	near(words_weight(words, "b c c", "b c"), idf / length, 1e-12, "b c");
	near(words_weight(words, "b c c", "c c"), idf / length, 1e-12, "c c");
	assert_true(words_weight(words, "b c c", "a") == 0);
	assert_true(words_weight(words, "b c c", "z") == 0);
	/* Unknown words take no part of the length. */
	near(words_weight(words, "z A z", "a"), 1, 1e-12, "alone");
	arena_release(&a);
}

static void each_text_gets_its_label(void **state)
{
	static const struct ticket kinds[] = {
		{ .text = "my card is lost", .label = 0 },
		{ .text = "card stolen in the street", .label = 0 },
		{ .text = "where is my transfer", .label = 1 },
		{ .text = "the transfer was declined", .label = 1 },
		{ .text = "卡丢了", .label = 2 },
		{ .text = "我的卡", .label = 2 },
	};
	static const struct {
		const char *text;
		int label;
	} rows[] = { { "I LOST my card!", 0 },
		     { "a transfer is declined", 1 },
		     { "卡", 2 },
		     { "stolen", 0 } };
	struct arena a = { 0 };
	struct words *words = trained(&a, repeat(&a, kinds, N(kinds), 30), 30, 4);
	double probs[4];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		double sum = 0;

		assert_int_equal(words_classify(words, rows[i].text, probs), rows[i].label);
		for (size_t k = 0; k < 4; k++) {
			assert_true(probs[k] >= 0 && probs[k] <= probs[rows[i].label]);
			sum += probs[k];
		}
		near(sum, 1, 1e-12, rows[i].text);
		assert_true(probs[3] < 1e-12); /* no training ticket has it */
	}
	/* Nothing known: only what it takes for likely in general; and never the unseen label. */
	assert_true(words_classify(words, "zzz", probs) < 3);
	near(probs[0] + probs[1] + probs[2], 1, 1e-12, "nothing known");
	assert_true(words_classify(words, "", probs) < 3);
	arena_release(&a);
}

/* A text of words that hint at the label, among words that do not. */
static const char *hinting_text(struct arena *a, uint64_t *seed, int label)
{
	const char *text = "";

	for (int i = 0; i < 8; i++)
		text = arena_add_item(a, text, " ", "%c%d",
				      random_below(seed, 3) ? 'n' : 'a' + label,
				      (int)random_below(seed, i % 2 ? 40 : 12));
	return text;
}

static const struct ticket **hinting(struct arena *a, size_t n, size_t n_labels)
{
	const struct ticket **list = arena_array(a, n, sizeof(*list));
	uint64_t seed = 7;

	for (size_t i = 0; i < n; i++) {
		struct ticket *ticket = arena_alloc(a, sizeof(*ticket));
		int label = (int)(i % n_labels);

		*ticket = (struct ticket){ .text = hinting_text(a, &seed, label), .label = label };
		list[i] = ticket;
	}
	return list;
}

/* Its size is there before it is trained, which is left to the first who needs the head. */
static void it_is_trained_on_first_use(void **state)
{
	struct arena a = { 0 };
	struct words *words = trained(&a, hinting(&a, 120, 3), 120, 3);
	int64_t bytes = words_bytes(words);
	const struct head_fit *fit;

	(void)state;
	assert_true(bytes > 0);
	assert_int_equal(words_n_learnt(words), 120);
	fit = words_fit(words);
	assert_non_null(fit->weights);
	assert_true(fit == words_fit(words) && words_bytes(words) == bytes);
	arena_release(&a);
}

static void same_tickets_give_same_words(void **state)
{
	struct arena a = { 0 };
	const struct ticket **tickets = hinting(&a, 120, 3);
	struct words *one = trained(&a, tickets, 120, 3), *other = trained(&a, tickets, 120, 3);
	const struct head_quality *q = &words_fit(one)->quality;
	double probs[3], again[3];

	(void)state;
	for (size_t i = 0; i < 120; i++) {
		words_classify(one, tickets[i]->text, probs);
		words_classify(other, tickets[i]->text, again);
		assert_memory_equal(probs, again, sizeof(probs));
	}
	assert_true(words_bytes(one) > 0 && words_bytes(one) == words_bytes(other));
	/* The curve ends at all but one fold, and more tickets help. */
	assert_int_equal(words_n_learnt(one), 120);
	assert_int_equal(q->n_curve, 3);
	assert_int_equal(q->curve[0].n, 25);
	assert_int_equal(q->curve[1].n, 50);
	assert_int_equal(q->curve[2].n, 96);
	assert_true(q->curve[0].right < q->curve[2].right);
	assert_int_equal(q->right, q->curve[2].right);
	arena_release(&a);
}

/* More tickets than it takes: all labels are among those it takes. */
static void learns_from_a_part_of_many(void **state)
{
	enum { ALL = WORDS_MOST_TICKETS + 500 };
	static const struct ticket kinds[] = { { .text = "a b", .label = 0 },
					       { .text = "c d", .label = 1 } };
	struct arena a = { 0 };
	const struct ticket **tickets = arena_array(&a, ALL, sizeof(*tickets));
	struct words *words;
	double probs[2];

	(void)state;
	for (size_t i = 0; i < ALL; i++)
		tickets[i] = &kinds[i >= ALL - 100];
	words = trained(&a, tickets, ALL, 2);
	assert_int_equal(words_n_learnt(words), WORDS_MOST_TICKETS);
	assert_int_equal(words_classify(words, "c", probs), 1);
	arena_release(&a);
}

/*
 * At the solution for a label, the gradient of |w|^2 / 2 + C sum_i c_i ln(1 + exp(-y_i w x_i)) is
 * (nearly) 0. The calibration multiplied the weights by its factor.
 */
static void sparse_rows_are_solved(void **state)
{
	enum { ROWS = 12, WIDTH = 4, LABELS = 2 };
	static const double values[ROWS][WIDTH - 1] = {
		{ 1, 0, .2 },  { .9, .1, 0 }, { .8, 0, .1 }, { .7, .3, 0 },
		{ 1, .5, 0 },  { .3, 0, 1 },  { 0, 1, .2 },  { .1, .9, 0 },
		{ 0, .8, .1 }, { .3, .7, 0 }, { .5, 1, 0 },  { .8, .1, 0 },
	};
	struct feature_node nodes[ROWS][WIDTH + 1];
	const struct feature_node *rows[ROWS];
	int labels[ROWS];
	size_t families[ROWS];
	struct head_data data = { .sparse = rows,
				  .labels = labels,
				  .families = families,
				  .n = ROWS,
				  .n_embd = WIDTH - 1,
				  .n_labels = LABELS,
				  .seed = 3 };
	struct arena a = { 0 };
	struct head_fit fit;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		size_t n = 0;

		for (int j = 0; j < WIDTH - 1; j++)
			if (values[i][j] > 0)
				nodes[i][n++] = (struct feature_node){ j + 1, values[i][j] };
		nodes[i][n++] = (struct feature_node){ WIDTH, 1 };
		nodes[i][n].index = -1;
		rows[i] = nodes[i];
		labels[i] = i >= 6;
		families[i] = i;
	}
	assert_int_equal(head_train(&a, &data, &fit, &err), 0);
	assert_false(fit.c_at_end);
	assert_int_equal(fit.calibration, HEAD_TEMPERATURE);
	for (size_t k = 0; k < LABELS; k++) {
		double gradient[WIDTH], start[WIDTH] = { 0 }, size = 0, of = 0;

		for (size_t j = 0; j < WIDTH; j++)
			gradient[j] = fit.weights[k * WIDTH + j] / fit.factor;
		for (size_t i = 0; i < ROWS; i++) {
			double y = labels[i] == (int)k ? 1 : -1, x[WIDTH], score = 0, pull;
			/* 6 of 12 rows have the label. */
			double c = fit.quality.c * (y > 0 ? ROWS / (2.0 * 6) : 1);

			for (size_t j = 0; j < WIDTH; j++) {
				x[j] = j + 1 < WIDTH ? values[i][j] : 1;
				score += fit.weights[k * WIDTH + j] / fit.factor * x[j];
			}
			pull = -c * y / (1 + exp(y * score));
			for (size_t j = 0; j < WIDTH; j++) {
				gradient[j] += pull * x[j];
				start[j] += -c * y / 2 * x[j];
			}
		}
		for (size_t j = 0; j < WIDTH; j++) {
			size += gradient[j] * gradient[j];
			of += start[j] * start[j];
		}
		assert_true(sqrt(size) < 0.001 * sqrt(of));
	}
	arena_release(&a);
}

static void too_little_is_said(void **state)
{
	static const struct {
		size_t n, n_kinds;
		const char *words;
	} rows[] = { { 2, 2, "2 training tickets are too few" },
		     { 9, 2, "9 training tickets are too few" },
		     { 10, 1, "have the same label" } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct arena a = { 0 };
		const struct words_training training = {
			repeat(&a, pair, rows[i].n_kinds, rows[i].n), NULL, rows[i].n, 2, 1
		};
		struct words *words;
		struct err err;

		assert_int_equal(words_make(&a, &training, &words, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_non_null(strstr(err.msg, rows[i].words));
		arena_release(&a);
	}
}

/* Three labels: the word "card", the word "fee", and one that no ticket has. */
static const struct ticket mixed[] = { { .text = "lost my card" },
				       { .text = "what is the fee" },
				       { .text = "a fee for the card" },
				       { .text = "thank you" } };
static const bool mixed_fits[][3] = { { true }, { false, true }, { true, true }, { false } };

/* The tickets and their labels in turn, in n rows, each with words of its own. */
static struct words *trained_each(struct arena *a, size_t n, int *ret_result)
{
	const bool **fits = arena_array(a, n, sizeof(*fits));
	struct ticket *tickets = arena_array(a, n, sizeof(*tickets));
	const struct ticket **list = arena_array(a, n, sizeof(*list));
	struct words_training training = { list, fits, n, 3, 1 };
	struct words *words;
	struct err err;

	for (size_t i = 0; i < n; i++) {
		fits[i] = mixed_fits[i % N(mixed)];
		list[i] = &tickets[i];
		tickets[i].text = arena_printf(a, "%s u%zu v%zu w%zu x%zu y%zu",
					       mixed[i % N(mixed)].text, i, i, i, i, i);
	}
	*ret_result = words_make(a, &training, &words, &err);
	if (*ret_result < 0)
		assert_non_null(strstr(err.msg, "9 training tickets are too few"));
	return words;
}

static void any_number_of_labels_fits(void **state)
{
	static const size_t sizes[] = { 40, WORDS_MOST_TICKETS + 400 };

	(void)state;
	for (size_t s = 0; s < N(sizes); s++) {
		struct arena a = { 0 };
		int result;
		struct words *words = trained_each(&a, sizes[s], &result);

		assert_int_equal(result, 0);
		for (size_t i = 0; i < N(mixed); i++) {
			bool fits[3];

			words_fits(words, mixed[i].text, fits);
			assert_memory_equal(fits, mixed_fits[i], sizeof(fits));
		}
		assert_true(words_fit(words)->quality.right >= words_n_learnt(words) * 9 / 10);
		arena_release(&a);
	}
}

static void too_few_tickets_of_several_labels(void **state)
{
	struct arena a = { 0 };
	int result;

	(void)state;
	trained_each(&a, 9, &result);
	assert_int_equal(result, -1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tf_idf_by_hand),
		cmocka_unit_test(each_text_gets_its_label),
		cmocka_unit_test(it_is_trained_on_first_use),
		cmocka_unit_test(same_tickets_give_same_words),
		cmocka_unit_test(learns_from_a_part_of_many),
		cmocka_unit_test(sparse_rows_are_solved),
		cmocka_unit_test(too_little_is_said),
		cmocka_unit_test(any_number_of_labels_fits),
		cmocka_unit_test(too_few_tickets_of_several_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The baselines: the label that most tickets have, and Naive Bayes checked against sums done by
 * hand and against the formula of the book, written out the long way.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/baseline/baseline.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void near(double value, double expected, const char *what)
{
	if (!(fabs(value - expected) <= 1e-12))
		fail_msg("%s: %.17g, expected %.17g", what, value, expected);
}

/* Pointers to the tickets of an array. */
static const struct ticket **pointers(struct arena *a, const struct ticket *tickets, size_t n)
{
	const struct ticket **list = arena_array(a, n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = &tickets[i];
	return list;
}

static void majority(void **state)
{
	static const struct {
		int labels[6];
		size_t n;
		double probs[3];
		int label;
	} rows[] = {
		{ { 2 }, 1, { 0, 0, 1 }, 2 },
		{ { 1, 0, 1, 2, 1, 0 }, 6, { 1.0 / 3, .5, 1.0 / 6 }, 1 },
		{ { 2, 1, 2, 1 }, 4, { 0, .5, .5 }, 1 }, /* a tie: the job's order */
		{ { 2, 1, 0 }, 3, { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct ticket tickets[6] = { 0 };
		const struct ticket *list[6];
		double probs[3];

		for (size_t k = 0; k < rows[i].n; k++) {
			tickets[k].label = rows[i].labels[k];
			list[k] = &tickets[k];
		}
		assert_int_equal(baseline_majority(list, rows[i].n, 3, probs), rows[i].label);
		for (size_t k = 0; k < 3; k++)
			near(probs[k], rows[i].probs[k], "share");
	}
}

static void majority_of_gold_answers(void **state)
{
	static const struct {
		const char *gold[6];
		size_t n;
		const char *most;
	} rows[] = {
		{ { "{b}" }, 1, "{b}" },
		{ { "{c}", "{a}", "{b}", "{a}" }, 4, "{a}" },
		{ { "{c}", "{a}", "{a}", "{c}", "{b}" }, 5, "{c}" }, /* a tie: the first ticket */
		{ { "{b}", "{a}", "{c}", "{c}", "{c}" }, 5, "{c}" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct ticket tickets[6] = { 0 };
		const struct ticket *list[6];

		for (size_t k = 0; k < rows[i].n; k++) {
			tickets[k].gold = rows[i].gold[k];
			list[k] = &tickets[k];
		}
		assert_string_equal(baseline_majority_gold(list, rows[i].n), rows[i].most);
	}
}

/*
 * Label 0 holds "a b" and "a": grams a a b ab, 4 in all. Label 1 holds "b c": b c bc, 3 in all.
 * Known: a, b, ab, c, bc, so 5, and the terms are (count + 1) / 9 and (count + 1) / 8.
 * Shares: 2/3 and 1/3.
 */
static const struct ticket tiny[] = {
	{ .text = "a b", .label = 0 },
	{ .text = "b c", .label = 1 },
	{ .text = "A!", .label = 0 },
};

static void bayes_by_hand(void **state)
{
	static const struct {
		const char *text;
		double weights[2];
	} rows[] = {
		{ "a", { 2. / 3 * 3 / 9, 1. / 3 * 1 / 8 } },
		{ "b", { 2. / 3 * 2 / 9, 1. / 3 * 2 / 8 } },
		{ "c", { 2. / 3 * 1 / 9, 1. / 3 * 2 / 8 } },
		{ "b c", { 2. / 3 * 2 / 9 * 1 / 9 * 1 / 9, 1. / 3 * 2 / 8 * 2 / 8 * 2 / 8 } },
		{ "A, B", { 2. / 3 * 3 / 9 * 2 / 9 * 2 / 9, 1. / 3 * 1 / 8 * 2 / 8 * 1 / 8 } },
		{ "c a", { 2. / 3 * 1 / 9 * 3 / 9, 1. / 3 * 2 / 8 * 1 / 8 } }, /* no bigram ca */
		{ "a a", { 2. / 3 * 3 / 9 * 3 / 9, 1. / 3 * 1 / 8 * 1 / 8 } }, /* repeats count */
		{ "a x b", { 2. / 3 * 3 / 9 * 2 / 9, 1. / 3 * 1 / 8 * 2 / 8 } }, /* x unseen */
		{ "x y z", { 2. / 3, 1. / 3 } }, /* nothing known: the shares */
		{ "", { 2. / 3, 1. / 3 } },
		{ "?!", { 2. / 3, 1. / 3 } },
	};
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tiny, N(tiny)), N(tiny), 2);

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const double *w = rows[i].weights;
		double probs[2];

		assert_int_equal(bayes_classify(bayes, rows[i].text, probs), w[1] > w[0]);
		near(probs[0], w[0] / (w[0] + w[1]), rows[i].text);
		near(probs[1], w[1] / (w[0] + w[1]), rows[i].text);
	}
	arena_release(&a);
}

/* Equal evidence for both labels, added up in another order for each: the first one. */
static void ties(void **state)
{
	static const struct ticket tickets[] = {
		{ .text = "one one two", .label = 2 },
		{ .text = "three three four", .label = 1 },
	};
	static const char *const texts[] = {
		"",
		"unknown",
		"one three",
		"three one",
		"two four",
		"one four two three",
		"four one three two x one three",
	};
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tickets, 2), 2, 3);

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		double probs[3];

		assert_int_equal(bayes_classify(bayes, texts[i], probs), 1);
		near(probs[1], .5, texts[i]);
		near(probs[2], .5, texts[i]);
	}
	arena_release(&a);
}

/* A label without a training ticket is never chosen. */
static void label_without_tickets(void **state)
{
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tiny, N(tiny)), N(tiny), 4);
	double probs[4];

	(void)state;
	assert_int_equal(bayes_classify(bayes, "b c", probs), 1);
	assert_true(probs[2] == 0);
	assert_true(probs[3] == 0);
	near(probs[0] + probs[1], 1, "sum");
	arena_release(&a);
}

/* The training tickets hold only signs: only the shares count. */
static void no_words(void **state)
{
	static const struct ticket tickets[] = { { .text = "!", .label = 0 },
						 { .text = "", .label = 1 },
						 { .text = "🙂", .label = 1 } };
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tickets, 3), 3, 2);
	double probs[2];

	(void)state;
	assert_int_equal(bayes_classify(bayes, "🙂 hello", probs), 1);
	near(probs[0], 1. / 3, "share");
	near(probs[1], 2. / 3, "share");
	arena_release(&a);
}

static void scripts(void **state)
{
	static const struct ticket tickets[] = {
		{ .text = "Моя карта не работает", .label = 0 },
		{ .text = "Где мой перевод", .label = 1 },
		{ .text = "بطاقتي لا تعمل", .label = 0 },
		{ .text = "أين التحويل", .label = 1 },
		{ .text = "मेरा कार्ड काम नहीं करता", .label = 0 },
		{ .text = "मेरा ट्रांसफर कहाँ है", .label = 1 },
		{ .text = "我的银行卡不能用", .label = 0 },
		{ .text = "转账什么时候到", .label = 1 },
		{ .text = "カードが使えません", .label = 0 },
		{ .text = "振込はどこですか", .label = 1 },
		{ .text = "카드가 작동하지 않아요", .label = 0 },
		{ .text = "송금이 어디에 있나요", .label = 1 },
	};
	static const struct {
		const char *text;
		int label;
	} rows[] = {
		{ "КАРТА!", 0 },     { "перевод?", 1 },	    { "بطاقتي", 0 },
		{ "التحويل", 1 },    { "कार्ड", 0 },	    { "ट्रांसफर", 1 },
		{ "信用卡坏了", 0 }, { "为什么转账慢", 1 }, { "カードをなくした", 0 },
		{ "振込がない", 1 }, { "카드", 0 },	    { "송금", 1 },
	};
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tickets, N(tickets)), N(tickets), 2);

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		double probs[2];

		if (bayes_classify(bayes, rows[i].text, probs) != rows[i].label)
			fail_msg("'%s': %.3f %.3f", rows[i].text, probs[0], probs[1]);
		assert_true(probs[rows[i].label] > .5);
		near(probs[0] + probs[1], 1, "sum");
	}
	arena_release(&a);
}

enum { WORDS = 6, LABELS = 3, TICKETS = 20, GRAMS = WORDS + WORDS * WORDS };

/* "w0 w3 w3 …" of up to 7 words; counts its grams: words first, then pairs. */
static const char *random_text(struct arena *a, uint64_t *seed, int counts[GRAMS])
{
	size_t n = random_below(seed, 8), before = WORDS;
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		size_t word = random_below(seed, WORDS);

		text = arena_printf(a, "%s w%zu", text, word);
		counts[word]++;
		if (before < WORDS)
			counts[WORDS + before * WORDS + word]++;
		before = word;
	}
	return text;
}

/* Every term of the formula, one by one: P(label) * product of (count + 1) / (total + known). */
static void against_the_formula(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 300; round++) {
		int counts[LABELS][GRAMS] = { 0 }, asked[GRAMS] = { 0 }, n_of[LABELS] = { 0 };
		struct ticket tickets[TICKETS] = { 0 };
		double probs[LABELS], weights[LABELS], sum = 0;
		struct arena a = { 0 };
		struct bayes *bayes;
		size_t known = 0;

		for (size_t i = 0; i < TICKETS; i++) {
			tickets[i].label = (int)random_below(&seed, LABELS);
			tickets[i].text = random_text(&a, &seed, counts[tickets[i].label]);
			n_of[tickets[i].label]++;
		}
		bayes = bayes_train(&a, pointers(&a, tickets, TICKETS), TICKETS, LABELS);
		bayes_classify(bayes, random_text(&a, &seed, asked), probs);
		for (size_t g = 0; g < GRAMS; g++)
			known += counts[0][g] + counts[1][g] + counts[2][g] > 0;
		for (size_t label = 0; label < LABELS; label++) {
			double total = (double)known;

			weights[label] = (double)n_of[label] / TICKETS;
			for (size_t g = 0; g < GRAMS; g++)
				total += counts[label][g];
			for (size_t g = 0; g < GRAMS; g++)
				if (counts[0][g] + counts[1][g] + counts[2][g] > 0)
					weights[label] *=
						pow((counts[label][g] + 1) / total, asked[g]);
			sum += weights[label];
		}
		for (size_t label = 0; label < LABELS; label++)
			near(probs[label], weights[label] / sum, "the formula");
		arena_release(&a);
	}
}

/* A ticket of a million words: sums of logarithms neither overflow nor lose the label. */
static void long_text(void **state)
{
	enum { TIMES = 500000 };
	struct arena a = { 0 };
	struct bayes *bayes = bayes_train(&a, pointers(&a, tiny, N(tiny)), N(tiny), 2);
	char *text = arena_alloc(&a, TIMES * 4 + 1);
	double probs[2];

	(void)state;
	for (size_t i = 0; i < TIMES; i++)
		memcpy(text + i * 4, "b c ", 4);
	assert_int_equal(bayes_classify(bayes, text, probs), 1);
	near(probs[1], 1, "certain");
	assert_true(probs[0] == 0);
	arena_release(&a);
}

/* The model holds copies: nothing of the training tickets is needed afterwards. */
static void size_and_ownership(void **state)
{
	struct ticket tickets[40] = { 0 };
	struct arena a = { 0 }, texts = { 0 };
	struct bayes *small, *large;
	double before[2], after[2];

	(void)state;
	for (size_t i = 0; i < N(tickets); i++) {
		tickets[i].text = arena_printf(&texts, "number %zu of many", i);
		tickets[i].label = (int)(i % 2);
	}
	small = bayes_train(&a, pointers(&texts, tickets, 20), 20, 2);
	large = bayes_train(&a, pointers(&texts, tickets, 40), 40, 2);
	assert_true(bayes_bytes(small) > 0);
	assert_true(bayes_bytes(large) > bayes_bytes(small));
	assert_true(bayes_bytes(small) + bayes_bytes(large) <= (int64_t)a.used_bytes);
	bayes_classify(large, "number 7 of many", before);
	arena_release(&texts);
	bayes_classify(large, "number 7 of many", after);
	assert_memory_equal(before, after, sizeof(before));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(majority),
		cmocka_unit_test(majority_of_gold_answers),
		cmocka_unit_test(bayes_by_hand),
		cmocka_unit_test(ties),
		cmocka_unit_test(label_without_tickets),
		cmocka_unit_test(no_words),
		cmocka_unit_test(scripts),
		cmocka_unit_test(against_the_formula),
		cmocka_unit_test(long_text),
		cmocka_unit_test(size_and_ownership),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The split into tests, examples and training tickets: sizes by hand, and what holds for any data.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/ticket/leak_guard.h"
#include "job/ticket/split.h"

static const char *const words[] = { "invoice", "printer",  "password", "garden", "holiday",
				     "engine",	"quarter",  "blanket",	"yellow", "mountain",
				     "kitchen", "umbrella", "network",	"signal", "candle" };

/* Texts of words in an order that no two tickets share: (nearly) no repeats. */
static struct ticket split_ticket(struct arena *a, size_t i, int label)
{
	const char *text = arena_printf(a, "%s %zu%zu%zu %s %zu%zu %s", words[i * 7 % 15],
					i * 31 + 7, i * 17, i * 3, words[(i * 4 + i / 15) % 15],
					i * 13 + 3, i * 101, words[(i + i / 7) % 15]);

	return (struct ticket){
		.id = arena_printf(a, "%zu", i), .text = text, .text_len = 1, .label = label
	};
}

static struct ticket *split_data(struct arena *a, const size_t *counts, size_t n_labels)
{
	struct ticket *tickets = arena_array(a, 1000, sizeof(*tickets));
	size_t n = 0;

	for (size_t label = 0; label < n_labels; label++)
		for (size_t i = 0; i < counts[label]; i++, n++)
			tickets[n] = split_ticket(a, n, (int)label);
	return tickets;
}

static void sizes_by_hand(void **state)
{
	static const struct {
		size_t counts[4], n_tests, per_label, n_training;
	} rows[] = {
		{ { 100, 100, 60, 40 }, 25, 4, 259 },
		{ { 10, 5, 3, 2 }, 16, 1, 0 }, /* a third of 20 tickets gives 1 of each label */
		{ { 10, 10, 10, 10 }, 25, 3, 3 }, /* 40 - 25 gives 3 of each */
		{ { 50, 50, 50, 1 }, 25, 1, 122 }, /* the only ticket of a label is its example */
		{ { 50, 50, 50, 2 }, 25, 1, 123 },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct split_wishes wishes = { 4, 25, 4, 1 };
		struct ticket *tickets = split_data(&a, rows[i].counts, 4);
		size_t n = 0;
		struct split split;

		for (size_t k = 0; k < 4; k++)
			n += rows[i].counts[k];
		split_tickets(&a, tickets, n, &wishes, &split);
		assert_int_equal(split.n[SPLIT_TEST], rows[i].n_tests);
		assert_int_equal(split.per_label, rows[i].per_label);
		assert_int_equal(split.n[SPLIT_TRAINING], rows[i].n_training);
	}
	arena_release(&a);
}

/* Each label has its share of the tests. */
static void shares_of_labels(void **state)
{
	static const size_t counts[] = { 100, 60, 36, 4 };
	static const size_t expected[] = { 12, 8, 4, 1 };
	const struct split_wishes wishes = { 4, 25, 2, 1 };
	struct arena a = { 0 };
	struct ticket *tickets = split_data(&a, counts, 4);
	size_t found[4] = { 0 };
	struct split split;

	(void)state;
	split_tickets(&a, tickets, 200, &wishes, &split);
	for (size_t i = 0; i < 200; i++)
		if (split.parts[i] == SPLIT_TEST)
			found[tickets[i].label]++;
	for (size_t i = 0; i < 4; i++)
		assert_in_range(found[i], expected[i] - (i < 2), expected[i] + (i < 3));
	arena_release(&a);
}

/* What the label with the fewest examples cannot match is for training. */
static void examples_are_as_many_of_each_label(void **state)
{
	static const size_t counts[] = { 40, 5 };
	const struct split_wishes wishes = { 2, 20, 4, 1 };
	struct arena a = { 0 };
	struct ticket *tickets = split_data(&a, counts, 2);
	size_t found[2][SPLIT_PARTS] = { 0 };
	struct split split;

	(void)state;
	for (size_t i = 41; i < 45; i++)
		tickets[i].text = "My parcel has not arrived, and nobody answers the phone.";
	split_tickets(&a, tickets, 45, &wishes, &split);
	for (size_t i = 0; i < 45; i++)
		found[tickets[i].label][split.parts[i]]++;
	assert_int_equal(split.per_label, 1);
	assert_int_equal(found[0][SPLIT_EXAMPLE], 1);
	assert_int_equal(found[1][SPLIT_EXAMPLE], 1);
	assert_int_equal(found[0][SPLIT_TRAINING], 40 - 1 - found[0][SPLIT_TEST]);
	arena_release(&a);
}

/* Repeats, other labels for the same text, and tickets without a label. */
static void what_is_set_aside(void **state)
{
	static const size_t counts[] = { 30, 30 };
	const struct split_wishes wishes = { 2, 10, 4, 7 };
	struct arena a = { 0 };
	struct ticket *tickets = split_data(&a, counts, 2);
	struct split split, again;

	(void)state;
	tickets[3].text = tickets[40].text; /* labels 0 and 1 */
	tickets[5].label = -1;
	for (size_t i = 10; i < 20; i++)
		tickets[i].text = "Out of office: I am back on Monday. Please call Ann instead.";
	split_tickets(&a, tickets, 60, &wishes, &split);
	assert_int_equal(split.parts[3], SPLIT_TWO_LABELS);
	assert_int_equal(split.parts[40], SPLIT_TWO_LABELS);
	assert_int_equal(split.parts[5], SPLIT_POOL);
	assert_int_equal(split.n[SPLIT_TEST], 10);
	for (size_t i = 0; i < 60; i++)
		for (size_t k = 0; k < 60; k++)
			if (i != k && split.parts[i] == SPLIT_TEST &&
			    (split.parts[k] == SPLIT_TEST || split.parts[k] == SPLIT_EXAMPLE ||
			     split.parts[k] == SPLIT_TRAINING))
				assert_true(text_similarity(tickets[i].text, tickets[k].text) <
					    LEAK_GUARD_NEAR);
	split_tickets(&a, tickets, 60, &wishes, &again);
	assert_memory_equal(split.parts, again.parts, 60 * sizeof(*split.parts));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_by_hand),
		cmocka_unit_test(shares_of_labels),
		cmocka_unit_test(examples_are_as_many_of_each_label),
		cmocka_unit_test(what_is_set_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

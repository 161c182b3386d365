/*
 * Which tickets count: each group once, none that was seen before, and all if all were seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/evidence.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { MAX = 12 };

struct row {
	size_t n;
	const char *groups[MAX]; /* NULL: none */
	const char *seen; /* one character per ticket: 's' seen, 'c' a copy, 'b' both */
	const char *counts; /* one character per ticket: '+' if it counts */
	size_t n_repeats, n_seen;
	bool edited;
	size_t n_copies;
};

static void assert_row(const struct row *row)
{
	struct ticket tickets[MAX] = { 0 };
	bool seen[MAX] = { false }, copies[MAX] = { false };
	struct arena a = { 0 };
	struct evidence e;
	char counts[MAX + 1] = { 0 };
	size_t n_counts = 0;

	for (size_t i = 0; i < row->n; i++) {
		tickets[i].group = row->groups[i];
		seen[i] = strchr("sb", row->seen[i]) != NULL;
		copies[i] = strchr("cb", row->seen[i]) != NULL;
		n_counts += row->counts[i] == '+';
	}
	evidence_choose(&a, tickets, row->n, seen, copies, &e);
	for (size_t i = 0; i < row->n; i++)
		counts[i] = e.counts[i] ? '+' : '-';
	assert_string_equal(counts, row->counts);
	assert_int_equal(e.n_counts, n_counts);
	assert_int_equal(e.n_repeats, row->n_repeats);
	assert_int_equal(e.n_copies, row->n_copies);
	assert_int_equal(e.n_seen, row->n_seen);
	assert_int_equal(e.edited, row->edited);
	arena_release(&a);
}

static void by_hand(void **state)
{
	static const struct row rows[] = {
		{ 0, { NULL }, "", "", 0, 0, false, 0 },
		{ 3, { NULL, NULL, NULL }, "...", "+++", 0, 0, false, 0 },
		/* The first of a group counts, wherever the others stand. */
		{ 5, { "anna", "ben", "anna", NULL, "anna" }, ".....", "++-+-", 2, 0, false, 0 },
		/* No group, and an empty one, are no group. */
		{ 4, { "", "", NULL, NULL }, "....", "++++", 0, 0, false, 0 },
		/* Groups are compared letter by letter. */
		{ 4, { "anna", "Anna", "anna ", "ann" }, "....", "++++", 0, 0, false, 0 },
		/* What was seen does not count, and the fresh ones do. */
		{ 4, { NULL, NULL, NULL, NULL }, "ss..", "--++", 0, 2, false, 0 },
		/* The first of a group was seen, so the next one counts. */
		{ 4, { "anna", "anna", "anna", "ben" }, "s..s", "-+--", 1, 2, false, 0 },
		/* All were seen: all count, once a group, and the verdict is capped. */
		{ 4, { "anna", "anna", NULL, NULL }, "ssss", "+-++", 1, 4, true, 0 },
		{ 1, { NULL }, "s", "+", 0, 1, true, 0 },
		/* A copy never counts, whatever was seen, and is no repeat of its group. */
		{ 4, { NULL, NULL, NULL, NULL }, ".cc.", "+--+", 0, 0, false, 2 },
		{ 4, { NULL, NULL, NULL, NULL }, "sc.b", "--+-", 0, 2, false, 1 },
		{ 3, { NULL, NULL, NULL }, "sbs", "+-+", 0, 3, true, 1 },
		{ 4, { "anna", "anna", "anna", NULL }, "c..c", "-+--", 1, 0, false, 2 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_row(&rows[i]);
}

static size_t earlier_of_group(const struct ticket *tickets, const bool *counts, size_t at)
{
	size_t n = 0;

	for (size_t i = 0; i < at; i++)
		n += tickets[i].group && tickets[at].group &&
		     !strcmp(tickets[i].group, tickets[at].group) && counts[i];
	return n;
}

/* Random tickets: one counts exactly if it is fresh and no earlier one of its group counts. */
static void any_tickets(void **state)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g" };
	uint64_t seed = 94;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct ticket tickets[60] = { 0 };
		bool seen[60], copies[60];
		size_t n = 1 + random_below(&seed, N(tickets)), n_groups = random_below(&seed, 8);
		struct arena a = { 0 };
		struct evidence e;
		size_t n_counts = 0;

		for (size_t i = 0; i < n; i++) {
			size_t g = random_below(&seed, N(names));

			tickets[i].group = g < n_groups ? names[g] : NULL;
			seen[i] = random_below(&seed, 3) == 0;
			copies[i] = random_below(&seed, 5) == 0;
		}
		evidence_choose(&a, tickets, n, seen, copies, &e);
		for (size_t i = 0; i < n; i++) {
			bool counts = (e.edited || !seen[i]) && !copies[i] &&
				      earlier_of_group(tickets, e.counts, i) == 0;

			assert_int_equal(e.counts[i], counts);
			n_counts += counts;
		}
		assert_int_equal(e.n_counts, n_counts);
		assert_int_equal(e.n_counts + e.n_repeats + e.n_copies + (e.edited ? 0 : e.n_seen),
				 n);
		arena_release(&a);
	}
}

/* Many tickets of one customer are one piece of evidence, and choosing stays quick. */
static void one_large_group(void **state)
{
	enum { MANY = 200000 };
	struct arena a = { 0 };
	struct ticket *tickets = arena_array(&a, MANY, sizeof(*tickets));
	bool *seen = arena_array(&a, MANY, sizeof(*seen)), *copies = seen;
	struct evidence e;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		tickets[i].group = "the same";
	evidence_choose(&a, tickets, MANY, seen, copies, &e);
	assert_int_equal(e.n_counts, 1);
	assert_true(e.counts[0]);
	assert_int_equal(e.n_repeats, MANY - 1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(any_tickets),
		cmocka_unit_test(one_large_group),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}

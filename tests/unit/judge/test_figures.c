/*
 * Figures of written answers: how they ended, counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/task/figures.h"

static const struct label marks[] = { { "right", NULL }, { "wrong", NULL }, { "invalid", NULL } };

static struct answer answers[] = {
	{ .label = 0, .raw = "{}", .raw_len = 2 },
	{ .label = 0, .raw = "{}", .raw_len = 2 },
	{ .label = 2, .raw = "x", .raw_len = 1 },
	{ .label = -1, .outcome = OUTCOME_TIMEOUT },
};

static void count_endings(struct arena *a, enum task task, struct figures *ret_figures)
{
	static const struct ticket tickets[] = {
		{ .text = "a", .gold = "{}" }, { .text = "b", .gold = "{}" },
		{ .text = "c", .gold = "{}" }, { .text = "d", .gold = "{}" },
		{ .text = "e", .gold = "{}" },
	};
	struct answer *by_ticket[] = { &answers[0], NULL, &answers[1], &answers[2], &answers[3] };
	const struct figured of = {
		.task = { task, "{\"type\": \"object\", \"properties\": {}}" },
		.labels = marks,
		.n_labels = 3,
		.tickets = tickets,
		.answers = by_ticket,
		.n = 5,
	};

	task_figures(a, &of, ret_figures);
}

/* A mark that no answer got has no row; a ticket that was not asked is not counted. */
static void endings_are_counted_by_mark(void **state)
{
	static const char *const cells[] = { "right", "2",	   "50%", "invalid", "1",
					     "25%",   "no answer", "1",	  "25%" };
	struct arena a = { 0 };
	struct figures figures;

	(void)state;
	count_endings(&a, TASK_EXTRACT, &figures);
	assert_true(figures.n >= 1);
	assert_string_equal(figures.tables[0].name, "endings");
	assert_int_equal(figures.tables[0].n_columns, 3);
	assert_int_equal(figures.tables[0].n_cells, 9);
	for (size_t i = 0; i < 9; i++)
		assert_string_equal(figures.tables[0].cells[i], cells[i]);
	arena_release(&a);
}

static void labels_have_no_endings(void **state)
{
	struct arena a = { 0 };
	struct figures figures;

	(void)state;
	count_endings(&a, TASK_CLASSIFY, &figures);
	for (size_t i = 0; i < figures.n; i++)
		assert_string_not_equal(figures.tables[i].name, "endings");
	arena_release(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(endings_are_counted_by_mark),
		cmocka_unit_test(labels_have_no_endings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

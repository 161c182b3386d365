/*
 * Figures of the task extract, counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "judge/task/figures.h"

static const char form[] =
	"{\"type\":\"object\",\"properties\":{\"who\":{\"type\":[\"string\",\"null\"]},"
	"\"n\":{\"type\":[\"number\",\"null\"]}},\"required\":[\"who\",\"n\"]}";

static const struct ticket tickets[] = {
	{ .text = "Ann Lee: 1", .gold = "{\"who\":\"Ann Lee\",\"n\":1}" },
	{ .text = "Bob: 2", .gold = "{\"who\":\"Bob\",\"n\":2}" },
	{ .text = "nobody", .gold = "{\"who\":null,\"n\":null}" },
	{ .text = "Cy: 4 or 5", .gold = "{\"who\":\"Cy\",\"n\":4}" },
	{ .text = "Dee: 6", .gold = "{\"who\":\"Dee\",\"n\":6}" },
	{ .text = "", .gold = NULL }, /* purged */
};

static const char *const texts[] = {
	"{\"who\": \"ann\", \"n\": 1}", /* a piece; exact */
	"{\"who\": \"BOB\", \"n\": 2.0}", /* the same, twice */
	"{\"who\": null, \"n\": null}",
	"{\"who\": null, \"n\": 5}", /* missing; wrong */
	"Dee", /* no JSON */
	"{\"who\": \"Eve\", \"n\": 7}",
};

/* Of who: 4 expected, 2 given, 2 found. Of n: 4 expected, 3 given, 2 found. */
static const char *const fields[] = {
	"who",	      "4", "2", "2", "100%", "50%", "67%", "0", "1", "0",
	"n",	      "4", "3", "2", "67%",  "50%", "57%", "1", "0", "0",
	"all fields", "8", "5", "4", "80%",  "50%", "62%", "1", "1", "0",
};

static const char *const rules[] = { "exact",	"1", "the same but for writing", "1",
				     "a piece", "1", "none: it is not right",	 "2" };

static void check_table(const struct figures *figures, const char *name, const char *const *cells,
			size_t n)
{
	for (size_t i = 0; i < figures->n; i++) {
		const struct figure_table *t = &figures->tables[i];

		if (strcmp(t->name, name) != 0)
			continue;
		assert_int_equal(t->n_cells, n);
		assert_int_equal(n % t->n_columns, 0);
		for (size_t k = 0; k < n; k++)
			assert_string_equal(t->cells[k], cells[k]);
		return;
	}
	fail_msg("there is no table '%s'", name);
}

static void test_figures(void **state)
{
	struct answer answers[COUNT_OF(texts)], *by_ticket[COUNT_OF(texts)];
	const struct figured of = { .task = { TASK_EXTRACT, form },
				    .tickets = tickets,
				    .answers = by_ticket,
				    .n = COUNT_OF(texts) };
	struct figures figures;
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		answers[i] = (struct answer){ .label = -1,
					      .raw = (char *)texts[i],
					      .raw_len = strlen(texts[i]) };
		by_ticket[i] = &answers[i];
	}
	task_figures(&a, &of, &figures);
	check_table(&figures, "fields", fields, COUNT_OF(fields));
	check_table(&figures, "rules", rules, COUNT_OF(rules));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_figures) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

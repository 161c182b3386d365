/*
 * Numbers and names that a ticket does not hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "judge/task/summary_unfounded.h"

static void test_listed(void **state)
{
	static const struct {
		const char *said, *ticket, *listed;
	} rows[] = {
		{ "", "", "" },
		{ "It costs 40.", "It costs 40 euros.", "" },
		{ "It costs 40.", "It costs 400 euros.", "40" },
		{ "It costs 1,240.00.", "It costs 1240.", "" },
		{ "It costs 1.240,5 in all.", "It costs 12405.", "" },
		{ "It costs 40.50.", "It costs 40.", "40.50" },
		{ "In 3 days, or 13.", "In three days.", "13" },
		{ "On 03/04 at 09:30.", "On 3/4 at 9.30", "09:30" },
		{ "From 13-16 June.", "From 13 to 16 June.", "" },
		{ "On the 20th, on the 20th, on the 21st.", "It is the 19th.", "20, 21" },
		{ "Anna called. Bob wrote.", "", "" }, /* a sentence begins with a capital */
		{ "They met Anna, Bob and Anna's dog.", "Bob is here", "Anna" },
		{ "They met O'Brien in Paris (France).", "o'brien, PARIS", "France" },
		{ "So I went. I said: Hello \"World\" today, I think", "", "" },
		{ "Er wohnt in Zürich, nicht in Köln.", "zürich", "Köln" },
		{ "He met ÉMILE", "Émile", "" },
		{ "他付了40元", "付款", "40" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct summary_unfounded list = summary_unfounded(&a, rows[i].said, rows[i].ticket);

		assert_string_equal(arena_join(&a, list.items, list.n, ", "), rows[i].listed);
		arena_release(&a);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_listed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

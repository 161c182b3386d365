/*
 * Words of a text, phrases in it, and its length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/task/summary_words.h"

static void test_words(void **state)
{
	struct arena a = { 0 };
	struct summary_words one = summary_words(&a, "Don’t PAY: Ｆｕｌｌ straße, 退款。");
	struct summary_words apart = summary_words_apart(&a, "Don’t don't");

	(void)state;
	assert_string_equal(arena_join(&a, one.items, one.n, "|"), "dont|pay|full|strasse|退|款");
	assert_string_equal(arena_join(&a, apart.items, apart.n, "|"), "don|t|don|t");
	arena_release(&a);
}

static void test_states(void **state)
{
	static const struct {
		const char *text, *phrase;
		bool states;
	} rows[] = {
		{ "We replaced it.", "replac", true },
		{ "We replaced it.", "placed", false },
		{ "We replaced it.", "replac it", false }, /* only the last word may run on */
		{ "We replaced the item.", "replaced the it", true },
		{ "It costs 400.", "40", false },
		{ "It costs 40k.", "40", true },
		{ "It costs 40.50.", "40 50", true },
		{ "It costs 1,240.", "240", true }, /* its own word */
		{ "Money-back guarantee", "money back", true },
		{ "a can't", "cant", true },
		{ "a b", "a b c", false },
		{ "", "a", false },
		{ "a", "", false },
		{ "我要退款", "退款", true },
		{ "Die Maßnahme", "massnahm", true },
		{ "MONEY", "money", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct summary_words text = summary_words(&a, rows[i].text);
		struct summary_words phrase = summary_words(&a, rows[i].phrase);

		if (summary_states(&text, &phrase) != rows[i].states)
			fail_msg("'%s' in '%s'", rows[i].phrase, rows[i].text);
		arena_release(&a);
	}
}

static void test_length(void **state)
{
	static const struct {
		const char *text;
		size_t length, first_two; /* words; bytes of the first two */
	} rows[] = {
		{ "", 0, 0 },
		{ " - … ", 0, 0 },
		{ "one", 1, 3 },
		{ "It's a follow-up.", 3, 6 },
		{ "costs €12.50, or - so", 4, 15 },
		{ "a\nb\tc\xC2\xA0"
		  "d",
		  4, 3 },
		{ "退款 ok", 3, 6 },
		{ "ok退款", 3, 5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(summary_length(rows[i].text), rows[i].length);
		assert_int_equal(summary_first_words(rows[i].text, 2), rows[i].first_two);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_words),
						   cmocka_unit_test(test_states),
						   cmocka_unit_test(test_length) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

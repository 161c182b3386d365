/*
 * Lines of a slide: none is wider than its room, words stay whole if they fit, and a cut shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/lang/script.h"
#include "base/str.h"
#include "report/page/slide_text.h"
#include "unit/random.h"

static void lines_fit(void **state)
{
	static const char *const parts[] = {
		"a", "word", "ünï", "日本", "W", "-", "supercalifragilistic", "1.5b"
	};
	uint64_t random = 7;
	struct arena a = { 0 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct slide_font font = { 20 + (double)random_below(&random, 40),
					   200 + (double)random_below(&random, 900), round % 2 };
		const char *lines[SLIDE_MAX_LINES], *text = "";
		size_t n, most = 1 + random_below(&random, SLIDE_MAX_LINES);
		bool whole;

		for (size_t i = random_below(&random, 30); i > 0; i--)
			text = arena_add_item(&a, text, random_below(&random, 3) ? " " : "", "%s",
					      parts[random_below(&random, 8)]);
		n = slide_text_lines(&a, text, &font, most, lines, &whole);
		assert_true(n <= most);
		for (size_t i = 0; i < n; i++) {
			assert_true(slide_text_width(lines[i], font.size_px, font.bold) <=
				    font.width_px);
			assert_int_equal(str_utf8_error(lines[i], strlen(lines[i])), -1);
		}
		assert_int_equal(!whole, n > 0 && str_ends(lines[n - 1], "…"));
	}
	arena_release(&a);
}

static void words_stay_whole(void **state)
{
	const struct slide_font font = { 10, 70, false };
	const char *lines[SLIDE_MAX_LINES];
	struct arena a = { 0 };
	bool whole;

	(void)state;
	assert_int_equal(
		slide_text_lines(&a, "one two " SCRIPT_ISOLATE "three" SCRIPT_ISOLATE_END " four",
				 &font, 4, lines, &whole),
		2);
	assert_string_equal(lines[0], "one two");
	assert_string_equal(lines[1], "three four");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(words_stay_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

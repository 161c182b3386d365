/*
 * Growing bytes: they never exceed their ceiling, always end with NUL, and drop what does not fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "unit/random.h"

static void all_appends(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_string_equal(buf_text(&b), "");
	buf_adds(&b, "ab");
	buf_addc(&b, 'c');
	buf_add(&b, "d\0e", 3);
	buf_addf(&b, "%d%s", 5, "");
	assert_int_equal(b.len, 7);
	assert_memory_equal(b.data, "abcd\0e5\0", 8);
	assert_false(b.overflow);
	buf_release(&b);
}

static void empty_appends_change_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_add(&b, NULL, 0);
	buf_adds(&b, "");
	buf_addf(&b, "%s", "");
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_text(&b), "");
	buf_release(&b);
}

static void ceiling_is_exact(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_adds(&b, "1234");
	assert_false(b.overflow);
	buf_addc(&b, '5');
	assert_true(b.overflow);
	assert_string_equal(buf_text(&b), "1234");
	buf_clear(&b);
	assert_false(b.overflow);
	buf_addf(&b, "%d", 12345);
	assert_true(b.overflow);
	assert_string_equal(buf_text(&b), "");
	buf_release(&b);
	buf_init(&b, 0);
	buf_addc(&b, 'x');
	assert_true(b.overflow);
	assert_string_equal(buf_text(&b), "");
	buf_release(&b);
}

/* After an overflow all appends are dropped, even if they would fit: no gaps in the text. */
static void overflow_is_sticky(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 6);
	buf_adds(&b, "abc");
	buf_adds(&b, "much too long");
	buf_addc(&b, 'd');
	buf_addf(&b, "e");
	assert_string_equal(buf_text(&b), "abc");
	buf_add(&b, "x", SIZE_MAX);
	assert_int_equal(b.len, 3);
	buf_release(&b);
}

static void take_hands_over_the_memory(void **state)
{
	struct buf b;
	char *text;

	(void)state;
	buf_init(&b, 10);
	text = buf_take(&b);
	assert_string_equal(text, "");
	free(text);
	buf_adds(&b, "mine");
	text = buf_take(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_text(&b), "");
	buf_adds(&b, "0123456789");
	assert_string_equal(text, "mine");
	assert_string_equal(buf_text(&b), "0123456789");
	buf_addc(&b, 'x');
	assert_true(b.overflow);
	free(text);
	buf_release(&b);
	buf_release(&b);
}

static void items_are_separated(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_add_item(&b, ", ", "'%s'", "a");
	assert_string_equal(buf_text(&b), "'a'");
	buf_add_item(&b, ", ", "%d", 12);
	assert_string_equal(buf_text(&b), "'a', 12");
	buf_add_item(&b, ", ", "%d", 34);
	assert_true(b.overflow);
	assert_string_equal(buf_text(&b), "'a', 12");
	buf_release(&b);
}

static void to_arena_copies_and_releases(void **state)
{
	struct arena a = { 0 };
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_string_equal(buf_to_arena(&b, &a), "");
	buf_add(&b, "x\0y", 3);
	assert_memory_equal(buf_to_arena(&b, &a), "x\0y\0", 4);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	arena_release(&a);
}

static void front_is_dropped(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 6);
	buf_drop_front(&b, 3);
	assert_string_equal(buf_text(&b), "");
	buf_adds(&b, "abcdef");
	buf_drop_front(&b, 0);
	buf_drop_front(&b, 2);
	assert_string_equal(buf_text(&b), "cdef");
	buf_adds(&b, "gh"); /* there is room again */
	assert_string_equal(buf_text(&b), "cdefgh");
	assert_false(b.overflow);
	buf_drop_front(&b, 100);
	assert_string_equal(buf_text(&b), "");
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

/* Random appends, compared with a plain array. */
static void behaves_like_an_array(void **state)
{
	static char model[5000], piece[400];
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t max = random_below(&seed, sizeof(model)), len = 0;
		bool overflow = false;
		struct buf b;

		buf_init(&b, max);
		for (int i = 0; i < 40; i++) {
			size_t n = random_below(&seed, sizeof(piece));

			random_bytes(&seed, piece, n);
			buf_add(&b, piece, n);
			overflow |= len + n > max;
			if (!overflow) {
				memcpy(model + len, piece, n);
				len += n;
			}
			assert_int_equal(b.len, len);
			assert_int_equal(b.overflow, overflow);
			assert_memory_equal(buf_text(&b), model, len);
			assert_int_equal(buf_text(&b)[len], '\0');
		}
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_appends),
		cmocka_unit_test(empty_appends_change_nothing),
		cmocka_unit_test(ceiling_is_exact),
		cmocka_unit_test(overflow_is_sticky),
		cmocka_unit_test(take_hands_over_the_memory),
		cmocka_unit_test(items_are_separated),
		cmocka_unit_test(to_arena_copies_and_releases),
		cmocka_unit_test(front_is_dropped),
		cmocka_unit_test(behaves_like_an_array),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}

/*
 * Arenas: zeroed, aligned, disjoint memory, copies of text, lists, release, and the end of the
 * process if there is no memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "unit/random.h"

/* Random sizes: each piece is zeroed, aligned, and keeps its bytes while others are written. */
static void pieces_are_zeroed_aligned_and_disjoint(void **state)
{
	enum { N = 2000 };
	static unsigned char *pieces[N];
	static size_t sizes[N];
	struct arena a = { 0 };
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		sizes[i] = random_below(&seed, i % 100 == 0 ? 200000 : 300);
		pieces[i] = arena_alloc(&a, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++)
			if (pieces[i][k])
				fail_msg("byte %zu of piece %zu is not zero", k, i);
		memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
	}
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			if (pieces[i][k] != i % 255 + 1)
				fail_msg("byte %zu of piece %zu was overwritten", k, i);
	arena_release(&a);
}

static void empty_allocations_are_distinct(void **state)
{
	struct arena a = { 0 };
	void *x = arena_alloc(&a, 0), *y = arena_array(&a, 0, 8), *z = arena_array(&a, 8, 0);

	(void)state;
	assert_true(x && y && z);
	assert_true(x != y && y != z);
	arena_release(&a);
}

static void release_empties_and_can_be_repeated(void **state)
{
	struct arena a = { 0 };

	(void)state;
	arena_release(&a);
	for (int round = 0; round < 3; round++) {
		char *text = arena_strdup(&a, "again");

		assert_true(a.used_bytes >= 6);
		assert_string_equal(text, "again");
		memset(arena_alloc(&a, 1 << 20), 1, 1 << 20);
		arena_release(&a);
		assert_null(a.last);
		assert_int_equal(a.used_bytes, 0);
		arena_release(&a);
	}
}

static void copies_of_text(void **state)
{
	struct arena a = { 0 };
	char *bytes;

	(void)state;
	assert_null(arena_strdup(&a, NULL));
	assert_string_equal(arena_strdup(&a, ""), "");
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	bytes = arena_strndup(&a, "a\0b", 3);
	assert_memory_equal(bytes, "a\0b\0", 4);
	assert_string_equal(arena_printf(&a, "%s-%03d", "x", 7), "x-007");
	assert_string_equal(arena_printf(&a, "%s", ""), "");
	arena_release(&a);
}

static void growing_arrays_keep_their_items(void **state)
{
	struct arena a = { 0 };
	size_t n = 0, cap = 0;
	int *items = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		items = arena_grow(&a, items, n, &cap, sizeof(*items));
		assert_true(cap > n);
		items[n++] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	assert_int_equal(cap, 1024);
	arena_release(&a);
}

static void lists_have_separators_between_their_items(void **state)
{
	const char *const texts[] = { "a", "", "bc" };
	struct arena a = { 0 };
	const char *list = "";

	(void)state;
	assert_string_equal(arena_join(&a, texts, 0, ", "), "");
	assert_string_equal(arena_join(&a, texts, 1, ", "), "a");
	assert_string_equal(arena_join(&a, texts, 3, ", "), "a, , bc");
	assert_string_equal(arena_join(&a, texts, 3, ""), "abc");
	assert_string_equal(arena_add_item(&a, NULL, ", ", "%s", "x"), "x");
	for (int i = 1; i <= 3; i++)
		list = arena_add_item(&a, list, ", ", "'%d'", i);
	assert_string_equal(list, "'1', '2', '3'");
	arena_release(&a);
}

static void printf_has_room_for_any_length(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (int n = 1; n < 100000; n = n * 3 + 1) {
		char *text = arena_printf(&a, "%*s|", n, "x");

		assert_int_equal(strlen(text), (size_t)n + 1);
		assert_int_equal(text[n], '|');
	}
	arena_release(&a);
}

/* The signal that ends a child that allocates n items of this size. */
static int signal_of(size_t n, size_t size)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct arena a = { 0 };

		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		arena_array(&a, n, size);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void overflow_of_a_count_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(signal_of(4, 4), 0);
	assert_int_equal(signal_of(SIZE_MAX / 2, 4), SIGABRT);
	assert_int_equal(signal_of((SIZE_MAX >> 3) + 2, 8), SIGABRT);
	assert_int_equal(signal_of(SIZE_MAX, 1), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_disjoint),
		cmocka_unit_test(empty_allocations_are_distinct),
		cmocka_unit_test(release_empties_and_can_be_repeated),
		cmocka_unit_test(copies_of_text),
		cmocka_unit_test(growing_arrays_keep_their_items),
		cmocka_unit_test(lists_have_separators_between_their_items),
		cmocka_unit_test(printf_has_room_for_any_length),
		cmocka_unit_test(overflow_of_a_count_ends_the_process),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}

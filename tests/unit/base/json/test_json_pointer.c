/*
 * JSON pointers: to values, and to lines and columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "base/json/json_pointer.h"

static const char text[] = "{\n"
			   " \"a\": [1, {\"x/y\": true}, \"]}\\\"\"],\n"
			   " \"é~\" : { \"b\":null },\"caf\\u00e9\": 2\n"
			   "}\n";

static const struct {
	const char *pointer, *value; /* JSON; NULL: leads nowhere */
	size_t line, column;
} rows[] = {
	{ "", NULL, 1, 1 },
	{ "/a/0", "1", 2, 8 },
	{ "/a/1/x~1y", "true", 2, 19 },
	{ "/a/2", "\"]}\\\"\"", 2, 26 },
	{ "/é~0/b", "null", 3, 15 },
	{ "/café", "2", 3, 35 },
};

static void test_pointers(void **state)
{
	json_t *root = json_loads(text, 0, NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		json_t *value = json_at_pointer(root, rows[i].pointer);
		size_t line = 0, column = 0;

		assert_non_null(value);
		if (rows[i].value) {
			char *found = json_dumps(value, JSON_ENCODE_ANY);

			assert_string_equal(found, rows[i].value);
			free(found);
		}
		assert_true(json_place(text, rows[i].pointer, &line, &column));
		assert_int_equal(line, rows[i].line);
		assert_int_equal(column, rows[i].column);
	}
	json_decref(root);
}

static void test_nowhere(void **state)
{
	static const char *const nowhere[] = { "/b", "/a/3", "/a/x", "/a/0/1", "a", "/é" };
	json_t *root = json_loads(text, 0, NULL);
	size_t line, column;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nowhere); i++)
		assert_null(json_at_pointer(root, nowhere[i]));
	for (size_t i = 0; i < COUNT_OF(nowhere); i++)
		assert_true(nowhere[i][0] != '/' || !json_place(text, nowhere[i], &line, &column));
	json_decref(root);
}

static void test_made(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(json_pointer_member(&a, json_pointer_item(&a, "/a", 1), "x/~y"),
			    "/a/1/x~1~0y");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

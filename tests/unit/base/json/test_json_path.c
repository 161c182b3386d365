/*
 * Paths into JSON: members, places in lists, names that hold points.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json_path.h"

static const char text[] = "{\"a\": {\"b\": [{\"c\": 1}, [2, 3]]}, \"x.y\": {\"z.w\": 4}, "
			   "\"x\": {\"y\": 5, \"q\": 6}, \"0\": 7, \"n[0]\": 8, \"e\": null, "
			   "\"\xE7\xB1\xBB\xE5\x88\xAB (final)\": 9, \"end.\": 10}";

static const struct {
	const char *path, *found; /* NULL: nothing */
} paths[] = {
	{ "a.b.0.c", "1" },
	{ "a.b[0].c", "1" },
	{ "a.b.1.0", "2" },
	{ "a.b[1][1]", "3" },
	{ "x.y.z.w", "4" },
	{ "x.y", "{\"z.w\":4}" },
	{ "x.q", "6" },
	{ "0", "7" },
	{ "n[0]", "8" },
	{ "e", "null" },
	{ "\xE7\xB1\xBB\xE5\x88\xAB (final)", "9" },
	{ "end.", "10" },
	{ "a.b.2", NULL },
	{ "a.b.-1", NULL },
	{ "a.b.c", NULL },
	{ "a.b[0", NULL },
	{ "a.b.0x", NULL },
	{ "a.b.99999999999999999999999", NULL },
	{ "x.q.r", NULL },
	{ "nothing", NULL },
	{ ".a", NULL },
	{ "a..b", NULL },
};

static void test_paths(void **state)
{
	json_t *value = json_loads(text, 0, NULL);

	(void)state;
	assert_non_null(value);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		const json_t *found = json_at_path(value, paths[i].path);
		char *dump = found ? json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

		if (!dump != !paths[i].found || (dump && strcmp(dump, paths[i].found) != 0))
			fail_msg("%s finds %s", paths[i].path, dump ? dump : "nothing");
		free(dump);
	}
	assert_ptr_equal(json_at_path(value, ""), value);
	assert_null(json_at_path(NULL, "a"));
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_paths) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

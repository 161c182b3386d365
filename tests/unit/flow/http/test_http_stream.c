/* The text of a stream: its ceiling, its last part, and who holds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/http/http_stream.h"

static void test_last_text_passes_the_ceiling(void **state)
{
	struct http_stream *s;
	struct err err;

	(void)state;
	assert_int_equal(http_stream_open(8, &s, &err), 0);
	http_stream_add(s, "one ");
	http_stream_add(s, "too long");
	http_stream_add(s, "two ");
	assert_string_equal(http_stream_text(s), "one ");
	http_stream_end(s, "the end");
	assert_string_equal(http_stream_text(s), "one the end");
	http_stream_free(s);
}

static void test_held_until_let_go(void **state)
{
	struct http_stream *s;
	struct err err;

	(void)state;
	assert_int_equal(http_stream_open(8, &s, &err), 0);
	assert_false(http_stream_is_held(s));
	http_stream_hold(s);
	http_stream_hold(s);
	http_stream_let_go(s);
	assert_true(http_stream_is_held(s));
	http_stream_let_go(s);
	assert_false(http_stream_is_held(s));
	http_stream_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_text_passes_the_ceiling),
		cmocka_unit_test(test_held_until_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

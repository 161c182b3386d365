/* Which address is whose, and that a page without requests ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "page/page.h"
#include "page/page_routes.h"

static void test_addresses(void **state)
{
	static const struct {
		const char *path, *name; /* name NULL: no address */
		bool open;
	} rows[] = {
		{ "/", "", true },
		{ "/assets/main.js", "main.js", true },
		{ "/assets/../x", NULL, false },
		{ "/assets/", NULL, false },
		{ "/assets/a/b", NULL, false },
		{ "/api/state", "", false },
		{ "/api/state/", NULL, false },
		{ "/api/read/show", "show", false },
		{ "/api/actions/12/events", "12", false },
		{ "/api/actions/12/stop", "12", false },
		{ "/api/actions//stop", NULL, false },
		{ "/api/actions/12", NULL, false },
		{ "/api/actions/1/2/stop", NULL, false },
		{ "/api", NULL, false },
		{ "", NULL, false },
		{ "//", NULL, false },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = NULL;
		const struct page_route *route = page_route_find(&a, rows[i].path, &name);

		assert_true((route != NULL) == (rows[i].name != NULL));
		if (!route)
			continue;
		assert_string_equal(name, rows[i].name);
		assert_int_equal(route->open, rows[i].open);
	}
	arena_release(&a);
}

static void test_methods(void **state)
{
	struct arena a = { 0 };
	const char *name;
	const struct page_route *read = page_route_find(&a, "/api/read/show", &name);
	const struct page_route *act = page_route_find(&a, "/api/do/smoke", &name);

	(void)state;
	assert_true(page_route_takes(read, "GET") && page_route_takes(read, "HEAD"));
	assert_false(page_route_takes(read, "POST") || page_route_takes(read, "DELETE"));
	assert_true(page_route_takes(act, "POST"));
	assert_false(page_route_takes(act, "GET") || page_route_takes(act, "OPTIONS"));
	arena_release(&a);
}

static void test_page_ends_if_nobody_asks(void **state)
{
	const struct page_options options = { .idle_us = 300000 };
	struct cmd cmd = { 0 };
	struct page *page;
	int64_t start_us = clock_read_us(CLOCK_MONOTONIC), took_us;

	(void)state;
	assert_int_equal(page_open(&cmd, &options, &page), 0);
	assert_non_null(strstr(page_address(page), "http://127.0.0.1:"));
	page_serve(page);
	page_close(page);
	took_us = clock_read_us(CLOCK_MONOTONIC) - start_us;
	assert_true(took_us >= 300000 && took_us < 20000000);
	arena_release(&cmd.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_page_ends_if_nobody_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The token of the address and the cookie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page/page_session.h"

static void test_token_works_once(void **state)
{
	struct page_session s;
	char first[PAGE_SECRET_LEN + 1];

	(void)state;
	page_session_init(&s);
	memcpy(first, s.token, sizeof(first));
	assert_int_equal(strlen(first), PAGE_SECRET_LEN);
	assert_string_not_equal(s.token, s.cookie);
	assert_int_equal(page_session_enter(&s, ""), PAGE_ENTRY_WRONG);
	assert_int_equal(page_session_enter(&s, s.cookie), PAGE_ENTRY_WRONG);
	assert_string_equal(s.token, first);
	assert_int_equal(page_session_enter(&s, first), PAGE_ENTRY_OPEN);
	assert_string_not_equal(s.token, first);
	assert_int_equal(page_session_enter(&s, first), PAGE_ENTRY_USED);
	assert_int_equal(page_session_enter(&s, s.token), PAGE_ENTRY_OPEN);
	assert_int_equal(page_session_enter(&s, first), PAGE_ENTRY_WRONG);
}

static void test_cookie_is_found_among_others(void **state)
{
	struct arena a = { 0 };
	struct page_session s;

	(void)state;
	page_session_init(&s);
	s.port = 8080;
	assert_true(page_session_has_cookie(&s, arena_printf(&a, "toehold-8080=%s", s.cookie)));
	assert_true(page_session_has_cookie(
		&s, arena_printf(&a, "a=b; toehold-8080=%s; toehold-808=x", s.cookie)));
	/* A cookie of another page on this host is not ours, and does not hide ours. */
	assert_true(page_session_has_cookie(
		&s, arena_printf(&a, "toehold-8080=%048d; toehold-8080=%s", 0, s.cookie)));
	assert_false(page_session_has_cookie(&s, NULL));
	assert_false(page_session_has_cookie(&s, ""));
	assert_false(page_session_has_cookie(&s, arena_printf(&a, "toehold-80=%s", s.cookie)));
	assert_false(page_session_has_cookie(&s, arena_printf(&a, "toehold-8080=%sx", s.cookie)));
	assert_false(page_session_has_cookie(&s, arena_printf(&a, "toehold-8080=%.47s", s.cookie)));
	assert_false(page_session_has_cookie(&s, arena_printf(&a, "xtoehold-8080=%s", s.cookie)));
	assert_false(page_session_has_cookie(&s, arena_printf(&a, "toehold-8080=%048d", 0)));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_token_works_once),
		cmocka_unit_test(test_cookie_is_found_among_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

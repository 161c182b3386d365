/*
 * Errors: the parts of a message and their order, long messages, and the exit code of each kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void set_returns_minus_one_and_the_message(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, ERR_INPUT, "line %d: '%s'", 7, "x"), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.msg, "line 7: 'x'");
}

static void sys_appends_the_text_of_errno(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_sys(&err, ERR_STORE, ENOENT, "cannot open '%s'", "f"), -1);
	assert_int_equal(err.kind, ERR_STORE);
	assert_string_equal(err.msg, "cannot open 'f': No such file or directory");
}

static void wrap_puts_the_context_in_front(void **state)
{
	struct err err = { 0 };

	(void)state;
	err_set(&err, ERR_ENGINE, "inner %d", 1);
	assert_int_equal(err_wrap(&err, "in '%s'", "b"), -1);
	assert_int_equal(err_wrap(&err, "in 'a'"), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	assert_string_equal(err.msg, "in 'a': in 'b': inner 1");
}

/* A message that is too long is cut within its array and ends with NUL. */
static void long_messages_are_cut(void **state)
{
	struct {
		struct err err;
		char after[64];
	} box;
	char text[2 * sizeof(box.err.msg)];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(&box, 'z', sizeof(box));
	err_set(&box.err, ERR_INPUT, "%s", text);
	assert_int_equal(strlen(box.err.msg), sizeof(box.err.msg) - 1);
	err_wrap(&box.err, "%s", "context");
	assert_int_equal(strlen(box.err.msg), sizeof(box.err.msg) - 1);
	assert_memory_equal(box.err.msg, "context: aaa", 12);
	err_wrap(&box.err, "%s", text);
	err_sys(&box.err, ERR_INPUT, EIO, "%s", text);
	assert_int_equal(strlen(box.err.msg), sizeof(box.err.msg) - 1);
	for (size_t i = 0; i < sizeof(box.after); i++)
		assert_int_equal(box.after[i], 'z');
}

static void percent_signs_in_arguments_are_text(void **state)
{
	struct err err = { 0 };

	(void)state;
	err_set(&err, ERR_INPUT, "%s", "100%s %n");
	err_wrap(&err, "%s", "%d");
	assert_string_equal(err.msg, "%d: 100%s %n");
}

static void kinds_have_their_exit_codes(void **state)
{
	static const struct {
		enum err_kind kind;
		int code;
	} rows[] = {
		{ ERR_NONE, 0 },   { ERR_USAGE, 2 }, { ERR_INPUT, 3 },	   { ERR_REFUSED, 4 },
		{ ERR_ENGINE, 5 }, { ERR_STORE, 6 }, { ERR_STOPPED, 130 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(err_exit_code(rows[i].kind), rows[i].code);
		/* 1 is a decision (nothing clears the bar) and never an error. */
		assert_int_not_equal(err_exit_code(rows[i].kind), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_returns_minus_one_and_the_message),
		cmocka_unit_test(sys_appends_the_text_of_errno),
		cmocka_unit_test(wrap_puts_the_context_in_front),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(percent_signs_in_arguments_are_text),
		cmocka_unit_test(kinds_have_their_exit_codes),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}

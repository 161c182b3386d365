/*
 * Terminals: who decides the width and the colours, on a pseudoterminal and on a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/terminal.h"

static const char *const names[] = { "COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE",
				     "TERM",	"LC_ALL",   "LC_CTYPE", "LANG" };

static int without_environment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		unsetenv(names[i]);
	return 0;
}

/* A terminal of that width, as a stream; *ret_other is its other end. */
static FILE *terminal(unsigned short columns, int *ret_other)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int end;
	FILE *out;

	assert_int_equal(openpty(ret_other, &end, NULL, NULL, &size), 0);
	out = fdopen(end, "w");
	assert_non_null(out);
	return out;
}

static void a_terminal_has_its_own_width(void **state)
{
	int other;
	FILE *out = terminal(132, &other);

	(void)state;
	setenv("COLUMNS", "40", 1);
	assert_int_equal(terminal_columns(out), 132);
	assert_int_equal(terminal_text_columns(out), TERMINAL_TEXT_COLUMNS);
	fclose(out);
	close(other);
	out = terminal(0, &other); /* it does not say: serial lines, some editors */
	assert_int_equal(terminal_columns(out), 40);
	assert_int_equal(terminal_text_columns(out), 40);
	fclose(out);
	close(other);
}

static void other_streams_have_columns_or_80(void **state)
{
	static const char *const bad[] = { "", "0", "-1", "19", "1001", "wide", "99x" };
	char *text = NULL;
	size_t n;
	FILE *memory = open_memstream(&text, &n), *file = tmpfile();

	(void)state;
	assert_int_equal(terminal_columns(memory), 80);
	assert_int_equal(terminal_columns(file), 80);
	setenv("COLUMNS", "120", 1);
	assert_int_equal(terminal_columns(memory), 120);
	assert_int_equal(terminal_columns(file), 120);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		setenv("COLUMNS", bad[i], 1);
		assert_int_equal(terminal_columns(file), 80);
	}
	fclose(memory);
	fclose(file);
	free(text);
}

static void colours_as_is_customary(void **state)
{
	FILE *file = tmpfile(), *out;
	int other;

	(void)state;
	out = terminal(80, &other);
	assert_false(terminal_has_colour(out)); /* TERM is not set */
	setenv("TERM", "dumb", 1);
	assert_false(terminal_has_colour(out));
	setenv("TERM", "xterm", 1);
	assert_true(terminal_has_colour(out));
	assert_false(terminal_has_colour(file));
	assert_string_equal(terminal_begin(out, STYLE_STRONG), "\033[1m");
	assert_string_equal(terminal_end(out), "\033[0m");
	assert_string_equal(terminal_begin(file, STYLE_STRONG), "");
	assert_string_equal(terminal_end(file), "");
	setenv("CLICOLOR", "0", 1);
	assert_false(terminal_has_colour(out));
	setenv("CLICOLOR_FORCE", "0", 1);
	assert_false(terminal_has_colour(file));
	setenv("CLICOLOR_FORCE", "1", 1);
	assert_true(terminal_has_colour(file));
	setenv("NO_COLOR", "", 1); /* empty: not set */
	assert_true(terminal_has_colour(file));
	setenv("NO_COLOR", "1", 1);
	assert_false(terminal_has_colour(out));
	fclose(file);
	fclose(out);
	close(other);
}

static void blocks_need_utf8(void **state)
{
	(void)state;
	assert_false(terminal_has_blocks());
	setenv("LANG", "de_DE.UTF-8", 1);
	assert_true(terminal_has_blocks());
	setenv("LC_CTYPE", "C.utf8", 1);
	assert_true(terminal_has_blocks());
	setenv("LC_ALL", "C", 1);
	assert_false(terminal_has_blocks());
	setenv("LC_ALL", "", 1);
	assert_true(terminal_has_blocks());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_terminal_has_its_own_width, without_environment),
		cmocka_unit_test_setup(other_streams_have_columns_or_80, without_environment),
		cmocka_unit_test_setup(colours_as_is_customary, without_environment),
		cmocka_unit_test_setup(blocks_need_utf8, without_environment),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}

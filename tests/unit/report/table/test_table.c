/*
 * Tables for a terminal: columns stand under each other whatever the cells hold, and no cell
 * reaches the terminal raw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "report/table/table.h"
#include "unit/random.h"

/* The table as text, owned by the caller. */
static char *written(const struct table *t)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	table_write(t, out);
	fclose(out);
	return text;
}

static void assert_table(const char *const *headers, const char *const *cells, size_t n,
			 const char *expected)
{
	struct arena a = { 0 };
	struct table t;
	char *text;

	table_init(&t, &a, headers);
	for (size_t i = 0; i < n; i++)
		table_add(&t, cells[i]);
	text = written(&t);
	assert_string_equal(text, expected);
	free(text);
	arena_release(&a);
}

static void columns_left_and_right(void **state)
{
	static const char *const headers[] = { "name", ">n", "what", NULL };
	static const char *const cells[] = { "a", "1", "x", "bcdefg", "2345", "", "", "", "yy" };

	(void)state;
	assert_table(headers, cells, 9,
		     "name       n  what\n"
		     "a          1  x\n"
		     "bcdefg  2345  \n"
		     "              yy\n");
	assert_table(headers, cells, 0, "name  n  what\n");
}

static void last_column_may_stand_right(void **state)
{
	static const char *const headers[] = { "a", ">b", NULL };
	static const char *const cells[] = { "xyz", "1", "x", "1234" };

	(void)state;
	assert_table(headers, cells, 4,
		     "a       b\n"
		     "xyz     1\n"
		     "x    1234\n");
}

static void wide_characters_count_two(void **state)
{
	static const char *const headers[] = { "名", "x", NULL };
	static const char *const cells[] = { "日本語",	"1", "é",	   "2",
					     "e\u0301", "3", "\U0001F600", "4" };

	(void)state;
	assert_table(headers, cells, 8,
		     "名      x\n"
		     "日本語  1\n"
		     "é       2\n"
		     "e\u0301       3\n"
		     "\U0001F600      4\n");
}

static void hostile_cells_are_tamed(void **state)
{
	static const char *const headers[] = { "a", "b", NULL };
	static const char *const cells[] = { "\x1b[31m", "1", "x\ny", "2",
					     "\u202e",	 "3", "\xff", "4" };

	(void)state;
	assert_table(headers, cells, 8,
		     "a         b\n"
		     "\\x1b[31m  1\n"
		     "x y       2\n"
		     "\\u{202e}  3\n"
		     "\\xff      4\n");
}

static void hostile_marks_are_tamed_too(void **state)
{
	static const char *const headers[] = { "a", NULL };
	struct arena a = { 0 };
	struct table t;
	char *text;

	(void)state;
	table_init(&t, &a, headers);
	table_add(&t, "1");
	table_mark(&t, "\x1b[31m");
	text = written(&t);
	assert_string_equal(text, "a\n1 (\\x1b[31m)\n");
	free(text);
	arena_release(&a);
}

/* A '>' is a mark only in titles, and only the first. */
static void marks_in_cells_are_text(void **state)
{
	static const char *const headers[] = { ">>a", "", NULL };
	static const char *const cells[] = { ">1", "100%s%n" };

	(void)state;
	assert_table(headers, cells, 2, ">a  \n>1  100%s%n\n");
}

static void cells_are_copied_and_formatted(void **state)
{
	static const char *const headers[] = { "a", NULL };
	char cell[8] = "one", *text, long_text[2000];
	struct arena a = { 0 };
	struct table t;

	(void)state;
	memset(long_text, 'y', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	table_init(&t, &a, headers);
	table_add(&t, cell);
	memcpy(cell, "two", 4);
	table_addf(&t, "%s-%d", cell, 7);
	table_addf(&t, "%s", long_text); /* cut, not overrun */
	text = written(&t);
	assert_memory_equal(text, "a\none\ntwo-7\nyyyy", 16);
	assert_string_equal(text + strlen(text) - 5, "y…\n");
	assert_int_equal(strlen(text), strlen("a\none\ntwo-7\n…\n") + TERMINAL_COLUMNS - 1);
	free(text);
	arena_release(&a);
}

/* Where the third column begins, in display columns, it begins in every line. */
static void random_cells_stay_in_line(void **state)
{
	static const char *const headers[] = { "h", ">h", "|", NULL };
	static const char *const parts[] = { "a", "日", "é", "\x1b", "\u202e", " ", "\xff", "한" };
	uint64_t seed = 101;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct arena a = { 0 };
		struct table t;
		size_t at = 0;
		char *text, *save = NULL;

		table_init(&t, &a, headers);
		for (size_t i = 0; i < 3 * (1 + random_below(&seed, 40)); i++) {
			char cell[64] = "";

			for (size_t k = random_below(&seed, 7); k > 0; k--)
				strncat(cell, parts[random_below(&seed, 8)],
					sizeof(cell) - strlen(cell) - 1);
			table_add(&t, i % 3 == 2 ? "|" : cell);
		}
		while (t.n_cells % 3)
			table_add(&t, t.n_cells % 3 == 2 ? "|" : "");
		text = written(&t);
		for (char *line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			*strchr(line, '|') = '\0';
			at = at ? at : str_columns(line);
			assert_int_equal(str_columns(line), at);
		}
		free(text);
		arena_release(&a);
	}
}

/* The table of the candidates in miniature, at a width. */
static void assert_narrow(const char *columns, const char *expected)
{
	static const char *const headers[] = { "candidate", ">right", ">first token|first",
					       ">size",	    ">p95",   "verdict",
					       NULL };
	struct arena a = { 0 };
	struct table t;
	char *text;

	setenv("COLUMNS", columns, 1);
	table_init(&t, &a, headers);
	table_rank(&t, "n00230");
	table_add_numbered(&t, 1, SIGN_PICK, "qwen2.5-coder-0.5b · examples");
	for (int i = 1; i < 5; i++)
		table_add(&t, "24");
	table_add(&t, "NOT ENOUGH EVIDENCE");
	table_brief(&t, "NOT ENOUGH");
	text = written(&t);
	assert_string_equal(text, expected);
	free(text);
	unsetenv("COLUMNS");
	arena_release(&a);
}

static void narrow_terminals_leave_out_then_shorten_then_cut(void **state)
{
	(void)state;
	assert_narrow("83",
		      "candidate                        right  first token  size  p95  verdict\n"
		      "* qwen2.5-coder-0.5b · examples     24           24    24   24  NOT ENOUGH "
		      "EVIDENCE\n");
	assert_narrow("82", "candidate                        right  first  size  p95  verdict\n"
			    "* qwen2.5-coder-0.5b · examples     24     24    24   24  NOT ENOUGH "
			    "EVIDENCE\n");
	assert_narrow("76", "candidate                        right  first  size  verdict\n"
			    "* qwen2.5-coder-0.5b · examples     24     24    24  NOT ENOUGH "
			    "EVIDENCE\n");
	assert_narrow("71", "candidate                        right  first  verdict\n"
			    "* qwen2.5-coder-0.5b · examples     24     24  NOT ENOUGH EVIDENCE\n");
	assert_narrow("65", "candidate                        right  first  verdict\n"
			    "* qwen2.5-coder-0.5b · examples     24     24  NOT ENOUGH\n");
	assert_narrow("50", "candidate                 right  first  verdict\n"
			    "* qwen2.5-co… · examples     24     24  NOT ENOUGH\n");
	/* Numbers and verdicts stay whole, whatever the width. */
	assert_narrow("20", "candidate     right  first  verdict\n"
			    "* qwen2.5-c…     24     24  NOT ENOUGH\n");
}

static void texts_go_on_in_the_next_line(void **state)
{
	static const char *const headers[] = { "check", "what it says", NULL };
	static const char *const cells[] = { "cache",
					     "/a/path/that/is/longer/than/its/column is here",
					     "other", "" };

	(void)state;
	setenv("COLUMNS", "34", 1);
	assert_table(headers, cells, 4,
		     "check  what it says\n"
		     "cache  /a/path/that/is/longer/than/its/column\n"
		     "       is here\n"
		     "other  \n");
	unsetenv("COLUMNS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_left_and_right),
		cmocka_unit_test(last_column_may_stand_right),
		cmocka_unit_test(wide_characters_count_two),
		cmocka_unit_test(hostile_cells_are_tamed),
		cmocka_unit_test(hostile_marks_are_tamed_too),
		cmocka_unit_test(marks_in_cells_are_text),
		cmocka_unit_test(cells_are_copied_and_formatted),
		cmocka_unit_test(random_cells_stay_in_line),
		cmocka_unit_test(narrow_terminals_leave_out_then_shorten_then_cut),
		cmocka_unit_test(texts_go_on_in_the_next_line),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}

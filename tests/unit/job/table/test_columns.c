/*
 * Which column is meant by a name, which are guessed, and what is said if none can be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "job/table/columns.h"

enum { ALL = (1 << FIELD_COUNT) - 1, MAX_NAMES = 8 };

/* The header, what the user says, and "texts|label|id|lang|group" as numbers, or the message. */
static const struct {
	const char *names[MAX_NAMES];
	struct columns columns;
	const char *expected;
} cases[] = {
	{ { "id", "text", "label", "lang", "group" }, { .id = NULL }, "1|2|0|3|4" },
	{ { "Text", "LABEL" }, { .id = NULL }, "0|1|-|-|-" },
	{ { " Text ", "La\xCC\x88nge", "Label" }, { .group = "l\xC3\xA4nge" }, "0|2|-|-|1" },
	{ { "Ticket No", "Body", "Category" }, { .id = NULL }, "1|2|0|-|-" },
	{ { "TICKET_ID", "E-mail text", "Intent" }, { .id = NULL }, "1|2|0|-|-" },
	{ { "body", "message", "text" }, { .id = NULL }, "2|-|-|-|-" },
	{ { "body", "message" },
	  { .id = NULL },
	  "f:1: the columns 'body' and 'message' can both be the "
	  "text; name one with --text" },
	{ { "text", "Text" }, { .text = { { "text" }, 1 } }, "0|-|-|-|-" },
	{ { "text", "Text" }, { .id = NULL }, "f:1: column 'text' appears twice; rename one" },
	{ { "TEXT", "Text" }, { .id = NULL }, "f:1: column 'text' appears twice; rename one" },
	{ { "C", "C#", "q" }, { .label = "C#", .id = "C" }, "-|1|0|-|-" },
	{ { "Subject", "E-mail text", "x" },
	  { .text = { { "Subject", "E-mail text" }, 2 }, .label = "X" },
	  "0,1|2|-|-|-" },
	{ { "Subject", "Body, plain" },
	  { .text = { { "subject", "Body", " plain" }, 3 } },
	  "0,1|-|-|-|-" },
	{ { "Body, plain", "Subject" },
	  { .text = { { "Body, plain", "Subject" }, 2 } },
	  "0,1|-|-|-|-" },
	{ { "a,b,c" }, { .text = { { "a", "b", "c" }, 3 } }, "0|-|-|-|-" },
	{ { "Subject", "Text" },
	  { .text = { { "Subject", "Txt" }, 2 } },
	  "f:1: no column 'Txt' for --text; the columns are 'Subject', 'Text'; did "
	  "you mean 'Text'?" },
	{ { "text", "label" },
	  { .text = { { "Subject", "Body" }, 2 }, .label = "Category", .of_job = true },
	  "0|1|-|-|-" },
	{ { "Subject", "text" },
	  { .text = { { "Subject", "Body" }, 2 }, .of_job = true },
	  "f:1: no column 'Body' for 'columns: text' of the job; the columns are "
	  "'Subject', 'text'" },
	{ { "a", "b" },
	  { .lang = "l" },
	  "f:1: no column 'l' for --lang; the columns are 'a', 'b'" },
	{ { "!", "?" }, { .id = "?", .group = "!" }, "-|-|1|-|0" },
	{ { "!", "?" }, { .id = "#" }, "f:1: no column '#' for --id; the columns are '!', '?'" },
};

static void add_column(char *to, size_t n, int column)
{
	size_t len = strlen(to);

	if (column < 0)
		snprintf(to + len, n - len, "|-");
	else
		snprintf(to + len, n - len, "|%d", column);
}

static void test_choices(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena a = { 0 };
		struct table_header header = { "f", cases[i].names, 0, 1 };
		struct column_choice choice;
		struct err err = { 0 };
		char found[200] = "";

		while (header.n < MAX_NAMES && cases[i].names[header.n])
			header.n++;
		if (columns_choose(&a, &cases[i].columns, &header, ALL, &choice, &err) == 0) {
			for (size_t t = 0; t < choice.n_texts; t++)
				snprintf(found + strlen(found), sizeof(found) - strlen(found),
					 "%s%d", t ? "," : "", choice.texts[t]);
			if (choice.n_texts == 0)
				snprintf(found, sizeof(found), "-");
			add_column(found, sizeof(found), choice.of[FIELD_LABEL]);
			add_column(found, sizeof(found), choice.of[FIELD_ID]);
			add_column(found, sizeof(found), choice.of[FIELD_LANG]);
			add_column(found, sizeof(found), choice.of[FIELD_GROUP]);
		}
		assert_string_equal(err.kind ? err.msg : found, cases[i].expected);
		arena_release(&a);
	}
}

static void test_guesses_are_said(void **state)
{
	const char *names[] = { "Ticket No", "Body", "label" };
	struct table_header header = { "f", names, 3, 1 };
	struct column_choice choice;
	struct arena a = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(columns_choose(&a, &(struct columns){ .of_job = false }, &header, ALL,
					&choice, &err),
			 0);
	assert_string_equal(choice.guessed, "the id is 'Ticket No', the text is 'Body'");
	arena_release(&a);
}

static void test_joined_texts(void **state)
{
	const char *const texts[] = { "Late", " \n", "", "Where is it?\n" };
	struct arena a = { 0 };
	size_t len;

	(void)state;
	assert_string_equal(columns_join_texts(&a, texts, 4, &len), "Late\n\nWhere is it?\n");
	assert_int_equal(len, strlen("Late\n\nWhere is it?\n"));
	assert_string_equal(columns_join_texts(&a, texts + 1, 2, &len), "");
	arena_release(&a);
}

static void test_override(void **state)
{
	struct columns job = { .text = { { "a" }, 1 }, .label = "b", .of_job = true };
	struct columns with = { .label = "c", .encoding = "latin1" };

	(void)state;
	columns_override(&job, &(struct columns){ .sheet = "s" });
	assert_true(columns_optional(&job, FIELD_LABEL));
	assert_string_equal(job.sheet, "s");
	columns_override(&job, &with);
	assert_false(columns_optional(&job, FIELD_LABEL));
	assert_true(columns_optional(&job, FIELD_TEXT));
	assert_string_equal(job.text.items[0], "a");
	assert_string_equal(job.label, "c");
	assert_string_equal(job.encoding, "latin1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_guesses_are_said),
		cmocka_unit_test(test_joined_texts),
		cmocka_unit_test(test_override),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Marks of the task extract: how an answer ends, and which of its fields are not right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "judge/task/mark_extract.h"

static const char form[] =
	"{\"type\":\"object\",\"properties\":{"
	"\"no\":{\"type\":[\"string\",\"null\"]},\"n\":{\"type\":[\"number\",\"null\"]},"
	"\"d\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"},"
	"\"u\":{\"enum\":[\"low\",\"high\",null]},"
	"\"to\":{\"type\":[\"object\",\"null\"],\"properties\":{\"city\":{\"type\":[\"string\","
	"\"null\"]}},\"required\":[\"city\"],\"additionalProperties\":false},"
	"\"tags\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"string\"}}},"
	"\"required\":[],\"additionalProperties\":false}";

static const char ticket[] =
	"Order A-17 of $1,200 for Bern, due the 3rd of May 2024, or 4 May; red, blue";

static const struct {
	const char *gold, *answer;
	int mark;
	const char *detail;
} rows[] = {
	{ "{\"no\":\"A-17\",\"n\":1200}", "{\"no\": \"a-17\", \"n\": 1200}", EXTRACT_RIGHT, "" },
	{ "{\"no\":\"A-17\"}", "Sure {here}: ```json\n{\"no\": \"A-17.\"}\n``` Bye", EXTRACT_RIGHT,
	  "" },
	{ "{\"no\":\"A-17\"}", "{\"no\": \"A-17\", \"more\": 1, \"u\": null}", EXTRACT_RIGHT, "" },
	{ "{\"no\":\"A-17\"}", "{\"no\": null}", EXTRACT_MISSING, "missing no" },
	{ "{\"no\":\"A-17\"}", "{}", EXTRACT_MISSING, "missing no" },
	{ "{\"no\":\"A-17\"}", "{\"no\": \"red\"}", EXTRACT_WRONG, "wrong no" },
	{ "{\"no\":null}", "{\"no\": \"A-17\"}", EXTRACT_WRONG, "wrong no" },
	{ "{\"no\":null}", "{\"no\": \"null\"}", EXTRACT_INVENTED, "invented no" },
	{ "{\"no\":null}", "{\"no\": \"A-1\"}", EXTRACT_INVENTED, "invented no" },
	{ "{\"no\":null}", "{\"no\": \"1200 dollars\"}", EXTRACT_WRONG, "wrong no" },
	{ "{\"no\":null}", "{\"no\": \"May 3\"}", EXTRACT_WRONG, "wrong no" },
	{ "{\"n\":null}", "{\"n\": 1200}", EXTRACT_WRONG, "wrong n" },
	{ "{\"n\":1200}", "{\"n\": 17}", EXTRACT_WRONG, "wrong n" },
	{ "{\"n\":1200}", "{\"n\": 18}", EXTRACT_INVENTED, "invented n" },
	{ "{\"d\":\"2024-05-03\"}", "{\"d\": \"2024-05-04\"}", EXTRACT_WRONG, "wrong d" },
	{ "{\"d\":\"2024-05-03\"}", "{\"d\": \"2024-05-05\"}", EXTRACT_INVENTED, "invented d" },
	{ "{\"u\":\"low\"}", "{\"u\": \"high\"}", EXTRACT_WRONG, "wrong u" },
	{ "{\"to\":{\"city\":\"Bern\"}}", "{\"to\": {\"city\": \"BERN\"}}", EXTRACT_RIGHT, "" },
	{ "{\"to\":{\"city\":\"Bern\"}}", "{\"to\": null}", EXTRACT_MISSING, "missing to.city" },
	{ "{\"to\":{\"city\":\"Bern\"}}", "{\"to\": \"Bern\"}", EXTRACT_MISSING,
	  "missing to.city" },
	{ "{\"tags\":[\"red\",\"blue\"]}", "{\"tags\": [\"Blue\", \"red\"]}", EXTRACT_RIGHT, "" },
	{ "{\"tags\":[\"red\",\"blue\"]}", "{\"tags\": [\"red\", \"red\"]}", EXTRACT_WRONG,
	  "wrong tags" },
	{ "{\"tags\":[\"red\"]}", "{\"tags\": [\"green\"]}", EXTRACT_INVENTED, "invented tags" },
	{ "{\"no\":\"A-17\",\"n\":1200,\"u\":\"low\"}", "{\"no\": \"red\", \"n\": 18}",
	  EXTRACT_INVENTED, "wrong no; invented n; missing u" },
	{ "{\"no\":\"A-17\"}", "{\"no\": \"A-17\"", EXTRACT_INVALID,
	  "the answer is no JSON object" },
	{ "{\"no\":\"A-17\"}", "A-17", EXTRACT_INVALID, "the answer is no JSON object" },
	{ "{\"no\":\"A-17\"}", "", EXTRACT_INVALID, "the answer is no JSON object" },
	{ "{\"no\":\"A-17\"}", "{\"no\": [\"A-17\"]}", EXTRACT_WRONG, "wrong no" },
};

static void test_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		const struct mark_task task = { TASK_EXTRACT, form };
		const struct marked marked = { ticket,
					       rows[i].gold,
					       { rows[i].answer, strlen(rows[i].answer), false } };
		struct mark mark;

		mark_answer(&a, &task, &marked, &mark);
		if (mark.mark != rows[i].mark || strcmp(mark.detail, rows[i].detail) != 0)
			fail_msg("%s is marked %d '%s', not %d '%s'", rows[i].answer, mark.mark,
				 mark.detail, rows[i].mark, rows[i].detail);
		arena_release(&a);
	}
}

/* The cap is named as the cause, unless the answer is right in spite of it. */
static void test_cut(void **state)
{
	static const char half[] = "{\"no\": \"A-1", whole[] = "{\"no\": \"A-17\"} and";
	const struct mark_task task = { TASK_EXTRACT, form };
	struct marked marked = { ticket, "{\"no\":\"A-17\"}", { half, strlen(half), true } };
	struct arena a = { 0 };
	struct mark mark;

	(void)state;
	mark_answer(&a, &task, &marked, &mark);
	assert_string_equal(mark.detail, "the answer is no JSON object; the token limit cut it");
	marked.answer = (struct free_text){ whole, strlen(whole), true };
	mark_answer(&a, &task, &marked, &mark);
	assert_int_equal(mark.mark, EXTRACT_RIGHT);
	assert_string_equal(mark.detail, "");
	arena_release(&a);
}

/* A detail outlives a purge: it names fields, and no word of the ticket or the answer. */
static void test_detail_is_short(void **state)
{
	struct arena a = { 0 };
	const char *properties = "", *answer = "";
	struct marked marked = { "text", "{}", { NULL, 0, false } };
	struct mark mark;

	(void)state;
	for (int i = 0; i < 20; i++) {
		properties =
			arena_add_item(&a, properties, ",", "\"f%d\":{\"type\":\"string\"}", i);
		answer = arena_add_item(&a, answer, ",", "\"f%d\":\"secret\"", i);
	}
	answer = arena_printf(&a, "{%s}", answer);
	marked.answer = (struct free_text){ answer, strlen(answer), false };
	mark_extract(&a,
		     arena_printf(&a, "{\"type\":\"object\",\"properties\":{%s},\"required\":[]}",
				  properties),
		     &marked, &mark);
	assert_non_null(strstr(mark.detail, "invented f0; invented f1; "));
	assert_non_null(strstr(mark.detail, "; and 8 more"));
	assert_null(strstr(mark.detail, "secret"));
	arena_release(&a);
}

static void test_words_without_spaces(void **state)
{
	static const char part[] = "{\"type\":\"string\"}";
	struct arena a = { 0 };
	json_t *json = json_loads(part, 0, NULL), *value = json_string("東京");

	(void)state;
	assert_true(extract_is_in_text(&a, json, value, "明日は東京です"));
	assert_false(extract_is_in_text(&a, json, value, "明日は京都です"));
	json_decref(value);
	value = json_string("art");
	assert_false(extract_is_in_text(&a, json, value, "a cart and a party"));
	assert_true(extract_is_in_text(&a, json, value, "a cart, an art."));
	json_decref(value);
	json_decref(json);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_detail_is_short),
		cmocka_unit_test(test_words_without_spaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

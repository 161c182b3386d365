/*
 * Gold answers of the task extract: from JSON Lines and from tables, and the message for each that
 * no answer could match.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"
#include "unit/scratch.h"

static const char fields[] = "{no: string, n: number, w: whole number, b: yes or no, d: date, "
			     "u: [low, high]}";

static const char schema[] =
	"{\"type\": \"object\", \"properties\": {\n"
	"\"tags\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}},\n"
	"\"to\": {\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\"}, "
	"\"zip\": {\"type\": [\"string\", \"null\"]}}, \"required\": [\"city\", \"zip\"]},\n"
	"\"size\": {\"enum\": [1, 2.5]}}, \"required\": [\"tags\"]}";

static int load(struct arena *a, const char *of, const char *name, const char *rows,
		struct slice *slice, struct err *err)
{
	struct job job;

	scratch_text("s.json", schema);
	scratch_text("job.yaml",
		     arena_printf(a, "task: extract\nfields: %s\ntickets: %s\n", of, name));
	scratch_text(name, rows);
	if (job_load(a, "job.yaml", &job, err) < 0)
		fail_msg("%s", err->msg);
	return slice_load(a, &job, name, SLICE_ORDINARY, slice, err);
}

static const struct {
	const char *fields, *gold, *kept; /* kept begins with "FILE:1: " if it is refused */
} rows[] = {
	{ fields, "{}", "{\"no\":null,\"n\":null,\"w\":null,\"b\":null,\"d\":null,\"u\":null}" },
	{ fields,
	  "{\"u\": \"LOW\", \"no\": \" \", \"n\": 12, \"w\": 3, \"b\": false, "
	  "\"d\": \"3 May 2024\"}",
	  "{\"no\":null,\"n\":12,\"w\":3,\"b\":false,\"d\":\"2024-05-03\",\"u\":\"low\"}" },
	{ fields, "[]", "t.jsonl:1: 'gold' must be an object with the value of each field" },
	{ fields, "{\"x\": 1}", "t.jsonl:1: gold has 'x', which is no field of the job" },
	{ fields, "{\"no\": 12}", "t.jsonl:1: gold: 'no' takes a text; write it in quotes" },
	{ fields, "{\"n\": \"12\", \"b\": \"no\"}",
	  "{\"no\":null,\"n\":12,\"w\":null,\"b\":false,\"d\":null,\"u\":null}" },
	{ fields, "{\"n\": \"twelve\"}", "t.jsonl:1: gold: 'n' takes a number" },
	{ fields, "{\"w\": 1.5}", "t.jsonl:1: gold: 'w' takes a whole number" },
	{ fields, "{\"b\": \"maybe\"}", "t.jsonl:1: gold: 'b' takes yes or no, or true or false" },
	{ fields, "{\"d\": \"3/4/2024\"}", "t.jsonl:1: gold: 'd' can mean two days" },
	{ fields, "{\"d\": \"last Friday\"}", "t.jsonl:1: gold: 'd' takes a date with its year" },
	{ fields, "{\"d\": \"2023-02-29\"}", "t.jsonl:1: gold: 'd' takes a date with its year" },
	{ fields, "{\"d\": 3}", "t.jsonl:1: gold: 'd' takes a date; write it as text" },
	{ fields, "{\"u\": \"hihg\"}",
	  "t.jsonl:1: gold: 'u' is none of its values; did you mean 'high'?" },
	{ fields, "{\"u\": [\"low\"]}", "t.jsonl:1: gold: 'u' is none of the values" },
	{ "s.json", "{\"tags\": [\"a\"], \"to\": {\"city\": \"Bern\"}, \"size\": 2.5}",
	  "{\"tags\":[\"a\"],\"to\":{\"city\":\"Bern\",\"zip\":null},\"size\":2.5}" },
	{ "s.json", "{\"tags\": []}", "{\"tags\":[]}" },
	{ "s.json", "{}",
	  "t.jsonl:1: gold: 'tags' has no value, and the schema does not allow null" },
	{ "s.json", "{\"tags\": [1]}", "t.jsonl:1: gold: 'tags' takes a text" },
	{ "s.json", "{\"tags\": \"a\"}", "t.jsonl:1: gold: 'tags' takes a list" },
	{ "s.json", "{\"tags\": [], \"to\": {}}", "t.jsonl:1: gold: 'to.city' has no value" },
	{ "s.json", "{\"tags\": [], \"to\": {\"city\": \"B\", \"cty\": 1}}",
	  "t.jsonl:1: gold has 'cty', which is no field of the job; did you mean 'city'?" },
	{ "s.json", "{\"tags\": [], \"to\": 5}", "t.jsonl:1: gold: 'to' takes an object" },
	{ "s.json", "{\"tags\": [], \"size\": 2}",
	  "t.jsonl:1: gold: 'size' is none of the values" },
};

static void test_json_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct slice slice;
		struct err err;
		int r = load(&a, rows[i].fields, "t.jsonl",
			     arena_printf(&a, "{\"text\": \"x\", \"gold\": %s}\n", rows[i].gold),
			     &slice, &err);

		if (r < 0 && strncmp(err.msg, rows[i].kept, strlen(rows[i].kept)) != 0)
			fail_msg("%s:\nfound:    %s\nexpected: %s", rows[i].gold, err.msg,
				 rows[i].kept);
		if (r == 0) {
			assert_string_equal(slice.tickets[0].gold, rows[i].kept);
			assert_int_equal(slice.tickets[0].label, 0);
		}
		arena_release(&a);
	}
}

static const struct {
	const char *table, *kept;
} tables[] = {
	{ "text,no,N,w,b,d,u\nx,007,\"1.000,50\",\"1,000,000\",Yes,13/4/2024,High\n",
	  "{\"no\":\"007\",\"n\":1000.5,\"w\":1000000,\"b\":true,\"d\":\"2024-04-13\",\"u\":"
	  "\"high\"}" },
	{ "text,no,n,w,b,d,u\nx,,,,,,\n",
	  "{\"no\":null,\"n\":null,\"w\":null,\"b\":null,\"d\":null,\"u\":null}" },
	{ "text,no,n,w,b,d,u\nx,,\"1,000\",,,,\n", "t.csv:2: gold: 'n' can mean two numbers" },
	{ "text,no,n,w,b,d,u\nx,,12 apples,,,,\n", "t.csv:2: gold: 'n' takes a number" },
	{ "text,no,n,w,b,d,u\nx,,,,perhaps,,\n", "t.csv:2: gold: 'b' takes yes or no" },
	{ "text,no,n\nx,A,1\n", "t.csv:2: the table has no column for the field 'u'" },
	{ "text,other\nx,A\n", "t.csv:2: no 'gold'; a ticket of the task 'extract' needs" },
	{ "text,gold\nx,\"{\"\"no\"\": \"\"A\"\"}\"\n",
	  "{\"no\":\"A\",\"n\":null,\"w\":null,\"b\":null,\"d\":null,\"u\":null}" },
	{ "text,gold\nx,{no}\n", "t.csv:2: 'gold' is not JSON" },
	{ "text,gold\nx,\n", "t.csv:2: no 'gold'; a ticket of the task 'extract' needs" },
};

static void test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		struct arena a = { 0 };
		struct slice slice;
		struct err err;
		int r = load(&a, fields, "t.csv", tables[i].table, &slice, &err);

		if (r < 0 && strncmp(err.msg, tables[i].kept, strlen(tables[i].kept)) != 0)
			fail_msg("%s:\nfound:    %s\nexpected: %s", tables[i].table, err.msg,
				 tables[i].kept);
		if (r == 0)
			assert_string_equal(slice.tickets[0].gold, tables[i].kept);
		arena_release(&a);
	}
}

/* Compact JSON as an example makes models answer null (form.h says why). */
static void test_example_answer(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(task_example_answer(&a, TASK_EXTRACT, "{\"b\":\"x\",\"a\":null}"),
			    "{\"b\": \"x\", \"a\": null}");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_answer),
		cmocka_unit_test(test_json_lines),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

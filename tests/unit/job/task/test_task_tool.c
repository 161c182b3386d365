/*
 * The task choose-tool in a job file: the tools that are read, the message for each bad file, the
 * schema that answers are held to, and gold answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/json/json.h"
#include "job/file/job.h"
#include "job/task/task_tool.h"
#include "job/ticket/ticket.h"
#include "unit/scratch.h"

#define JOB "task: choose-tool\ntickets: t.jsonl\ntools: tools.json\n"
#define TYPED(name, parameters) \
	"{\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"description\":\"d\"," \
	"\"parameters\":" parameters "}}"
#define PLACE \
	"{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}," \
	"\"days\":{\"type\":\"integer\"},\"unit\":{\"type\":\"string\",\"enum\":[\"c\"," \
	"\"f\"]}},\"required\":[\"place\"]}"
#define WEATHER "[" TYPED("get_weather", PLACE) ",{\"name\":\"stop\"}]"
#define NONE \
	"{\"type\":\"function\",\"function\":{\"name\":\"none\",\"description\":\"Call this if " \
	"no other tool fits the text.\",\"parameters\":{\"type\":\"object\",\"properties\":{}," \
	"\"additionalProperties\":false}}}"

struct loaded {
	struct arena arena;
	struct job job;
	struct err err;
	int r;
};

static void load(struct loaded *l, const char *job, const char *tools)
{
	*l = (struct loaded){ 0 };
	scratch_text("job.yaml", job);
	scratch_text("tools.json", tools);
	l->r = job_load(&l->arena, "job.yaml", &l->job, &l->err);
}

static void test_form(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, JOB, WEATHER);
	assert_string_equal(l.err.msg, "");
	assert_string_equal(
		l.job.form,
		"[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":"
		"\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{\"place\":{\"type\":"
		"\"string\"},\"days\":{\"type\":\"integer\"},\"unit\":{\"type\":\"string\","
		"\"enum\":[\"c\",\"f\"]}},\"required\":[\"place\"],\"additionalProperties\":false}}"
		"},{\"type\":\"function\",\"function\":{\"name\":\"stop\",\"description\":\"\","
		"\"parameters\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":"
		"false}}}," NONE "]");
	assert_string_equal(task_tools(&l.job), l.job.form);
	assert_string_equal(l.job.labels[TOOL_RIGHT].name, "right");
	assert_int_equal(l.job.n_labels, TOOL_NO_CALL + 1);
	assert_int_equal(l.job.budget.reason_tok, 200);
	arena_release(&l.arena);
}

static void test_schema(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, JOB, "{\"tools\":[{\"name\":\"stop\"}]}");
	assert_string_equal(
		task_schema(&l.arena, &l.job),
		"{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"name\":{\"const\":\"stop\"},"
		"\"arguments\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":"
		"false}},\"required\":[\"name\",\"arguments\"],\"additionalProperties\":false},"
		"{\"type\":\"object\",\"properties\":{\"name\":{\"const\":\"none\"},\"arguments\":"
		"{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}},"
		"\"required\":[\"name\",\"arguments\"],\"additionalProperties\":false}]}");
	arena_release(&l.arena);
}

/* Definitions go to their places. */
static void test_references(void **state)
{
	struct loaded l;
	json_t *tools;

	(void)state;
	load(&l, JOB,
	     "[{\"name\":\"a\",\"parameters\":{\"properties\":{\"to\":{\"$ref\":\"#/$defs/P\"}},"
	     "\"$defs\":{\"P\":{\"properties\":{\"n\":{\"$ref\":\"#/$defs/N\"}}},"
	     "\"N\":{\"type\":\"number\"}}}}]");
	assert_string_equal(l.err.msg, "");
	tools = json_loads(l.job.form, 0, NULL);
	assert_string_equal(
		json_text(&l.arena, json_incref(json_object_get(
					    tool_arguments(tool_find(tools, "a")), "to"))),
		"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"number\"}},"
		"\"additionalProperties\":false}");
	json_decref(tools);
	arena_release(&l.arena);
}

/* A tool whose argument has the schema. */
#define ARGUMENT(schema) "[" TYPED("a", "{\"properties\":{\"x\":" schema "}}") "]"

static const struct {
	const char *tools, *message;
} bad[] = {
	{ "[", "tools.json:1:1: not JSON: ']' expected near end of file" },
	{ "[]", "tools.json: no tools; write a list such as" },
	{ "{}", "tools.json: no tools; write a list such as" },
	{ "[7]", "tools.json: tool 1 has no 'name'; write {\"type\": \"function\"" },
	{ "[{\"name\":\"a b\"}]",
	  "tools.json: tool 1, 'a b', has a bad name; write 1 to 64 letters (a-z), digits, _ or "
	  "-" },
	{ "[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"a\"}]",
	  "tools.json: tool 3, 'a', has the name of tool 1; rename or remove one" },
	{ "[{\"name\":\"none\"}]",
	  "tools.json: tool 1, 'none', has the name of the answer that no tool fits; rename it, or "
	  "remove it: 'none' is always there" },
	{ "[{\"name\":\"a\",\"description\":3}]",
	  "tools.json: tool 1, 'a', has a 'description' that is not a text" },
	{ "[" TYPED("a", "[]") "]",
	  "tools.json:1:75: tool 1, 'a', has bad 'parameters': not a schema; write an object" },
	{ "[" TYPED("a", "{\"type\":\"string\"}") "]", "the schema is not of an object" },
	{ "[" TYPED("a", "{\"properties\":{\"x\":{}},\"required\":[\"y\"]}") "]",
	  "'required' names 'y', which is not in 'properties', so the schema admits nothing" },
	{ ARGUMENT("{\"type\":\"text\"}"),
	  "tools.json:1:102: tool 1, 'a', has bad 'parameters': 'type' must be one of string" },
	{ ARGUMENT("{\"enum\":[]}"),
	  "'enum' admits nothing; list the values that an answer can have" },
	{ ARGUMENT("{\"not\":{}}"),
	  "the keyword 'not' is not understood here, so an answer would not be held to it" },
	{ ARGUMENT("{\"oneOf\":[{\"type\":\"string\"},{}]}"),
	  "'oneOf' has 2 schemas beside null, and an answer cannot be held to them; keep one" },
	{ ARGUMENT("{\"type\":\"number\",\"minimum\":1}"),
	  "'minimum': a model cannot be held to a range of numbers with a point" },
	{ ARGUMENT("{\"minimum\":1}"), "'minimum' needs \"type\": \"integer\" beside it" },
	{ ARGUMENT("{\"type\":\"string\",\"pattern\":\"a\"}"),
	  "'pattern' must describe the whole text" },
	{ ARGUMENT("false"), "false admits nothing" },
	{ ARGUMENT("{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}"),
	  "'minimum' is above what 'maximum' allows, so the schema admits nothing" },
	{ ARGUMENT("{\"$ref\":\"#/$defs/N\"}"),
	  "tools.json:1:102: tool 1, 'a', has bad 'parameters': '$ref' leads nowhere" },
	{ ARGUMENT("{\"$ref\":\"#\"}"), "the schema is recursive: '#' holds itself" },
	/* Each definition holds the next one twice: 2^15 parts. */
	{ "[" TYPED("a",
		    "{\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}},\"$defs\":{"
		    "\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/b\"},{\"$ref\":\"#/$defs/b\"},"
		    "{\"$ref\":\"#/$defs/b\"},{\"$ref\":\"#/$defs/b\"}]},"
		    "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/c\"},{\"$ref\":\"#/$defs/c\"},"
		    "{\"$ref\":\"#/$defs/c\"},{\"$ref\":\"#/$defs/c\"},{\"$ref\":\"#/$defs/c\"}]},"
		    "\"c\":{\"anyOf\":[{\"$ref\":\"#/$defs/d\"},{\"$ref\":\"#/$defs/d\"},"
		    "{\"$ref\":\"#/$defs/d\"},{\"$ref\":\"#/$defs/d\"},{\"$ref\":\"#/$defs/d\"}]},"
		    "\"d\":{\"anyOf\":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},"
		    "{},{},{},{},{},{},{},{},{},{}]}}}") "]",
	  "more than 2000 parts; ask for fewer" },
};

static void test_bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct loaded l;

		load(&l, JOB, bad[i].tools);
		assert_int_equal(l.r, -1);
		assert_int_equal(l.err.kind, ERR_INPUT);
		if (!strstr(l.err.msg, bad[i].message))
			fail_msg("row %zu: %s", i, l.err.msg);
		arena_release(&l.arena);
	}
}

static void test_too_many_tools(void **state)
{
	struct buf text;
	struct loaded l;

	(void)state;
	buf_init(&text, 1 << 16);
	buf_addc(&text, '[');
	for (int i = 0; i < 200; i++)
		buf_addf(&text, "%s{\"name\":\"a%d\"}", i ? "," : "", i);
	buf_addc(&text, ']');
	load(&l, JOB, buf_text(&text));
	buf_release(&text);
	assert_string_equal(l.err.msg,
			    "tools.json: 200 tools; at most 128 fit. Keep those that the tickets "
			    "need");
	arena_release(&l.arena);
}

/* n tools with m arguments each. */
static void load_many(struct loaded *l, int n, int m)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	for (int i = 0; i < n; i++) {
		buf_addf(&text, "%s{\"name\":\"t%d\",\"parameters\":{\"properties\":{",
			 i ? "," : "[", i);
		for (int k = 0; k < m; k++)
			buf_addf(&text, "%s\"a%d\":{\"type\":\"string\"}", k ? "," : "", k);
		buf_adds(&text, "}}}");
	}
	buf_addc(&text, ']');
	load(l, JOB, buf_text(&text));
	buf_release(&text);
}

/* Each tool can be held to, and all together cannot. */
static void test_too_much_together(void **state)
{
	struct loaded l;

	(void)state;
	load_many(&l, 1, 65);
	assert_non_null(strstr(l.err.msg, "tool 1, 't0', has bad 'parameters': more than 64 "));
	arena_release(&l.arena);
	load_many(&l, 5, 64);
	assert_int_equal(l.r, 0);
	arena_release(&l.arena);
	load_many(&l, 10, 64);
	assert_int_equal(l.err.kind, ERR_INPUT);
	assert_string_equal(
		l.err.msg,
		"job.yaml: no answer can be held to the job's 'tools': the JSON schema, at "
		"anyOf/5/properties/arguments/properties/a13: all strings and lists together may "
		"take more than 100000 places; set smaller values of 'maxLength' and 'maxItems'");
	arena_release(&l.arena);
}

static const struct {
	const char *job, *message;
} bad_jobs[] = {
	{ "task: choose-tool\ntickets: t.jsonl\n",
	  "job.yaml: the task 'choose-tool' needs the key 'tools', the name of a file with the "
	  "tools in the OpenAI format, such as 'tools: tools.json'" },
	{ "task: choose-tool\ntickets: t.jsonl\nfields: {a: string}\n",
	  "job.yaml: the key 'fields' is for the task 'extract'; add 'task: extract', or remove "
	  "it" },
	{ "labels: [a, b]\ntickets: t.jsonl\ntools: tools.json\n",
	  "job.yaml: the key 'tools' is for the task 'choose-tool'; add 'task: choose-tool', or "
	  "remove it" },
	{ "task: choose-tool\ntickets: t.jsonl\ntools: missing.json\n",
	  "job.yaml:3:8: tools: cannot open 'missing.json': No such file or directory" },
};

static void test_bad_jobs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_jobs); i++) {
		struct loaded l;

		load(&l, bad_jobs[i].job, WEATHER);
		assert_int_equal(l.r, -1);
		assert_string_equal(l.err.msg, bad_jobs[i].message);
		arena_release(&l.arena);
	}
}

#define CALLS_NONE "{\"name\":\"none\",\"arguments\":{}}"

static const struct {
	const char *gold, *text, *fault;
} golds[] = {
	{ "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\"}}",
	  "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\"}}", NULL },
	{ "{\"name\":\"get_weather\",\"arguments\":\"{\\\"place\\\":\\\"Oslo\\\"}\"}",
	  "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\"}}", NULL },
	{ "{\"name\":\"stop\"}", "{\"name\":\"stop\",\"arguments\":{}}", NULL },
	{ "null", CALLS_NONE, NULL },
	{ "\"none\"", CALLS_NONE, NULL },
	{ "{\"name\":\"none\"}", CALLS_NONE, NULL },
	{ "\"stop\"", NULL,
	  "'gold' must be a call, such as {\"name\": \"get_weather\", \"arguments\": {\"place\": "
	  "\"Oslo\"}}, or null if no tool is right" },
	{ "{\"name\":\"stopp\"}", NULL,
	  "'gold' calls 'stopp', which is no tool of the job; did you mean 'stop'?" },
	{ "{\"name\":\"stop\",\"arguments\":{\"now\":1}}", NULL,
	  "'gold' has the argument 'now', which the tool 'stop' does not take" },
	{ "{\"name\":\"get_weather\"}", NULL,
	  "'gold' lacks the argument 'place', which the tool 'get_weather' requires" },
	{ "{\"name\":\"get_weather\",\"arguments\":{\"place\":5}}", NULL,
	  "'gold' has the argument 'place' of the tool 'get_weather' with a value of the type "
	  "integer, which is not the type of its schema" },
	{ "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\",\"unit\":\"k\"}}", NULL,
	  "'gold' has the argument 'unit' of the tool 'get_weather' with a value that the schema's "
	  "'enum' does not list" },
};

static const struct {
	const char *gold, *fault;
} const_golds[] = {
	{ "{\"name\":\"a\",\"arguments\":{\"x\":\"c\"}}", "" },
	{ "{\"name\":\"a\",\"arguments\":{\"x\":\"f\"}}",
	  "'gold' has the argument 'x' of the tool 'a' with another value than the schema's "
	  "'const'" },
};

static void test_const_gold(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, JOB, ARGUMENT("{\"const\":\"c\"}"));
	for (size_t i = 0; i < COUNT_OF(const_golds); i++) {
		json_t *value = json_loads(const_golds[i].gold, 0, NULL);
		struct task_gold gold = task_tool.gold(&l.arena, &l.job, value);

		assert_string_equal(gold.fault ? gold.fault : "", const_golds[i].fault);
		json_decref(value);
	}
	arena_release(&l.arena);
}

static void test_gold(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, JOB, WEATHER);
	for (size_t i = 0; i < COUNT_OF(golds); i++) {
		json_t *value = json_loads(golds[i].gold, JSON_DECODE_ANY, NULL);
		struct task_gold gold = task_tool.gold(&l.arena, &l.job, value);

		assert_string_equal(gold.fault ? gold.fault : "",
				    golds[i].fault ? golds[i].fault : "");
		assert_string_equal(gold.text ? gold.text : "", golds[i].text ? golds[i].text : "");
		json_decref(value);
	}
	arena_release(&l.arena);
}

/* In a file of tickets, with the line of a bad one. */
static void test_tickets(void **state)
{
	struct loaded l;
	struct slice slice;

	(void)state;
	load(&l, JOB, WEATHER);
	scratch_text("t.jsonl", "{\"text\":\"halt\",\"gold\":{\"name\":\"stop\"}}\n"
				"{\"text\":\"hello\",\"gold\":null}\n");
	assert_int_equal(slice_load(&l.arena, &l.job, "t.jsonl", SLICE_ORDINARY, &slice, &l.err),
			 0);
	assert_int_equal(slice.n, 2);
	assert_int_equal(slice.tickets[1].label, TOOL_RIGHT);
	assert_string_equal(slice.tickets[1].gold, CALLS_NONE);
	scratch_text("t.jsonl", "{\"text\":\"halt\",\"gold\":{\"name\":\"stop\"}}\n"
				"{\"text\":\"hello\",\"gold\":7}\n");
	assert_int_equal(slice_load(&l.arena, &l.job, "t.jsonl", SLICE_ORDINARY, &slice, &l.err),
			 -1);
	assert_string_equal(l.err.msg,
			    "t.jsonl:2: 'gold' must be a call, such as {\"name\": \"get_weather\", "
			    "\"arguments\": {\"place\": \"Oslo\"}}, or null if no tool is right");
	arena_release(&l.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_too_many_tools),
		cmocka_unit_test(test_bad_jobs),
		cmocka_unit_test(test_too_much_together),
		cmocka_unit_test(test_gold),
		cmocka_unit_test(test_const_gold),
		cmocka_unit_test(test_tickets),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

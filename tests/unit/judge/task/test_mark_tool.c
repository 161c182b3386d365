/*
 * Calls as models write them, and their marks: a table of outputs, the call that each one holds,
 * and how it is marked beside the right one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/json/json.h"
#include "job/task/task_tool.h"
#include "judge/task/figures.h"
#include "judge/task/mark.h"
#include "judge/task/mark_tool.h"

#define TOOL(name, properties) \
	"{\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"description\":\"\"," \
	"\"parameters\":{\"type\":\"object\",\"properties\":{" properties "}}}}"
#define ARGUMENTS \
	"\"place\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"default\":1}," \
	"\"unit\":{\"type\":\"string\",\"enum\":[\"celsius\",\"fahrenheit\"]}"

static const char form[] =
	"[" TOOL("get_weather", ARGUMENTS) "," TOOL("stop", "") "," TOOL("none", "") "]";

#define OSLO "{\"place\":\"Oslo\"}"
#define OSLO_3 "{\"place\":\"Oslo\",\"days\":3}"

static const struct {
	const char *text, *name, *arguments;
	size_t n_calls;
} calls[] = {
	/* JSON, by any names */
	{ "{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\"}}", "get_weather", OSLO,
	  1 },
	{ "{\"name\":\"get_weather\",\"parameters\":{\"place\":\"Oslo\"}}", "get_weather", OSLO,
	  1 },
	{ "{\"tool\":\"get_weather\",\"args\":{\"place\":\"Oslo\"}}", "get_weather", OSLO, 1 },
	{ "{\"function\":\"get_weather\",\"arguments\":\"{\\\"place\\\":\\\"Oslo\\\"}\"}",
	  "get_weather", OSLO, 1 },
	{ "{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":" OSLO "}}",
	  "get_weather", OSLO, 1 },
	{ "{\"tool_calls\":[{\"name\":\"get_weather\",\"arguments\":" OSLO "}]}", "get_weather",
	  OSLO, 1 },
	{ "{\"get_weather\":{\"place\":\"Oslo\"}}", "get_weather", OSLO, 1 },
	{ "{'name': 'get_weather', 'arguments': {'place': 'Oslo', 'days': 3,}}", "get_weather",
	  OSLO_3, 1 },
	{ "{\"name\":\"stop\"}", "stop", "{}", 1 },
	{ "{\"name\":\"stop\",\"arguments\":null}", "stop", "{}", 1 },
	{ "{\"name\":\"none\",\"arguments\":{}}", "none", "{}", 1 },
	{ "{\"name\":\"fly\",\"arguments\":{}}", "fly", "{}", 1 },
	{ "Sure:\n```json\n{\"name\":\"get_weather\",\"arguments\":" OSLO "}\n```", "get_weather",
	  OSLO, 1 },
	/* marks of families */
	{ "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": " OSLO "}\n</tool_call>",
	  "get_weather", OSLO, 1 },
	{ "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": " OSLO "}]", "get_weather", OSLO,
	  1 },
	{ "[TOOL_CALLS]get_weather[ARGS]" OSLO, "get_weather", OSLO, 1 },
	{ "[TOOL_CALLS]get_weather" OSLO, "get_weather", OSLO, 1 },
	{ "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": " OSLO "}", "get_weather",
	  OSLO, 1 },
	{ "<function=get_weather>" OSLO "</function>", "get_weather", OSLO, 1 },
	{ ">>>get_weather\n" OSLO, "get_weather", OSLO, 1 },
	{ "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>" OSLO,
	  "get_weather", OSLO, 1 },
	{ "functions.get_weather:0<|tool_call_argument_begin|>" OSLO, "get_weather", OSLO, 1 },
	{ "<tool_call>\n<function=get_weather>\n<parameter=place>\nOslo\n</parameter>\n"
	  "<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
	  "get_weather", OSLO_3, 1 },
	{ "<tool_call>get_weather\n<arg_key>place</arg_key>\n<arg_value>Oslo</arg_value>\n"
	  "<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>",
	  "get_weather", OSLO_3, 1 },
	/* Python */
	{ "<|tool_call_start|>[get_weather(place=\"Oslo\", days=3)]<|tool_call_end|>",
	  "get_weather", OSLO_3, 1 },
	{ "get_weather('Oslo', 3)", "get_weather", OSLO_3, 1 },
	{ "print(stop())", "stop", "{}", 1 },
	{ "none()", "none", "{}", 1 },
	/* several */
	{ "[stop(), get_weather(place='Oslo')]", "stop", "{}", 2 },
	{ "{\"name\":\"stop\"}\n{\"name\":\"none\"}", "stop", "{}", 2 },
	{ "<tool_call>\n{\"name\":\"stop\",\"arguments\":{}}\n</tool_call>\n<tool_call>\n"
	  "{\"name\":\"stop\",\"arguments\":{}}\n</tool_call>",
	  "stop", "{}", 2 },
};

static const struct {
	const char *text;
	enum tool_reading reading;
} others[] = {
	{ "I cannot help with that.", TOOL_WORDS },
	{ "none", TOOL_WORDS },
	{ "To stop the music, use get_weather(place) or stop.", TOOL_WORDS },
	{ "I know {\"name\": \"Bob\"}, who is a friend.", TOOL_WORDS },
	{ "nonstop()", TOOL_WORDS },
	{ "", TOOL_BROKEN },
	{ " \n", TOOL_BROKEN },
	{ "{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Os", TOOL_BROKEN },
	{ "{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\"}", TOOL_BROKEN },
	{ "{\"name\": \"get_weather\", \"arguments\": 7}", TOOL_BROKEN },
	{ "```\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Os", TOOL_BROKEN },
	{ "\n```json\n[{\"name\": \"get_wea", TOOL_BROKEN },
	{ "```", TOOL_BROKEN },
	{ "```\nNothing to call.\n```", TOOL_WORDS },
	{ "{}", TOOL_BROKEN },
	{ "{\"name\": \"Bob\"}", TOOL_BROKEN },
	{ "<tool_call>\nget weather\n</tool_call>", TOOL_BROKEN },
	{ "[get_weather(place=Oslo)]", TOOL_BROKEN },
	{ "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"\xff\"}}", TOOL_BROKEN },
};

static void read_call(struct arena *a, const char *text, struct tool_call *ret_call)
{
	const struct free_text written = { text, strlen(text), false };
	json_t *tools = json_loads(form, 0, NULL);

	assert_non_null(tools);
	tool_call_read(a, tools, &written, ret_call);
	json_decref(tools);
}

static void test_calls(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		struct tool_call call;

		read_call(&a, calls[i].text, &call);
		if (call.reading != TOOL_CALLED)
			fail_msg("no call in %s", calls[i].text);
		assert_string_equal(call.name, calls[i].name);
		assert_string_equal(json_text(&a, json_incref(call.arguments)), calls[i].arguments);
		assert_int_equal(call.n_calls, calls[i].n_calls);
		tool_call_release(&call);
	}
	arena_release(&a);
}

static void test_no_calls(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct tool_call call;

		read_call(&a, others[i].text, &call);
		if (call.reading != others[i].reading)
			fail_msg("%d for %s", call.reading, others[i].text);
		assert_int_equal(call.n_calls, 0);
	}
	arena_release(&a);
}

/* Nested, unclosed and repeated openings of a call. */
static void test_hostile_texts(void **state)
{
	static const char *const parts[] = {
		"{\"a\":",	  "{",	       "[", "get_weather(\"", "get_weather(", "<parameter=",
		"stop <arg_key>", "{'name':'", "\\"
	};
	struct arena a = { 0 };
	char text[1 << 16];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		size_t n = strlen(parts[i]);
		clock_t start = clock();
		struct tool_call call;

		for (size_t at = 0; at < sizeof(text) - 1; at++)
			text[at] = parts[i][at % n];
		text[sizeof(text) - 1] = '\0';
		read_call(&a, text, &call);
		assert_int_equal(call.n_calls, 0);
		assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
	}
	arena_release(&a);
}

#define CALL(arguments) "{\"name\":\"get_weather\",\"arguments\":" arguments "}"
#define NO_TOOL "{\"name\":\"none\",\"arguments\":{}}"

static const struct {
	const char *gold, *answer;
	enum tool_mark mark;
	const char *detail;
} marks[] = {
	{ CALL(OSLO), CALL(OSLO), TOOL_RIGHT, "" },
	{ CALL(OSLO), CALL("{\"place\":\" oslo.\"}"), TOOL_RIGHT, "" },
	{ CALL(OSLO_3), CALL("{\"days\":\"3\",\"place\":\"Oslo\"}"), TOOL_RIGHT, "" },
	/* an argument that says nothing */
	{ CALL(OSLO), CALL("{\"place\":\"Oslo\",\"unit\":null,\"days\":1}"), TOOL_RIGHT, "" },
	{ CALL("{\"place\":\"Oslo\",\"days\":1}"), CALL(OSLO), TOOL_RIGHT, "" },
	{ CALL(OSLO), CALL("{\"place\":\"Oslo\",\"unit\":\"\"}"), TOOL_RIGHT, "" },
	/* arguments */
	{ CALL(OSLO), CALL("{\"place\":\"tomorrow\"}"), TOOL_WRONG, "wrong place" },
	{ CALL(OSLO), CALL("{\"place\":\"Bergen\"}"), TOOL_INVENTED, "invented place" },
	{ CALL(OSLO), CALL("{}"), TOOL_MISSING, "missing place" },
	{ CALL(OSLO), CALL("{\"place\":null}"), TOOL_MISSING, "missing place" },
	{ CALL(OSLO), CALL("{\"place\":\"Oslo\",\"unit\":\"celsius\"}"), TOOL_WRONG,
	  "needless unit" },
	{ CALL(OSLO), CALL("{\"place\":\"Oslo\",\"days\":7}"), TOOL_INVENTED, "invented days" },
	{ CALL(OSLO), CALL("{\"town\":\"Oslo\"}"), TOOL_INVENTED,
	  "missing place; invented an argument that the tool lacks" },
	/* tools */
	{ CALL(OSLO), "stop()", TOOL_OTHER, "called stop" },
	{ CALL(OSLO), "{\"name\":\"fly\",\"arguments\":{}}", TOOL_OTHER,
	  "called a tool that is not in the list" },
	{ CALL(OSLO), NO_TOOL, TOOL_NOT_CALLED, "called no tool" },
	{ CALL(OSLO), "What a day.", TOOL_NOT_CALLED, "called no tool" },
	{ NO_TOOL, NO_TOOL, TOOL_RIGHT, "" },
	{ NO_TOOL, "What a day.", TOOL_RIGHT, "" },
	{ NO_TOOL, "{\"name\":\"none\",\"arguments\":{\"why\":\"x\"}}", TOOL_RIGHT, "" },
	{ NO_TOOL, "stop()", TOOL_UNWANTED, "called stop" },
	{ NO_TOOL, "", TOOL_NO_CALL, "the answer is no call of a tool" },
	{ CALL(OSLO), CALL(OSLO) "stop()", TOOL_RIGHT, "2 calls, and the first counts" },
};

static void test_marks(void **state)
{
	const struct mark_task task = { TASK_TOOL, form };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		const struct marked marked = { "What is the weather in Oslo tomorrow, for 3 days?",
					       marks[i].gold,
					       { marks[i].answer, strlen(marks[i].answer),
						 false } };
		struct mark mark;

		mark_answer(&a, &task, &marked, &mark);
		if (mark.mark != (int)marks[i].mark)
			fail_msg("row %zu: mark %d", i, mark.mark);
		assert_string_equal(mark.detail, marks[i].detail);
	}
	arena_release(&a);
}

/* Counted by hand: the cells of both tables. */
static void test_figures(void **state)
{
	static const char *const golds[] = { CALL(OSLO), CALL(OSLO), CALL(OSLO), NO_TOOL, NO_TOOL };
	static const char *const said[] = { CALL(OSLO), CALL("{\"place\":\"Bergen\"}"), "stop()",
					    NO_TOOL, "{" };
	static const char *const cells[] = {
		"right tool",
		"3",
		"60%",
		"right tool and arguments",
		"2",
		"40%",
		"an argument missing",
		"0",
		"0%",
		"an argument wrong",
		"0",
		"0%",
		"an argument invented",
		"1",
		"20%",
		"a tool that does not exist",
		"0",
		"0%",
		"not a call",
		"1",
		"20%",
		"get_weather",
		"3",
		"2",
		"100%",
		"67%",
		"stop",
		"0",
		"1",
		"0%",
		"-",
		"(no tool)",
		"2",
		"1",
		"100%",
		"50%",
	};
	struct ticket tickets[COUNT_OF(golds)] = { 0 };
	struct answer answers[COUNT_OF(golds)] = { 0 }, *by_ticket[COUNT_OF(golds)];
	const struct figured of = { .task = { TASK_TOOL, form },
				    .tickets = tickets,
				    .answers = by_ticket,
				    .n = COUNT_OF(golds) };
	struct arena a = { 0 };
	struct figures figures = { 0 };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(golds); i++) {
		tickets[i] = (struct ticket){ .text = "Oslo", .gold = golds[i] };
		answers[i] = (struct answer){ .raw = arena_strdup(&a, said[i]),
					      .raw_len = strlen(said[i]) };
		by_ticket[i] = &answers[i];
	}
	figures_tool(&a, &of, &figures);
	assert_int_equal(figures.n, 2);
	for (size_t t = 0; t < figures.n; t++)
		for (size_t i = 0; i < figures.tables[t].n_cells; i++)
			assert_string_equal(figures.tables[t].cells[i], cells[n++]);
	assert_int_equal(n, COUNT_OF(cells));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),	      cmocka_unit_test(test_no_calls),
		cmocka_unit_test(test_hostile_texts), cmocka_unit_test(test_marks),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

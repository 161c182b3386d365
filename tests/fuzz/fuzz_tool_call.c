/*
 * A model's text, read for calls of tools and marked. A call must have a name and arguments, and a
 * detail must hold only words of the job.
 */
#include "fuzz.h"

#include <string.h>

#include "job/task/task_tool.h"
#include "judge/task/mark.h"
#include "judge/task/mark_tool.h"

static const char form[] =
	"[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"\","
	"\"parameters\":{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"},"
	"\"days\":{\"type\":\"integer\"}}}}},"
	"{\"type\":\"function\",\"function\":{\"name\":\"none\",\"description\":\"\","
	"\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";

static void check_call(struct arena *a, const struct free_text *text)
{
	json_t *tools = json_loads(form, 0, NULL);
	struct tool_call call;

	tool_call_read(a, tools, text, &call);
	MUST((call.reading == TOOL_CALLED) == (call.n_calls > 0));
	MUST((call.name != NULL) == (call.n_calls > 0));
	MUST(json_is_object(call.arguments) == (call.n_calls > 0));
	MUST(call.n_calls <= text->n_bytes);
	tool_call_release(&call);
	json_decref(tools);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	const struct mark_task task = { TASK_TOOL, form };
	const struct marked marked = {
		"Oslo, 3 days",
		"{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\"}}",
		{ (const char *)data, n_bytes, false },
	};
	struct arena a = { 0 };
	struct mark mark;

	check_call(&a, &marked.answer);
	mark_answer(&a, &task, &marked, &mark);
	MUST(mark.mark >= TOOL_RIGHT && mark.mark <= TOOL_NO_CALL);
	MUST(strlen(mark.detail) < 200);
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\",\"days\":[1,-2.5e3]}}",
		"<tool_call>\n{'name': 'get_weather', 'arguments': {'place': 'O\\'s\\u00e9'}}",
		"[TOOL_CALLS]get_weather[ARGS]{\"place\":null}",
		"[get_weather(\"Oslo\", days=3), none()]",
		"<function=get_weather>\n<parameter=place>\nOslo\n</parameter>\n</function>",
		"get_weather\n<arg_key>days</arg_key>\n<arg_value>3</arg_value>",
		"{\"get_weather\":{}} {\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}",
		"No tool fits.",
		"",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}

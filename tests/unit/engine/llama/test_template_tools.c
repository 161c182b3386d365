/*
 * Tools in the prompt, for every template that llama.cpp ships: which templates show them, and that
 * a call is written as the template itself writes an earlier one.
 */
#include <jansson.h>
#include <stdbool.h>

#include "base/array.h"
#include "engine/template.h"
#include "engine/tool_format.h"
#include "unit/template_files.h"

#define PLACE "{\"type\": \"object\", \"properties\": {\"place\": {\"type\": \"string\"}}}"
#define TOOL "\"name\": \"get_weather\", \"description\": \"Get it.\", \"parameters\": " PLACE
#define TOOLS "[{\"type\": \"function\", \"function\": {" TOOL "}}]"
#define CALL "{\"name\":\"get_weather\",\"arguments\":{\"place\":\"Oslo\"}}"

/* Templates whose calls are JSON, all of which show tools. */
static const struct {
	const char *template, *format;
} formats[] = {
	{ "Bielik-11B-v3.0-Instruct", "hermes" },
	{ "MiMo-VL", "hermes" },
	{ "NVIDIA-Nemotron-Nano-v2", "nemotron list" },
	{ "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use", "hermes" },
	{ "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "hermes" },
	{ "Qwen-QwQ-32B", "hermes" },
	{ "Qwen-Qwen2.5-7B-Instruct", "hermes" },
	{ "Qwen-Qwen3-0.6B", "hermes" },
	{ "Reka-Edge", "hermes" },
	{ "ibm-granite-granite-3.3-2B-Instruct", "granite list" },
	{ "ibm-granite-granite-4.0", "hermes" },
	{ "ibm-granite-granite-4.1", "hermes" },
	{ "meta-llama-Llama-3.1-8B-Instruct", "llama" },
	{ "meta-llama-Llama-3.2-3B-Instruct", "llama" },
	{ "meta-llama-Llama-3.3-70B-Instruct", "llama" },
	{ "mistralai-Mistral-Nemo-Instruct-2407", "mistral list" },
};

static const char *format_listed(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (strcmp(formats[i].template, name) == 0)
			return formats[i].format;
	return NULL;
}

static struct template_request request(const char *source)
{
	return (struct template_request){
		.source = source, .bos = "<s>", .eos = "</s>", .system = "Call a tool."
	};
}

static void test_formats(void **state)
{
	struct arena a = { 0 };
	struct template_file *files;
	size_t n = template_files(&a, &files), n_found = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct tool_format *format = tool_format_find(files[i].source);
		const char *listed = format_listed(files[i].name);
		struct template_request rq = request(files[i].source);

		if (!format != !listed || (format && strcmp(format->name, listed) != 0))
			fail_msg("%s: %s", files[i].name, format ? format->name : "none");
		n_found += format != NULL;
		if (format && !template_prints_tools(&rq))
			fail_msg("%s shows no tools", files[i].name);
	}
	assert_int_equal(n_found, COUNT_OF(formats));
	arena_release(&a);
}

/* Nothing but white space differs: templates write JSON with spaces of their own. */
static void drop_blanks(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
	*to = '\0';
}

/* The template's own rendering of a call that was made earlier. */
static char *earlier_call(const struct template_file *file)
{
	json_t *function =
		json_pack("{s:s, s:{s:s}}", "name", "get_weather", "arguments", "place", "Oslo");
	json_t *values =
		json_pack("{s:[{s:s, s:s}, {s:s, s:s, s:[{s:s, s:s, s:o}]}], s:o, s:b}", "messages",
			  "role", "user", "content", "Oslo?", "role", "assistant", "content", "",
			  "tool_calls", "id", "abcdefghi", "type", "function", "function", function,
			  "tools", json_loads(TOOLS, 0, NULL), "add_generation_prompt", 0);
	char *text = json_dumps(values, 0), *rendered = NULL;
	struct err err;

	if (template_fill(file->source, text, 0, &rendered, &err) < 0)
		fail_msg("%s: %s", file->name, err.msg);
	free(text);
	json_decref(values);
	return rendered;
}

static void test_calls(void **state)
{
	struct arena a = { 0 };
	struct template_file *files;
	size_t n = template_files(&a, &files), n_equal = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct tool_format *format = tool_format_find(files[i].source);
		char *call, *rendered;

		/* Granite 3.3 has no earlier calls; Nemo adds an id behind the arguments. */
		if (!format || strcmp(format->name, "granite list") == 0 ||
		    strcmp(format->name, "mistral list") == 0)
			continue;
		call = arena_strdup(&a, tool_format_call(&a, format, CALL));
		rendered = earlier_call(&files[i]);
		drop_blanks(call);
		drop_blanks(rendered);
		if (!strstr(rendered, call))
			fail_msg("%s: no %s in %s", files[i].name, call, rendered);
		n_equal++;
		free(rendered);
	}
	assert_true(n_equal > 10);
	arena_release(&a);
}

/* A template that ignores tools, or fails on them, does not show them. */
static void test_templates_without_tools(void **state)
{
	static const char *const sources[] = {
		"{% for m in messages %}{{ m.content }}{% endfor %}",
		"{% for m in messages %}{{ m.content }}{% endfor %}"
		"{{ raise_exception('no') if tools }}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sources); i++) {
		struct template_request rq = request(sources[i]);

		assert_false(template_prints_tools(&rq));
	}
}

static void test_shown_tools(void **state)
{
	struct template_request rq =
		request("{{ tools | tojson }}{% for m in messages %}{{ m.content }}{% endfor %}");
	struct template_parts parts;
	struct err err;

	(void)state;
	assert_true(template_prints_tools(&rq));
	rq.tools = TOOLS;
	assert_int_equal(template_render(&rq, &parts, &err), 0);
	assert_true(parts.marks & TEMPLATE_TOOLS_PRINTED);
	assert_non_null(strstr(parts.before, "get_weather"));
	template_parts_release(&parts);
}

static void test_listed(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(tool_format_listed(&a, "Call a tool.", TOOLS),
			    "Call a tool.\nTools:\n{" TOOL "}\nReturn JSON: {\"name\": \"<tool>\", "
			    "\"arguments\": {<name>: <value>}}");
	arena_release(&a);
}

#define INNER "{\"type\":\"object\",\"properties\":{\"arguments\":{}}}"
#define BRANCH(arguments) \
	"{\"anyOf\":[{\"properties\":{\"name\":{\"const\":\"a\"},\"" arguments "\":" INNER \
	"},\"required\":[\"name\",\"" arguments "\"]}]}"

/* Only the member of the call is renamed, not an argument of that name. */
static void test_renamed(void **state)
{
	const struct tool_format *format = tool_format_find("\"parameters\": dictionary");
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(tool_format_schema(&a, format, BRANCH("arguments")),
			    BRANCH("parameters"));
	assert_string_equal(tool_format_call(&a, format, "{\"name\":\"a\",\"arguments\":{}}"),
			    "{\"name\": \"a\", \"parameters\": {}}");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_templates_without_tools),
		cmocka_unit_test(test_shown_tools),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_renamed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

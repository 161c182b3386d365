/*
 * What a job of the task choose-tool must say, its prompt, and its gold answers. Decides how the
 * list of tools becomes the schema that an answer is held to.
 */
#include "job/task/task_tool.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/file/job.h"

static const char *const tool_marks[] = { TOOL_MARKS(NAMES_TEXT) };

static const struct names tool_mark_names = { tool_marks, COUNT_OF(tool_marks) };

const json_t *tool_find(const json_t *tools, const char *name)
{
	const json_t *tool;
	size_t i;

	json_array_foreach (tools, i, tool) {
		const json_t *function = json_object_get(tool, "function");

		if (strcmp(json_string_value(json_object_get(function, "name")), name) == 0)
			return function;
	}
	return NULL;
}

const json_t *tool_arguments(const json_t *function)
{
	return json_object_get(json_object_get(function, "parameters"), "properties");
}

bool tool_requires(const json_t *function, const char *argument)
{
	const json_t *list = json_object_get(json_object_get(function, "parameters"), "required");
	const json_t *name;
	size_t i;

	json_array_foreach (list, i, name)
		if (strcmp(json_string_value(name), argument) == 0)
			return true;
	return false;
}

static int tool_complete(struct arena *a, struct job *job, struct err *err)
{
	(void)a;
	if (job->form)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s: the task 'choose-tool' needs the key 'tools', the name of a file with "
		       "the tools in the OpenAI format, such as 'tools: tools.json'",
		       job->path);
}

/* The tools themselves are shown by the engine, as the model's template shows them. */
static const char *tool_prompt(struct arena *a, const struct job *job)
{
	(void)a;
	(void)job;
	return "You call one tool for the user's text. Call \"" TOOL_NONE
	       "\" if no tool fits. Copy "
	       "each argument from the text as it is written. Leave out an argument that the text "
	       "does not give.";
}

/* One branch for each tool: {"name": "get_weather", "arguments": {…}}. */
static const char *tool_schema(struct arena *a, const char *form)
{
	json_t *tools = json_loads(form, 0, NULL), *branches = json_array(), *tool;
	size_t i;

	json_array_foreach (tools, i, tool) {
		json_t *function = json_object_get(tool, "function");

		json_array_append_new(branches,
				      json_pack("{s:s, s:{s:{s:O}, s:O}, s:[s, s], s:b}", "type",
						"object", "properties", "name", "const",
						json_object_get(function, "name"), "arguments",
						json_object_get(function, "parameters"), "required",
						"name", "arguments", "additionalProperties", 0));
	}
	json_decref(tools);
	return json_text(a, json_pack("{s:o}", "anyOf", branches));
}

/* Why the arguments cannot be right, as text; NULL if they can be. */
static const char *tool_arguments_fault(struct arena *a, const json_t *function,
					const json_t *arguments)
{
	const json_t *known = tool_arguments(function), *value;
	const char *tool = json_string_value(json_object_get(function, "name")), *name, *why;

	json_object_foreach ((json_t *)arguments, name, value) {
		const json_t *schema = json_object_get(known, name);

		if (!schema)
			return arena_printf(a,
					    "'gold' has the argument '%s', which the tool '%s' "
					    "does not take",
					    display_text(a, name), tool);
		why = tool_value_fault(a, schema, value);
		if (why)
			return arena_printf(a, "'gold' has the argument '%s' of the tool '%s' %s",
					    display_text(a, name), tool, why);
	}
	json_object_foreach ((json_t *)known, name, value)
		if (tool_requires(function, name) && !json_object_get(arguments, name))
			return arena_printf(a,
					    "'gold' lacks the argument '%s', which the tool '%s' "
					    "requires",
					    display_text(a, name), tool);
	return NULL;
}

static const char *tool_unknown(struct arena *a, const json_t *tools, const char *name)
{
	const char *names[TOOLS_MAX + 1], *near;
	const json_t *tool;
	size_t i;

	json_array_foreach (tools, i, tool)
		names[i] = json_string_value(
			json_object_get(json_object_get(tool, "function"), "name"));
	near = str_nearest(name, names, json_array_size(tools));
	return arena_printf(a, "'gold' calls '%s', which is no tool of the job%s%s%s",
			    display_text(a, name), near ? "; did you mean '" : "", near ? near : "",
			    near ? "'?" : "");
}

/* The arguments as an object: some logs hold them as JSON in a text. A new reference, or NULL. */
static json_t *tool_gold_arguments(const json_t *gold)
{
	json_t *arguments = json_object_get(gold, "arguments");

	if (!arguments || json_is_null(arguments))
		return json_object();
	if (json_is_string(arguments))
		arguments = json_loads(json_string_value(arguments), 0, NULL);
	else
		json_incref(arguments);
	if (json_is_object(arguments))
		return arguments;
	json_decref(arguments);
	return NULL;
}

static struct task_gold tool_gold_call(struct arena *a, const json_t *tools, const json_t *gold)
{
	const char *name = json_string_value(json_object_get(gold, "name"));
	const json_t *function = name ? tool_find(tools, name) : NULL;
	json_t *arguments = tool_gold_arguments(gold);
	struct task_gold found = { NULL, NULL };

	if (!name || !arguments)
		found.fault = "'gold' must be a call, such as {\"name\": \"get_weather\", "
			      "\"arguments\": {\"place\": \"Oslo\"}}, or null if no tool is right";
	else if (!function)
		found.fault = tool_unknown(a, tools, name);
	else
		found.fault = tool_arguments_fault(a, function, arguments);
	if (!found.fault)
		found.text =
			json_text(a, json_pack("{s:s, s:O}", "name", name, "arguments", arguments));
	json_decref(arguments);
	return found;
}

static struct task_gold tool_gold(struct arena *a, const struct job *job, const json_t *gold)
{
	const char *word = json_string_value(gold);
	json_t *tools = json_loads(job->form, 0, NULL);
	json_t *none = json_pack("{s:s}", "name", TOOL_NONE);
	bool is_none = json_is_null(gold) || (word && strcmp(word, TOOL_NONE) == 0);
	struct task_gold found = tool_gold_call(a, tools, is_none ? none : gold);

	json_decref(none);
	json_decref(tools);
	return found;
}

const struct task_kind task_tool = {
	.marks = &tool_mark_names,
	.key = "tools",
	.answer_tok = 200,
	.calls_tools = true,
	.complete = tool_complete,
	.prompt = tool_prompt,
	.schema = tool_schema,
	.gold = tool_gold,
};

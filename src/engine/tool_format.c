/*
 * One table, read off the template files that its rows name (docs/tools.md).
 */
#include "engine/tool_format.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/json/json.h"

#define ARGUMENTS "arguments"

static const struct tool_format rows[] = {
	/* Qwen 2.5 and 3, QwQ, MiMo, Granite 4, Reka */
	{ "hermes", "<tool_call>\\n{\\\"name\\\"", "<tool_call>\n", "\n</tool_call>", ARGUMENTS },
	/* Hermes 2 Pro and 3 */
	{ "hermes", "{\"name\": <function-name>", "<tool_call>\n", "\n</tool_call>", ARGUMENTS },
	/* Bielik 3 */
	{ "hermes", "<tool_call>\\n{\"name\": \"", "<tool_call>\n", "\n</tool_call>", ARGUMENTS },
	/* Mistral Nemo */
	{ "mistral list", "[TOOL_CALLS][", "[TOOL_CALLS][", "]", ARGUMENTS },
	/* Nemotron Nano v2 */
	{ "nemotron list", "<TOOLCALL>[", "<TOOLCALL>[", "]</TOOLCALL>", ARGUMENTS },
	/* Granite 3.3 */
	{ "granite list", "<|tool_call|>", "<|tool_call|>[", "]", ARGUMENTS },
	/* Llama 3.1, 3.2 and 3.3 */
	{ "llama", "\"parameters\": dictionary", "", "", "parameters" },
};

const struct tool_format *tool_format_find(const char *template_source)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strstr(template_source, rows[i].source_has))
			return &rows[i];
	return NULL;
}

/* An object whose member "arguments" has another name, in its place. A new reference. */
static json_t *format_renamed(const json_t *object, const char *name)
{
	json_t *out = json_object(), *value;
	const char *key;

	json_object_foreach ((json_t *)object, key, value)
		json_object_set(out, strcmp(key, ARGUMENTS) == 0 ? name : key, value);
	return out;
}

const char *tool_format_schema(struct arena *a, const struct tool_format *format,
			       const char *schema)
{
	json_t *root = json_loads(schema, 0, NULL), *branch;
	size_t i;

	json_array_foreach (json_object_get(root, "anyOf"), i, branch) {
		json_object_set_new(
			branch, "properties",
			format_renamed(json_object_get(branch, "properties"), format->arguments));
		json_object_set_new(branch, "required",
				    json_pack("[s, s]", "name", format->arguments));
	}
	return json_text(a, root);
}

const char *tool_format_call(struct arena *a, const struct tool_format *format, const char *call)
{
	json_t *read = json_loads(call, 0, NULL),
	       *renamed = format_renamed(read, format->arguments);
	char *text = json_dumps(renamed, 0); /* with spaces, as models write it */
	const char *whole = arena_printf(a, "%s%s%s", format->open, text, format->close);

	free(text);
	json_decref(renamed);
	json_decref(read);
	return whole;
}

const char *tool_format_listed(struct arena *a, const char *system, const char *tools)
{
	json_t *list = json_loads(tools, 0, NULL), *tool;
	struct buf b;
	size_t i;

	buf_init(&b, SIZE_MAX / 2);
	buf_addf(&b, "%s\nTools:", system);
	json_array_foreach (list, i, tool) {
		char *line = json_dumps(json_object_get(tool, "function"), 0);

		buf_addf(&b, "\n%s", line);
		free(line);
	}
	buf_adds(&b, "\nReturn JSON: {\"name\": \"<tool>\", \"arguments\": {<name>: <value>}}");
	json_decref(list);
	return buf_to_arena(&b, a);
}

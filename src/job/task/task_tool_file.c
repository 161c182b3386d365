/*
 * The key `tools` to a list of tools: reads the file, checks each tool, and adds "none".
 */
#include <ctype.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/task/task_tool.h"

#define TOOL_NONE_ABOUT "Call this if no other tool fits the text."

/* One tool of the file, for messages. */
struct tool_at {
	struct arena *arena;
	const char *path, *text; /* of the file */
	const char *at; /* JSON pointer to the list */
	size_t no; /* from 1 */
	const char *name; /* NULL: not known yet */
	struct err *err;
};

static int tool_fail(const struct tool_at *at, const char *what)
{
	if (!at->name)
		return err_set(at->err, ERR_INPUT, "%s: tool %zu %s",
			       display_path(at->arena, at->path), at->no, what);
	return err_set(at->err, ERR_INPUT, "%s: tool %zu, '%s', %s",
		       display_path(at->arena, at->path), at->no, display_text(at->arena, at->name),
		       what);
}

static bool tool_is_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '-')
			return false;
	return n > 0 && n <= TOOL_NAME_MAX;
}

static int tool_check_name(struct tool_at *at, const json_t *function, const json_t *tools)
{
	const json_t *tool;
	size_t i;

	at->name = json_whole_text(json_object_get(function, "name"));
	if (!at->name)
		return tool_fail(at, "has no 'name'; write {\"type\": \"function\", \"function\": "
				     "{\"name\": \"get_weather\", \"description\": …, "
				     "\"parameters\": …}}");
	if (!tool_is_name(at->name))
		return tool_fail(at, "has a bad name; write 1 to 64 letters (a-z), digits, _ or -");
	if (strcmp(at->name, TOOL_NONE) == 0)
		return tool_fail(at, "has the name of the answer that no tool fits; rename it, or "
				     "remove it: 'none' is always there");
	json_array_foreach (tools, i, tool)
		if (strcmp(at->name, json_string_value(json_object_get(
					     json_object_get(tool, "function"), "name"))) == 0)
			return tool_fail(at, arena_printf(at->arena,
							  "has the name of tool %zu; rename or "
							  "remove one",
							  i + 1));
	return 0;
}

/* The schema of the arguments; a new reference, or NULL with the error set. */
static json_t *tool_read_parameters(const struct tool_at *at, const json_t *tool)
{
	const json_t *function = json_object_get(tool, "function");
	const json_t *given = json_object_get(function ? function : tool, "parameters");
	const struct schema_source source = {
		.file = display_path(at->arena, at->path),
		.text = at->text,
		.at = arena_printf(at->arena, "%s/%zu%s/parameters", at->at, at->no - 1,
				   function ? "/function" : ""),
		.owner = arena_printf(at->arena, "tool %zu, '%s', has bad 'parameters': ", at->no,
				      at->name),
	};

	if (given && !json_is_null(given))
		return tool_schema_read(at->arena, &source, given, at->err);
	return json_pack("{s:s, s:{}, s:b}", "type", "object", "properties", "additionalProperties",
			 0);
}

/* Takes a tool in the OpenAI format, or its function alone. */
static int tool_add(struct tool_at *at, const json_t *given, json_t *tools)
{
	const json_t *function = json_object_get(given, "function"), *about;
	json_t *parameters;

	if (!function)
		function = given;
	if (tool_check_name(at, function, tools) < 0)
		return -1;
	about = json_object_get(function, "description");
	if (about && !json_is_string(about))
		return tool_fail(at, "has a 'description' that is not a text");
	parameters = tool_read_parameters(at, given);
	if (!parameters)
		return -1;
	json_array_append_new(tools, json_pack("{s:s, s:{s:s, s:s, s:o}}", "type", "function",
					       "function", "name", at->name, "description",
					       about ? json_string_value(about) : "", "parameters",
					       parameters));
	return 0;
}

static int tool_check_count(const char *path, size_t n, struct err *err)
{
	if (n == 0)
		return err_set(err, ERR_INPUT,
			       "%s: no tools; write a list such as [{\"type\": \"function\", "
			       "\"function\": {\"name\": \"get_weather\", \"description\": …, "
			       "\"parameters\": …}}]",
			       path);
	if (n > TOOLS_MAX)
		return err_set(err, ERR_INPUT,
			       "%s: %zu tools; at most %d fit. Keep those that the tickets need",
			       path, n, TOOLS_MAX);
	return 0;
}

/* The list in the file: alone, or as the member "tools" of a request. */
static int tool_read_list(struct tool_at *at, const json_t *root, struct job *job)
{
	const json_t *list = json_is_object(root) ? json_object_get(root, "tools") : root;
	json_t *tools, *given;
	size_t i;
	int r = 0;

	if (tool_check_count(display_path(at->arena, at->path), json_array_size(list), at->err) < 0)
		return -1;
	at->at = json_is_object(root) ? "/tools" : "";
	tools = json_array();
	json_array_foreach (list, i, given) {
		at->no = i + 1;
		at->name = NULL;
		r = tool_add(at, given, tools);
		if (r < 0)
			break;
	}
	json_array_append_new(tools, json_pack("{s:s, s:{s:s, s:s, s:{s:s, s:{}, s:b}}}", "type",
					       "function", "function", "name", TOOL_NONE,
					       "description", TOOL_NONE_ABOUT, "parameters", "type",
					       "object", "properties", "additionalProperties", 0));
	job->form = json_text(at->arena, tools);
	return r;
}

int task_tool_read(struct yaml_file *file, const yaml_node_t *value, const char *name,
		   struct job *job, struct err *err)
{
	const char *path = file_beside(file->arena, job->path, name);
	struct tool_at at = { .arena = file->arena, .path = path, .err = err };
	json_error_t found;
	json_t *root;
	size_t n_bytes;
	char *text;
	int r;

	if (file_read(file->arena, path, JOB_MAX_BYTES, &text, &n_bytes, err) < 0)
		return yaml_fail(file, value, err, "tools: %s",
				 arena_strdup(file->arena, err->msg));
	root = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &found);
	if (!root)
		return err_set(err, ERR_INPUT, "%s:%d:%d: not JSON: %s",
			       display_path(file->arena, path), found.line, found.column,
			       display_text(file->arena, found.text));
	at.text = text;
	r = tool_read_list(&at, root, job);
	json_decref(root);
	return r;
}

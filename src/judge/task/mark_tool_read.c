/*
 * Finds calls in a text, from its start: objects with a name and arguments, and the name of a known
 * tool in front of its arguments, as JSON, as Python writes a call, or as marked parameters. Which
 * model writes which format does not matter.
 */
#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "job/task/task_tool.h"
#include "judge/task/mark_tool.h"
#include "judge/task/mark_tool_literal.h"

/* Most places where a call is looked for: a hostile text cannot make the reader slow. */
enum { TOOL_MAX_TRIES = 64 };

/* What models call the two members of a call. */
static const char *const name_members[] = { "name", "tool", "tool_name", "function",
					    "function_name" };
static const char *const argument_members[] = { "arguments", "parameters", "args", "input",
						"tool_input" };

/* What stands between the name of a tool and its arguments. */
static const char *const joints[] = {
	"[ARGS]",
	"[CALL_ID]",
	">",
	"\n",
	" ",
	"```json",
	"```",
	":0",
	"<|message|>",
	"<|constrain|>json",
	"json",
	"<|channel|>commentary",
	"<|tool_call_argument_begin|>",
};

/* Parameters between marks: the name, then the value. */
static const struct {
	const char *before_name, *before_value, *after_value;
} marked_forms[] = {
	{ "<parameter=", ">", "</parameter>" }, /* Qwen3-Coder */
	{ "<parameter name=\"", "\">", "</parameter>" }, /* MiniMax M2 */
	{ "<arg_key>", "</arg_key>\n<arg_value>", "</arg_value>" }, /* GLM */
	{ "<arg_key>", "</arg_key><arg_value>", "</arg_value>" },
};

/* A text with one of these was meant as a call. */
static const char *const call_marks[] = { "<tool_call", "[TOOL_CALLS]", "<|python_tag|>",
					  "<function",	"<|tool_call",	"tool_calls",
					  "```json" };

struct tool_reader {
	struct arena *arena;
	const json_t *tools;
	const char *start, *end;
	size_t n_tries;
	struct tool_call *call;
};

static bool read_is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Keeps the first call, and counts the others. Takes ownership of the arguments. */
static void read_take(struct tool_reader *r, const char *name, json_t *arguments)
{
	if (r->call->n_calls++ > 0) {
		json_decref(arguments);
		return;
	}
	r->call->reading = TOOL_CALLED;
	r->call->name = arena_strdup(r->arena, name);
	r->call->arguments = arguments;
}

static const json_t *read_member(const json_t *object, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (json_object_get(object, names[i]))
			return json_object_get(object, names[i]);
	return NULL;
}

/* Arguments as an object, which some models write as a text. A new reference, or NULL. */
static json_t *read_arguments(const json_t *value)
{
	struct literal text;
	json_t *read;

	if (json_is_null(value))
		return json_object();
	if (!json_is_string(value))
		return json_is_object(value) ? json_incref((json_t *)value) : NULL;
	text.at = json_string_value(value);
	text.end = text.at + json_string_length(value);
	read = literal_read(&text);
	if (json_is_object(read))
		return read;
	json_decref(read);
	return NULL;
}

/* {"get_weather": {"place": "Oslo"}} */
static bool read_take_keyed(struct tool_reader *r, const json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)object, name, value) {
		if (json_object_size(object) != 1 || !json_is_object(value) ||
		    !tool_find(r->tools, name))
			return false;
		read_take(r, name, json_incref(value));
		return true;
	}
	return false;
}

/* A name alone is a call only of a known tool: an object of other data can have a name. */
static bool read_take_object(struct tool_reader *r, const json_t *object)
{
	const json_t *said = read_member(object, name_members, COUNT_OF(name_members));
	const json_t *value = read_member(object, argument_members, COUNT_OF(argument_members));
	const char *name = json_string_value(said);
	json_t *arguments;

	if (!name)
		return read_take_keyed(r, object);
	if (str_starts(name, "functions."))
		name += strlen("functions.");
	if (!value && !tool_find(r->tools, name))
		return false;
	arguments = value ? read_arguments(value) : json_object();
	if (!arguments)
		return false;
	read_take(r, name, arguments);
	return true;
}

static const char *read_find(const struct tool_reader *r, const char *from, const char *what)
{
	return from < r->end ? memmem(from, (size_t)(r->end - from), what, strlen(what)) : NULL;
}

static bool read_begins(const struct tool_reader *r, const char *at, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(r->end - at) >= n && memcmp(at, what, n) == 0;
}

/* The name of argument `no` of a tool: Python's calls may leave the names out. */
static const char *read_argument_name(const json_t *function, size_t no)
{
	const char *name;
	json_t *schema;

	json_object_foreach ((json_t *)tool_arguments(function), name, schema)
		if (no-- == 0)
			return name;
	return NULL;
}

/* "place=" of an argument, or NULL. */
static const char *read_keyword(struct tool_reader *r, struct literal *text)
{
	const char *name = text->at, *at = name;

	while (at < text->end && read_is_name_char(*at))
		at++;
	if (at == name || at == text->end || *at != '=')
		return NULL;
	text->at = at + 1;
	return arena_strndup(r->arena, name, (size_t)(at - name));
}

/* (place="Oslo", days=3), from behind the opening bracket. */
static json_t *read_python(struct tool_reader *r, const json_t *function, struct literal *text)
{
	json_t *arguments = json_object();

	for (size_t no = 0;; no++) {
		const char *name;
		json_t *value;

		literal_skip_blank(text);
		if (literal_take(text, ')'))
			return arguments;
		name = read_keyword(r, text);
		if (!name)
			name = read_argument_name(function, no);
		value = name ? literal_read(text) : NULL;
		if (!value)
			break;
		json_object_set_new(arguments, name, value);
		literal_skip_blank(text);
		if (!literal_take(text, ',') && (text->at == text->end || *text->at != ')'))
			break;
	}
	json_decref(arguments);
	return NULL;
}

/* A marked value is a text, unless the tool's schema says that it is something else. */
static json_t *read_marked_value(const json_t *function, const char *name, const char *from,
				 const char *to)
{
	const json_t *schema = json_object_get(tool_arguments(function), name);
	const char *type = json_string_value(json_object_get(schema, "type"));
	struct literal text;
	json_t *value = NULL;

	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	text = (struct literal){ from, to };
	if (type && strcmp(type, "string") != 0)
		value = literal_read(&text);
	return value ? value : json_stringn(from, (size_t)(to - from));
}

/* <parameter=place>Oslo</parameter> …, or NULL if no parameter begins here. */
static json_t *read_marked(struct tool_reader *r, const json_t *function, struct literal *text)
{
	json_t *arguments = NULL;

	for (size_t i = 0; i < COUNT_OF(marked_forms); i++) {
		const char *name, *middle, *value, *close;

		literal_skip_blank(text);
		if (!read_begins(r, text->at, marked_forms[i].before_name))
			continue;
		name = text->at + strlen(marked_forms[i].before_name);
		middle = read_find(r, name, marked_forms[i].before_value);
		value = middle ? middle + strlen(marked_forms[i].before_value) : NULL;
		close = value ? read_find(r, value, marked_forms[i].after_value) : NULL;
		if (!close)
			continue;
		name = arena_strndup(r->arena, name, (size_t)(middle - name));
		arguments = arguments ? arguments : json_object();
		json_object_set_new(arguments, name,
				    read_marked_value(function, name, value, close));
		text->at = close + strlen(marked_forms[i].after_value);
		i = SIZE_MAX; /* the next parameter, in any form */
	}
	return arguments;
}

static void read_skip_joints(const struct tool_reader *r, struct literal *text)
{
	for (size_t i = 0; i < COUNT_OF(joints); i++)
		if (read_begins(r, text->at, joints[i])) {
			text->at += strlen(joints[i]);
			i = SIZE_MAX; /* again from the first */
		}
}

/* The arguments behind the name of a tool, and moves behind them; NULL if none are there. */
static json_t *read_behind_name(struct tool_reader *r, const json_t *function, struct literal *text)
{
	json_t *arguments;

	if (literal_take(text, '('))
		return read_python(r, function, text);
	read_skip_joints(r, text);
	if (text->at < text->end && *text->at == '{') {
		arguments = literal_read(text);
		if (json_is_object(arguments))
			return arguments;
		json_decref(arguments);
		return NULL;
	}
	return read_marked(r, function, text);
}

/* The known tool whose whole name is at this place, or NULL. */
static const json_t *read_tool_at(const struct tool_reader *r, const char *at)
{
	char name[TOOL_NAME_MAX + 1];
	size_t n = 0;

	if (at > r->start && read_is_name_char(at[-1]))
		return NULL;
	while (n < TOOL_NAME_MAX && at + n < r->end && read_is_name_char(at[n])) {
		name[n] = at[n];
		n++;
	}
	name[n] = '\0';
	return n > 0 ? tool_find(r->tools, name) : NULL;
}

/* A call that begins exactly here. Moves behind it. */
static bool read_take_here(struct tool_reader *r, struct literal *text)
{
	struct literal trial = *text;
	const json_t *function = NULL;
	json_t *found;
	bool taken = false;

	if (*text->at != '{')
		function = read_tool_at(r, text->at);
	if ((*text->at != '{' && !function) || r->n_tries++ >= TOOL_MAX_TRIES)
		return false;
	if (function) {
		const char *name = json_string_value(json_object_get(function, "name"));

		trial.at += strlen(name);
		found = read_behind_name(r, function, &trial);
		if (found)
			read_take(r, name, found);
		taken = found != NULL;
	} else {
		found = literal_read(&trial);
		taken = json_is_object(found) && read_take_object(r, found);
		json_decref(found);
	}
	if (taken)
		text->at = trial.at;
	return taken;
}

static const char *read_skip_space(const struct tool_reader *r, const char *at)
{
	while (at < r->end && isspace((unsigned char)*at))
		at++;
	return at;
}

/* Behind white space, and behind the opening of a code fence: "```json". */
static const char *read_first_content(const struct tool_reader *r)
{
	static const char fence[] = "```";
	const char *at = read_skip_space(r, r->start);

	if (!read_begins(r, at, fence))
		return at;
	at += strlen(fence);
	while (at < r->end && isalpha((unsigned char)*at))
		at++;
	return read_skip_space(r, at);
}

static bool read_is_meant_as_call(const struct tool_reader *r)
{
	const char *at = read_first_content(r);

	if (at == r->end || *at == '{' || *at == '[')
		return true;
	for (size_t i = 0; i < COUNT_OF(call_marks); i++)
		if (read_find(r, at, call_marks[i]))
			return true;
	return false;
}

void tool_call_read(struct arena *a, const json_t *tools, const struct free_text *text,
		    struct tool_call *ret_call)
{
	struct tool_reader r = { .arena = a,
				 .tools = tools,
				 .start = text->text,
				 .end = text->text + text->n_bytes,
				 .call = ret_call };
	struct literal rest = { r.start, r.end };

	*ret_call = (struct tool_call){ .reading = TOOL_WORDS };
	while (rest.at < rest.end)
		if (!read_take_here(&r, &rest))
			rest.at++;
	if (ret_call->n_calls == 0 && read_is_meant_as_call(&r))
		ret_call->reading = TOOL_BROKEN;
}

void tool_call_release(struct tool_call *call)
{
	json_decref(call->arguments);
	call->arguments = NULL;
}

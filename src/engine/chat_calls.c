/*
 * From pieces of calls to text. A call's name comes first, its arguments as text in pieces, or as
 * an object.
 */
#include "engine/chat_calls.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void chat_calls_end(struct chat_calls *calls, struct buf *text)
{
	if (!calls->open)
		return;
	buf_adds(text, calls->has_arguments ? "}" : "{}}");
	calls->open = calls->has_arguments = false;
}

static void chat_calls_begin(struct chat_calls *calls, const char *name, int64_t at,
			     struct buf *text)
{
	chat_calls_end(calls, text);
	buf_adds(text, calls->n++ > 0 ? "\n{\"name\": \"" : "{\"name\": \"");
	str_json_escape(text, name, strlen(name));
	buf_adds(text, "\", \"arguments\": ");
	calls->open = true;
	calls->at = at;
}

static void chat_calls_add(struct chat_calls *calls, const char *arguments, size_t n,
			   struct buf *text)
{
	buf_add(text, arguments, n);
	calls->has_arguments = calls->has_arguments || n > 0;
}

static void chat_calls_read_one(struct chat_calls *calls, const json_t *call, int64_t at,
				struct buf *text)
{
	const json_t *function = json_object_get(call, "function");
	const json_t *arguments = json_object_get(function, "arguments");
	const char *name = json_string_value(json_object_get(function, "name"));
	const char *id = json_string_value(json_object_get(call, "id"));
	bool is_other = id && *id && strncmp(id, calls->id, sizeof(calls->id) - 1) != 0;

	if (json_is_integer(json_object_get(call, "index")))
		at = json_integer_value(json_object_get(call, "index"));
	if (name && *name && (!calls->open || at != calls->at || is_other)) {
		chat_calls_begin(calls, name, at, text);
		snprintf(calls->id, sizeof(calls->id), "%s", id ? id : "");
	}
	if (!calls->open)
		return;
	if (json_is_object(arguments)) {
		char *whole = json_dumps(arguments, 0);

		chat_calls_add(calls, whole, strlen(whole), text);
		free(whole);
	} else {
		chat_calls_add(calls, json_string_value(arguments), json_string_length(arguments),
			       text);
	}
}

void chat_calls_read(struct chat_calls *calls, const json_t *list, struct buf *text)
{
	const json_t *call;
	size_t i;

	json_array_foreach (list, i, call)
		chat_calls_read_one(calls, call, (int64_t)i, text);
}

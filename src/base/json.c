/*
 * JSON out.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

const char *json_text(struct arena *a, json_t *value)
{
	char *dump = json_dumps(value, JSON_COMPACT);
	const char *text = arena_strdup(a, dump ? dump : "null");

	free(dump);
	json_decref(value);
	return text;
}

void json_print(json_t *value, FILE *out)
{
	json_dumpf(value, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(value);
}

json_t *json_any_text(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();
	struct buf b;

	if (value)
		return value;
	buf_init(&b, strlen(text) * 10 + 16);
	str_printable(&b, text, strlen(text));
	value = json_string(buf_text(&b));
	buf_release(&b);
	return value ? value : json_null();
}

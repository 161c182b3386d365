/*
 * Writes JSON.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void *json_must_have(size_t n_bytes)
{
	void *p = malloc(n_bytes);

	if (!p)
		arena_out_of_memory(n_bytes);
	return p;
}

void json_must_have_memory(void)
{
	json_set_alloc_funcs(json_must_have, free);
}

const char *json_text(struct arena *a, json_t *value)
{
	char *dump = json_dumps(value, JSON_COMPACT);
	const char *text = arena_strdup(a, dump ? dump : "null");

	free(dump);
	json_decref(value);
	return text;
}

static void json_print_dump(json_t *value, size_t flags, FILE *out)
{
	char *dump = json_dumps(value, flags);
	const char *text = dump ? dump : "null";
	struct buf visible;

	/* Beyond ASCII, JSON has characters only in strings: there the escape means the same. */
	buf_init(&visible, strlen(text) * 6);
	str_escape_hidden(&visible, text, strlen(text));
	buf_addc(&visible, '\n');
	fwrite(visible.data, 1, visible.len, out);
	buf_release(&visible);
	free(dump);
	json_decref(value);
}

void json_print(json_t *value, FILE *out)
{
	json_print_dump(value, JSON_INDENT(1), out);
}

void json_print_line(json_t *value, FILE *out)
{
	json_print_dump(value, 0, out);
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

const char *json_whole_text(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

json_t *json_known(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

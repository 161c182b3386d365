/*
 * JSON out.
 */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

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

/* Controls, format characters (bidi marks among them), unassigned ones, line separators. */
static bool json_is_hidden(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
	       category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_ZL ||
	       category == UTF8PROC_CATEGORY_ZP;
}

static void json_write_escape(utf8proc_int32_t c, FILE *out)
{
	unsigned above = (unsigned)c - 0x10000;

	if (c < 0x10000)
		fprintf(out, "\\u%04x", (unsigned)c);
	else
		fprintf(out, "\\u%04x\\u%04x", 0xD800 + (above >> 10), 0xDC00 + (above & 0x3FF));
}

/* Beyond ASCII, a character of JSON can only stand in a string: there its escape is the same. */
static void json_write_visible(const char *text, FILE *out)
{
	const char *from = text;

	while (*text) {
		utf8proc_int32_t c = (unsigned char)*text;
		utf8proc_ssize_t n = 1;

		if (c >= 0x7F)
			n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
		if (n < 1)
			n = 1; /* not well-formed: left as it is */
		if (c >= 0x7F && json_is_hidden(c)) {
			fwrite(from, 1, (size_t)(text - from), out);
			json_write_escape(c, out);
			from = text + n;
		}
		text += n;
	}
	fwrite(from, 1, (size_t)(text - from), out);
}

static void print(json_t *value, size_t flags, FILE *out)
{
	char *dump = json_dumps(value, flags);

	json_write_visible(dump ? dump : "null", out);
	fputc('\n', out);
	free(dump);
	json_decref(value);
}

void json_print(json_t *value, FILE *out)
{
	print(value, JSON_INDENT(1), out);
}

void json_print_line(json_t *value, FILE *out)
{
	print(value, 0, out);
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

/*
 * Writes JSON.
 */
#include "base/json/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
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

/* Appends a number as jansson wrote it; one with a fraction in its shortest exact form. */
static void json_add_number(struct buf *b, const char *digits, size_t n)
{
	char shortest[STR_NUMBER_BYTES];

	if (n == strspn(digits, "-0123456789")) {
		buf_add(b, digits, n);
		return;
	}
	str_number(strtod(digits, NULL), shortest);
	buf_adds(b, shortest);
	if (!strpbrk(shortest, ".e"))
		buf_adds(b, ".0"); /* it stays a fraction for whoever reads it */
}

/* Appends JSON text: jansson writes 17 digits of a number, even of 0.1. */
static void json_add_shortest(struct buf *b, const char *text)
{
	bool quoted = false;

	while (*text) {
		size_t n = quoted ? 0 : strspn(text, "-+.0123456789eE");

		if (n > 0 && strchr("-0123456789", *text)) {
			json_add_number(b, text, n);
			text += n;
			continue;
		}
		if (quoted && *text == '\\')
			buf_addc(b, *text++);
		else if (*text == '"')
			quoted = !quoted;
		buf_addc(b, *text++);
	}
}

static void json_print_dump(json_t *value, size_t flags, FILE *out)
{
	char *dump = json_dumps(value, flags);
	const char *text = dump ? dump : "null";
	struct buf shortest, visible;

	buf_init(&shortest, strlen(text) * 2 + 16);
	json_add_shortest(&shortest, text);
	/* Beyond ASCII, JSON has characters only in strings: there the escape means the same. */
	buf_init(&visible, shortest.len * 6);
	str_escape_hidden(&visible, shortest.data, shortest.len);
	buf_addc(&visible, '\n');
	fwrite(visible.data, 1, visible.len, out);
	buf_release(&visible);
	buf_release(&shortest);
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

json_t *json_text_list(const char *const *texts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_any_text(texts[i]));
	return list;
}

const char *json_whole_text(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

const char *json_half_escape(struct arena *a, const json_error_t *found)
{
	static const char invalid[] = "invalid Unicode '";
	const char *half = found->text + strlen(invalid);

	if (!str_starts(found->text, invalid))
		return NULL;
	return display_text(a, arena_strndup(a, half, strcspn(half, "'")));
}

json_t *json_known(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

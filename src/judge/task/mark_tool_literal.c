/*
 * A recursive reader with a limit of depth. It accepts a comma before a closing bracket, and a name
 * that is given twice: the last value counts, as in most readers of JSON.
 */
#include "judge/task/mark_tool_literal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/str.h"

enum { LITERAL_MAX_DEPTH = 32, LITERAL_NUMBER_BYTES = 64, LITERAL_TEXT_MAX = 1 << 20 };

static const struct {
	const char *text;
	json_type type;
} words[] = {
	{ "true", JSON_TRUE }, { "false", JSON_FALSE }, { "null", JSON_NULL },
	{ "True", JSON_TRUE }, { "False", JSON_FALSE }, { "None", JSON_NULL },
};

static json_t *literal_read_value(struct literal *text, int depth);

void literal_skip_blank(struct literal *text)
{
	while (text->at < text->end && *text->at && strchr(" \t\r\n", *text->at))
		text->at++;
}

bool literal_take(struct literal *text, char c)
{
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

/* The body of a text up to its closing quote; a pair of backslash and character is not split. */
static json_t *literal_read_text(struct literal *text)
{
	char quote = *text->at;
	const char *body = ++text->at;
	struct buf raw, plain;
	json_t *value = NULL;

	buf_init(&raw, LITERAL_TEXT_MAX);
	for (; text->at < text->end && *text->at != quote; text->at++) {
		if (*text->at == '\\' && text->at + 1 < text->end && text->at[1] == '\'') {
			buf_add(&raw, body, (size_t)(text->at - body)); /* Python's escape */
			body = ++text->at;
		} else if (*text->at == '\\' && text->at + 1 < text->end) {
			text->at++;
		}
	}
	if (text->at < text->end) {
		buf_add(&raw, body, (size_t)(text->at - body));
		buf_init(&plain, LITERAL_TEXT_MAX);
		str_json_unescape(&plain, buf_text(&raw), raw.len);
		value = json_stringn(buf_text(&plain), plain.len);
		buf_release(&plain);
		text->at++;
	}
	buf_release(&raw);
	return value;
}

static json_t *literal_read_number(struct literal *text)
{
	char digits[LITERAL_NUMBER_BYTES], *end;
	size_t n = 0;
	long long whole;

	while (n < sizeof(digits) - 1 && text->at + n < text->end && text->at[n] &&
	       strchr("+-.0123456789eE", text->at[n])) {
		digits[n] = text->at[n];
		n++;
	}
	digits[n] = '\0';
	if (n == 0 || digits[0] == '+')
		return NULL;
	errno = 0;
	whole = strtoll(digits, &end, 10);
	if (*end == '\0' && errno == 0 && end != digits) {
		text->at += n;
		return json_integer(whole);
	}
	errno = 0;
	strtod(digits, &end);
	if (*end != '\0' || end == digits)
		return NULL;
	text->at += n;
	return json_real(strtod(digits, NULL)); /* NULL if it is infinite */
}

static json_t *literal_read_word(struct literal *text)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t n = strlen(words[i].text);

		if ((size_t)(text->end - text->at) < n || memcmp(text->at, words[i].text, n) != 0)
			continue;
		text->at += n;
		if (words[i].type == JSON_NULL)
			return json_null();
		return json_boolean(words[i].type == JSON_TRUE);
	}
	return literal_read_number(text);
}

/* One "name: value" of an object. */
static bool literal_read_member(struct literal *text, json_t *object, int depth)
{
	json_t *name, *value = NULL;

	if (text->at == text->end || (*text->at != '"' && *text->at != '\''))
		return false;
	name = literal_read_text(text);
	literal_skip_blank(text);
	if (name && literal_take(text, ':'))
		value = literal_read_value(text, depth + 1);
	if (value && strlen(json_string_value(name)) == json_string_length(name))
		json_object_set(object, json_string_value(name), value);
	json_decref(value);
	json_decref(name);
	return value != NULL;
}

static bool literal_read_item(struct literal *text, json_t *list, int depth)
{
	json_t *value = literal_read_value(text, depth + 1);

	if (value)
		json_array_append_new(list, value);
	return value != NULL;
}

/* An object or a list, from its bracket. */
static json_t *literal_read_many(struct literal *text, int depth)
{
	bool is_object = *text->at++ == '{';
	char close = is_object ? '}' : ']';
	json_t *many = is_object ? json_object() : json_array();

	for (;;) {
		literal_skip_blank(text);
		if (literal_take(text, close))
			return many;
		if (!(is_object ? literal_read_member(text, many, depth) :
				  literal_read_item(text, many, depth)))
			break;
		literal_skip_blank(text);
		if (!literal_take(text, ',') && (text->at == text->end || *text->at != close))
			break;
	}
	json_decref(many);
	return NULL;
}

static json_t *literal_read_value(struct literal *text, int depth)
{
	literal_skip_blank(text);
	if (text->at == text->end || depth > LITERAL_MAX_DEPTH)
		return NULL;
	if (*text->at == '{' || *text->at == '[')
		return literal_read_many(text, depth);
	if (*text->at == '"' || *text->at == '\'')
		return literal_read_text(text);
	return literal_read_word(text);
}

json_t *literal_read(struct literal *text)
{
	struct literal trial = *text;
	json_t *value = literal_read_value(&trial, 0);

	if (value)
		text->at = trial.at;
	return value;
}

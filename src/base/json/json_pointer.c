/*
 * JSON pointers, and a walk over the text of valid JSON: Jansson forgets where a value stood.
 */
#include "base/json/json_pointer.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"

enum { POINTER_MAX_BYTES = 1 << 16 };

/* The next part of a pointer without its escapes, and moves *pointer past it; false at the end. */
static bool pointer_next(const char **pointer, struct buf *part)
{
	const char *p = *pointer;

	buf_clear(part);
	if (*p != '/')
		return false;
	for (p++; *p && *p != '/'; p++)
		if (*p == '~' && (p[1] == '0' || p[1] == '1'))
			buf_addc(part, *++p == '0' ? '~' : '/');
		else
			buf_addc(part, *p);
	*pointer = p;
	return true;
}

json_t *json_at_pointer(const json_t *root, const char *pointer)
{
	const json_t *value = root;
	struct buf part;
	int64_t at;

	buf_init(&part, POINTER_MAX_BYTES);
	while (value && pointer_next(&pointer, &part))
		if (json_is_array(value))
			value = str_to_i64(buf_text(&part), 0, INT32_MAX, &at) ?
					json_array_get(value, (size_t)at) :
					NULL;
		else
			value = json_object_get(value, buf_text(&part));
	buf_release(&part);
	return *pointer ? NULL : (json_t *)value;
}

const char *json_pointer_member(struct arena *a, const char *pointer, const char *key)
{
	struct buf b;

	buf_init(&b, POINTER_MAX_BYTES);
	buf_addf(&b, "%s/", pointer);
	for (; *key; key++)
		if (*key == '~' || *key == '/')
			buf_adds(&b, *key == '~' ? "~0" : "~1");
		else
			buf_addc(&b, *key);
	return buf_to_arena(&b, a);
}

const char *json_pointer_item(struct arena *a, const char *pointer, size_t at)
{
	return arena_printf(a, "%s/%zu", pointer, at);
}

static const char *pointer_skip_white(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static const char *pointer_skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* Past one value. */
static const char *pointer_skip_value(const char *p)
{
	size_t depth = 0;

	for (p = pointer_skip_white(p); *p;) {
		if (*p == '"') {
			p = pointer_skip_string(p);
		} else if (strchr("[{", *p)) {
			depth++;
			p++;
		} else if (strchr("]}", *p)) {
			depth--;
			p++;
		} else {
			p += 1 + (depth == 0 ? strcspn(p + 1, ",]} \t\r\n") : 0);
		}
		if (depth == 0)
			break;
	}
	return p;
}

static bool pointer_is_key(const char *string, const char *end, const char *key)
{
	struct buf b;
	bool same;

	buf_init(&b, POINTER_MAX_BYTES);
	str_json_unescape(&b, string + 1, (size_t)(end - string) - 2);
	same = strcmp(buf_text(&b), key) == 0;
	buf_release(&b);
	return same;
}

/* The value of a member or item of the value at `p`; NULL if there is none. */
static const char *pointer_step(const char *p, const char *part)
{
	bool is_object = *p == '{', found = false;
	size_t i = 0;
	int64_t at = -1;

	if (*p != '{' && (*p != '[' || !str_to_i64(part, 0, INT32_MAX, &at)))
		return NULL;
	for (p = pointer_skip_white(p + 1); *p && !strchr("]}", *p); i++) {
		found = !is_object && i == (size_t)at;
		if (is_object) {
			const char *end = pointer_skip_string(p);

			found = pointer_is_key(p, end, part);
			p = pointer_skip_white(end);
			p = pointer_skip_white(p + (*p == ':'));
		}
		if (found)
			return p;
		p = pointer_skip_white(pointer_skip_value(p));
		p = pointer_skip_white(p + (*p == ','));
	}
	return NULL;
}

bool json_place(const char *text, const char *pointer, size_t *ret_line, size_t *ret_column)
{
	const char *p = pointer_skip_white(text + str_mark_bytes(text, strlen(text)));
	size_t line = 1, column = 1;
	struct buf part;

	buf_init(&part, POINTER_MAX_BYTES);
	while (p && pointer_next(&pointer, &part))
		p = pointer_step(p, buf_text(&part));
	buf_release(&part);
	if (!p)
		return false;
	for (const char *q = text; q < p; q++)
		if (*q == '\n') {
			line++;
			column = 1;
		} else {
			column += ((unsigned char)*q & 0xC0) != 0x80;
		}
	*ret_line = line;
	*ret_column = column;
	return true;
}

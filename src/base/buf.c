/*
 * Growing bytes with a ceiling.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){ .max = max_bytes };
}

void buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->data)
		b->data[0] = '\0';
}

void buf_drop_front(struct buf *b, size_t n_bytes)
{
	if (n_bytes > b->len)
		n_bytes = b->len;
	if (n_bytes == 0)
		return;
	b->len -= n_bytes;
	memmove(b->data, b->data + n_bytes, b->len + 1);
}

static bool buf_reserve(struct buf *b, size_t n_bytes)
{
	size_t cap;
	char *data;

	if (b->overflow || n_bytes > b->max - b->len) {
		b->overflow = true;
		return false;
	}
	if (b->len + n_bytes + 1 <= b->cap)
		return true;
	cap = b->cap ? b->cap * 2 : 256;
	if (cap < b->len + n_bytes + 1)
		cap = b->len + n_bytes + 1;
	data = realloc(b->data, cap);
	if (!data)
		arena_out_of_memory(cap);
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *data, size_t n_bytes)
{
	if (!buf_reserve(b, n_bytes))
		return;
	if (n_bytes)
		memcpy(b->data + b->len, data, n_bytes);
	b->len += n_bytes;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

static void buf_addv(struct buf *b, const char *separator, const char *fmt, va_list ap)
{
	size_t n_separator = strlen(separator);
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (!buf_reserve(b, n_separator + (size_t)n))
		return;
	memcpy(b->data + b->len, separator, n_separator);
	b->len += n_separator;
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, "", fmt, ap);
	va_end(ap);
}

void buf_add_item(struct buf *b, const char *separator, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, b->len ? separator : "", fmt, ap);
	va_end(ap);
}

const char *buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_to_arena(struct buf *b, struct arena *a)
{
	char *text = arena_strndup(a, buf_text(b), b->len);

	buf_release(b);
	return text;
}

char *buf_take(struct buf *b)
{
	char *data = b->data ? b->data : calloc(1, 1);

	if (!data)
		arena_out_of_memory(1);
	*b = (struct buf){ .max = b->max };
	return data;
}

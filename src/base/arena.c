/*
 * Bump allocation in linked blocks. Under AddressSanitizer the unused rest of a block is poisoned;
 * otherwise an arena would hide overflows.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define RED_ZONE 16
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE 0
#endif

enum { ARENA_BLOCK_BYTES = 64 * 1024, ARENA_FIRST_ITEMS = 16 };

struct arena_block {
	struct arena_block *prev;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

void arena_out_of_memory(size_t n_bytes)
{
	fprintf(stderr, "toehold: out of memory: cannot allocate %zu bytes\n", n_bytes);
	abort();
}

static struct arena_block *arena_block_add(struct arena *a, size_t need)
{
	size_t size = need > ARENA_BLOCK_BYTES ? need : ARENA_BLOCK_BYTES;
	struct arena_block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		arena_out_of_memory(size);
	b->prev = a->last;
	b->size = size;
	POISON(b->data, size);
	a->last = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n_bytes)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->last;
	size_t need;
	void *p;

	if (n_bytes > SIZE_MAX / 2)
		arena_out_of_memory(n_bytes);
	need = (n_bytes + RED_ZONE + align - 1) / align * align;
	if (need == 0)
		need = align;
	if (!b || b->size - b->used < need)
		b = arena_block_add(a, need);
	p = b->data + b->used;
	b->used += need;
	a->used_bytes += need;
	UNPOISON(p, n_bytes ? n_bytes : 1);
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size_bytes)
{
	if (size_bytes && n > SIZE_MAX / 2 / size_bytes)
		arena_out_of_memory(n);
	return arena_alloc(a, n * size_bytes);
}

void *arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size_bytes)
{
	void *more;

	if (n < *cap)
		return items;
	if (*cap > SIZE_MAX / 2)
		arena_out_of_memory(*cap);
	*cap = *cap ? *cap * 2 : ARENA_FIRST_ITEMS;
	more = arena_array(a, *cap, size_bytes);
	if (n)
		memcpy(more, items, n * size_bytes);
	return more;
}

char *arena_strndup(struct arena *a, const char *text, size_t n_bytes)
{
	char *copy = arena_alloc(a, n_bytes + 1);

	memcpy(copy, text, n_bytes);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return text ? arena_strndup(a, text, strlen(text)) : NULL;
}

const char **arena_strdups(struct arena *a, const char *const *texts, size_t n)
{
	const char **copies = arena_array(a, n, sizeof(*copies));

	for (size_t i = 0; i < n; i++)
		copies[i] = arena_strdup(a, texts[i]);
	return copies;
}

/* The formatted text with n_before bytes of room in front of it. */
static char *arena_vprintf(struct arena *a, size_t n_before, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = arena_alloc(a, n_before + (size_t)n + 1);
	vsnprintf(text + n_before, (size_t)n + 1, fmt, ap);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, 0, fmt, ap);
	va_end(ap);
	return text;
}

char *arena_add_item(struct arena *a, const char *list, const char *separator, const char *fmt, ...)
{
	size_t n_list = list ? strlen(list) : 0, n_separator = n_list ? strlen(separator) : 0;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, n_list + n_separator, fmt, ap);
	va_end(ap);
	if (n_list)
		memcpy(text, list, n_list);
	memcpy(text + n_list, separator, n_separator);
	return text;
}

char *arena_join(struct arena *a, const char *const *texts, size_t n, const char *separator)
{
	size_t n_separator = strlen(separator), n_bytes = 0, at = 0;
	char *joined;

	for (size_t i = 0; i < n; i++)
		n_bytes += strlen(texts[i]) + n_separator;
	joined = arena_alloc(a, n_bytes + 1);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(texts[i]);

		if (i) {
			memcpy(joined + at, separator, n_separator);
			at += n_separator;
		}
		memcpy(joined + at, texts[i], len);
		at += len;
	}
	return joined;
}

void arena_release(struct arena *a)
{
	while (a->last) {
		struct arena_block *prev = a->last->prev;

		UNPOISON(a->last->data, a->last->size);
		free(a->last);
		a->last = prev;
	}
	a->used_bytes = 0;
}

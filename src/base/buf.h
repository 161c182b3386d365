/*
 * A growing run of bytes with a ceiling that is set at the start: no input, model or ticket can
 * make it grow past that. A NUL always follows the last byte, so text can be read in place.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct buf {
	char *data;
	size_t len, cap, max;
	bool overflow; /* an append did not fit; it and all later ones are dropped */
};

/* max_bytes is the ceiling of the content. Call this before any other use. */
void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);

/* Drops the first bytes, at most all. */
void buf_drop_front(struct buf *b, size_t n_bytes);

/* Append. What would pass the ceiling is dropped whole and sets b->overflow. */
void buf_add(struct buf *b, const void *data, size_t n_bytes);
void buf_adds(struct buf *b, const char *text);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Appends an item of a list: the separator, unless b is empty, and the formatted text. */
void buf_add_item(struct buf *b, const char *separator, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The text, never NULL; borrowed until the next append. */
const char *buf_text(const struct buf *b);

/* Copies the text into the arena (all b->len bytes and a NUL) and releases b. Never NULL. */
char *buf_to_arena(struct buf *b, struct arena *a);

/* Hands the memory to the caller, who frees it, and leaves b empty. Never NULL. */
char *buf_take(struct buf *b);

#endif

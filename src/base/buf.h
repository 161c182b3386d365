/*
 * A growing run of bytes with a ceiling that is given at birth: no input, model or ticket can
 * make one grow past it. Always NUL-terminated past its length, so text can be read in place.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct buf {
	char *data;
	size_t len, cap, max;
	bool overflow; /* an append would have passed max; all later appends are dropped */
};

/* max_bytes is the ceiling of the content. A zeroed buf must be init'ed before use. */
void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);

/* Appends; past the ceiling they set b->overflow and change nothing. */
void buf_add(struct buf *b, const void *data, size_t n_bytes);
void buf_adds(struct buf *b, const char *text);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The text, never NULL; borrowed until the next append. */
const char *buf_text(const struct buf *b);

/* Gives the memory away (owned by the caller, free()) and leaves the buf empty. Never NULL. */
char *buf_take(struct buf *b);

#endif

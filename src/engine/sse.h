/*
 * Server-sent events (WHATWG HTML, "Server-sent events") as they come off a connection: bytes in
 * any cut, the data of each event out. Decides only where an event ends; must not know what its
 * data means. The bytes are hostile: lines and events have a ceiling.
 */
#ifndef ENGINE_SSE_H
#define ENGINE_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Of one line, and of the data of one event. */
enum { SSE_MAX_BYTES = 1 << 20 };

struct sse {
	struct buf line, data;
	bool has_data; /* the event at work has a data field, if only an empty one */
	bool after_cr; /* a line break of two bytes may be cut between them */
	bool begun; /* past the byte order mark */
};

void sse_init(struct sse *s);
void sse_release(struct sse *s);

/*
 * Feeds bytes; `event` is called with the data of each event that is complete, NUL-terminated
 * past its length. Returns -1 where a ceiling was passed, or where `event` gave -1: nothing more
 * may be fed then.
 */
int sse_feed(struct sse *s, const char *bytes, size_t n_bytes,
	     int (*event)(void *ctx, const char *data, size_t n_bytes), void *ctx);

/* The stream's end: an event whose blank line was left out counts all the same. */
int sse_end(struct sse *s, int (*event)(void *ctx, const char *data, size_t n_bytes), void *ctx);

#endif

/*
 * Server-sent events (WHATWG HTML, "Server-sent events"): bytes in, in pieces of any size; the
 * data of each event out. Decides only where an event ends, and must not know what its data
 * means. The bytes are hostile: lines and events have a ceiling.
 */
#ifndef ENGINE_SSE_H
#define ENGINE_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { SSE_MAX_BYTES = 1 << 20 }; /* of one line, and of the data of one event */

struct sse {
	struct buf line, data;
	bool has_data; /* the current event has a data field, perhaps empty */
	bool after_cr; /* the next byte may be the second half of CR LF */
	bool begun; /* past the byte order mark */
	bool is_error; /* the current event is named "error"; read it in the callback */
};

void sse_init(struct sse *s);
void sse_release(struct sse *s);

/* Receives the data of a complete event, NUL-terminated. Returns -1 to stop. */
typedef int sse_event(void *ctx, const char *data, size_t n_bytes);

/* Returns -1 if a ceiling was passed or `event` returned -1. Feed nothing after that. */
int sse_feed(struct sse *s, const char *bytes, size_t n_bytes, sse_event *event, void *ctx);

/* Call it at the stream's end: an event without its closing blank line counts too. */
int sse_end(struct sse *s, sse_event *event, void *ctx);

#endif

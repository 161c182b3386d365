/*
 * Calls of tools in a server's answer, put together as text: {"name": ..., "arguments": ...}, one
 * behind the other. They come in pieces or whole. Pure; input is hostile.
 */
#ifndef ENGINE_CHAT_CALLS_H
#define ENGINE_CHAT_CALLS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Zeroed: no call has begun. */
struct chat_calls {
	int64_t at; /* index of the call that has begun last */
	char id[64]; /* its id, "" if it has none */
	bool open; /* its arguments may still come */
	bool has_arguments;
	size_t n;
};

/* Appends what the pieces in a list `tool_calls` add to the text. */
void chat_calls_read(struct chat_calls *calls, const json_t *list, struct buf *text);

/* Appends the end of the last call. */
void chat_calls_end(struct chat_calls *calls, struct buf *text);

#endif

/*
 * A text that grows, sent to any number of clients as it does: server-sent events. The main thread
 * adds to it, the server's thread sends it. Must not know what the text says.
 */
#ifndef FLOW_HTTP_HTTP_STREAM_H
#define FLOW_HTTP_HTTP_STREAM_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct http_stream;

int http_stream_open(size_t max_bytes, struct http_stream **ret_stream, struct err *err) MUST_USE;

/* Adds text. What would pass the ceiling is dropped. */
void http_stream_add(struct http_stream *s, const char *text);

/*
 * Adds the last text, which may pass the ceiling. Nothing more comes: each client gets the rest,
 * and its answer ends.
 */
void http_stream_end(struct http_stream *s, const char *last);

/* The text so far; borrowed until the next call. For the thread that adds. */
const char *http_stream_text(struct http_stream *s);

/* Ends the answers of clients that have gone: nothing else would notice while no text comes. */
void http_stream_drop_gone(struct http_stream *s);

/* An answer that begins at this byte of the text. NULL if there is no memory. */
struct MHD_Response *http_stream_respond(struct http_stream *s, struct MHD_Connection *connection,
					 size_t at);

/* Between these two a request's answer is being sent from it, or will be. */
void http_stream_hold(struct http_stream *s);
void http_stream_let_go(struct http_stream *s);
bool http_stream_is_held(struct http_stream *s);

/* Frees it; nothing may hold it. Does nothing if NULL. */
void http_stream_free(struct http_stream *s);

#endif

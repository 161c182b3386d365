/*
 * An HTTP server on the loopback interface, through libmicrohttpd in a thread of its own: for
 * `serve` and `page`. Decides which Host is this machine, how long a client may take, and how
 * requests wait for the main thread. Must not know paths or answers.
 */
#ifndef FLOW_HTTP_HTTP_SERVER_H
#define FLOW_HTTP_HTTP_SERVER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct http_server;
struct http_stream;

enum { HTTP_HEADERS_MAX = 12 };

struct http_header {
	const char *name, *value;
};

/* The texts live as long as the request; those of headers, and the body, are copied when sent. */
struct http_answer {
	unsigned status; /* 0: none */
	const char *body; /* NULL: empty */
	size_t n_bytes;
	struct http_stream *stream; /* in place of a body, from its byte `at` on; or NULL */
	size_t at;
	struct http_header headers[HTTP_HEADERS_MAX]; /* the rest is NULL */
};

/* One request, from its first byte to the end of its answer. */
struct http_request {
	struct arena arena; /* its own, also for the answer */
	const char *method, *path;
	struct buf body; /* its ceiling is the handler's */
	int64_t arrived_us; /* monotonic: when it was complete */
	void *more; /* the handler's own; NULL at first */
	struct http_server *server;
	struct MHD_Connection *connection;
	struct http_answer answer; /* for http_answer() */
	bool is_kept; /* it stays in the queue if its client goes */
	struct http_request *next; /* in the queue */
};

/* Who decides on requests. Both functions are called in the server's thread. */
struct http_handler {
	void *ctx;
	/* The head has come: fills *ret_answer to refuse the request before its body. */
	void (*head)(void *ctx, struct http_request *q, struct http_answer *ret_answer);
	/* All of it has come: fills *ret_answer, or puts it into the queue. */
	void (*complete)(void *ctx, struct http_request *q, struct http_answer *ret_answer);
};

/* Listens on 127.0.0.1. Port 0: any free one. Fails with ERR_REFUSED if the port is taken. */
int http_server_open(int64_t port, const struct http_handler *handler,
		     struct http_server **ret_server, int *ret_port, struct err *err) MUST_USE;

/* RULE: a web page can make a browser send requests, but with another Host. */
bool http_host_is_ours(const struct http_request *q);

/* A header of the request, or NULL. */
const char *http_request_header(const struct http_request *q, const char *name);

/* Whether two secrets are equal; takes the same time for all of the same length. False for NULL. */
bool http_secret_is(const char *given, const char *secret);

/*
 * In complete(): puts the request into the queue. False if n_max requests wait there, or if the
 * server is closing.
 */
bool http_server_enqueue(struct http_request *q, size_t n_max);

/* Waits at most wait_us for the next request of the queue; NULL if none came. */
struct http_request *http_server_next(struct http_server *s, int64_t wait_us);

/* A descriptor that can be read while requests wait. */
int http_server_fd(const struct http_server *s);

/* Requests in the queue, and those that were taken out of it because their clients had gone. */
void http_server_counts(struct http_server *s, int64_t *ret_waiting, int64_t *ret_gone);

/* Adds a header, or replaces it; its texts live as long as the request. */
void http_answer_add(struct http_answer *answer, const char *name, const char *value);

/* Answers a request from the queue; it is gone afterwards. */
void http_answer(struct http_request *q, const struct http_answer *answer);

/* From now on nothing enters the queue. */
void http_server_quiesce(struct http_server *s);

/* Stops and frees it; the queue must be empty and each stream ended. Does nothing if NULL. */
void http_server_close(struct http_server *s);

#endif

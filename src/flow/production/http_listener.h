/*
 * The HTTP listener of `serve`, on the loopback interface, through libmicrohttpd in a thread of its
 * own. Decides which requests are accepted (token, Host) and how many wait; must not know the
 * answers. The main thread takes accepted requests from a queue and answers them.
 */
#ifndef FLOW_PRODUCTION_HTTP_LISTENER_H
#define FLOW_PRODUCTION_HTTP_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/production/chat_request.h"
#include "flow/production/decision_request.h"
#include "flow/production/request.h"

struct listener;

struct listener_options {
	int64_t port; /* 0: any free one */
	const char *token; /* that requests must bring, except for / and /health; borrowed */
	int64_t n_queue; /* most requests that wait; more get a 503 */
	const char *model; /* name of the candidate, for /v1/models; borrowed */
	bool decisions; /* it has probabilities: requests for decisions are accepted */
	int64_t created_s; /* of the run, for /v1/models: seconds since 1970 */
	const char *task, *form; /* as in struct chat_server */
	struct decision_run run; /* what is decided; its labels are borrowed */
};

/* A request from the queue. */
struct listener_request {
	enum request_form form;
	struct arena *arena; /* its own, also for the answer */
	const struct ticket *tickets;
	size_t n;
	const struct decision_request *decision; /* of a decision */
	const struct chat_request *chat; /* of a chat completion */
	int64_t arrived_us; /* monotonic */
	void *handle; /* for listener_answer() */
};

/* Starts to listen on 127.0.0.1. Fails with ERR_REFUSED if the port is taken. */
int listener_open(const struct listener_options *options, struct listener **ret_listener,
		  int *ret_port, struct err *err) MUST_USE;

/* Waits at most wait_us for the next request; false if none came. */
bool listener_next(struct listener *l, int64_t wait_us, struct listener_request *ret);

/*
 * Answers a request: an HTTP status and a body, owned by the request's arena. The body is JSON, or
 * the events of a stream if a chat completion asked for one and the status is 200.
 */
void listener_answer(struct listener *l, struct listener_request *request, unsigned status,
		     const char *body);

/* What GET /metrics shows after the listener's own counts, until the next call. Copied. */
void listener_set_metrics(struct listener *l, const char *text);

/* Refuses new requests. Those that wait can still be taken and answered. */
void listener_quiesce(struct listener *l);

/* Refuses what still waits and frees the listener. Does nothing if NULL. */
void listener_close(struct listener *l);

#endif

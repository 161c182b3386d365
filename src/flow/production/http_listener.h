/*
 * The door of `serve`: HTTP on the loopback interface through libmicrohttpd, in a thread of its
 * own. Decides who may come in (token, Host) and how many wait; must not know what is answered.
 * Requests that passed stand in a queue; the main thread takes them and gives them back answered.
 */
#ifndef FLOW_PRODUCTION_HTTP_LISTENER_H
#define FLOW_PRODUCTION_HTTP_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/production/request.h"

struct listener;

struct listener_options {
	int64_t port; /* 0: any that is free */
	const char *token; /* that every request but /health must bring; borrowed */
	int64_t n_queue; /* most requests that wait; more are told to come again */
	const char *model; /* name of the candidate, for /v1/models; borrowed */
};

/* One request in hand. */
struct visitor {
	enum request_form form;
	struct arena *arena; /* its own: for the answer, too */
	const struct ticket *tickets;
	size_t n;
	int64_t arrived_us; /* monotonic */
	void *door; /* front.c's */
};

/* Starts to listen on 127.0.0.1. ERR_REFUSED where the port is taken. */
int listener_open(const struct listener_options *options, struct listener **ret_front,
		  int *ret_port, struct err *err) MUST_USE;

/* Waits at most wait_us for the next request; false where none came. */
bool listener_next(struct listener *f, int64_t wait_us, struct visitor *ret);

/* Answers a request: an HTTP status and a body of JSON, owned by the visitor's arena. */
void listener_answer(struct listener *f, struct visitor *v, unsigned status, const char *body);

/* What GET /metrics shows, behind the door's own counts, until the next call; copied. */
void listener_set_metrics(struct listener *f, const char *text);

/* No new connections; those that wait can still be taken and answered. */
void listener_quiesce(struct listener *f);

/* Turns away what still waits, and frees. NULL does nothing. */
void listener_close(struct listener *f);

#endif

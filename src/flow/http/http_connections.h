/*
 * Deadlines of connections to this program. Decides how long a client may take to send its request:
 * a connection that sends a byte now and then is never idle, and would keep its place for ever.
 * Must not know what is asked.
 */
#ifndef FLOW_HTTP_HTTP_CONNECTIONS_H
#define FLOW_HTTP_HTTP_CONNECTIONS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct http_connections;

/*
 * Starts a thread that closes late connections. At `n_max` connections, the oldest one without a
 * complete head makes room. Fails if the thread cannot start.
 */
int http_connections_open(size_t n_max, struct http_connections **ret_connections,
			  struct err *err) MUST_USE;

/* Ends the thread; after MHD_stop_daemon(). Does nothing if NULL. */
void http_connections_close(struct http_connections *c);

/* For MHD_OPTION_NOTIFY_CONNECTION, with the connections as its argument. */
void http_connections_on_change(void *connections, struct MHD_Connection *connection, void **state,
				enum MHD_ConnectionNotificationCode what);

/* The head of the request has come, or all of it. */
void http_connections_head_came(struct http_connections *c, struct MHD_Connection *connection);
void http_connections_request_came(struct http_connections *c, struct MHD_Connection *connection);

/* Whether the client of a suspended connection has gone away. */
bool http_connection_is_gone(struct MHD_Connection *connection);

#endif

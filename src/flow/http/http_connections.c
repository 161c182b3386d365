/*
 * A list of the connections whose request is not complete yet, and a thread that looks at it.
 * libmicrohttpd counts only idle time, and stops accepting at its limit. shutdown() makes it see
 * the end of a connection and close it.
 */
#include "flow/http/http_connections.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"

enum { HEAD_US = 5 * 1000000, REQUEST_US = 30 * 1000000, LOOK_US = 250000 };

struct http_connection {
	int fd;
	int64_t deadline_us; /* monotonic */
	bool headless; /* its head has not come */
	struct http_connection *next, **link; /* in the list, the oldest last; NULL: not in it */
};

struct http_connections {
	pthread_t thread;
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t stopped;
	struct http_connection *first;
	size_t n, n_max; /* open ones, also those that are not in the list */
	bool stop;
};

static void connections_unlink(struct http_connection *one)
{
	if (!one->link)
		return;
	*one->link = one->next;
	if (one->next)
		one->next->link = one->link;
	one->link = NULL;
}

static void connections_link(struct http_connections *c, struct http_connection *one)
{
	one->next = c->first;
	one->link = &c->first;
	if (c->first)
		c->first->link = &one->next;
	c->first = one;
}

static void connections_drop(struct http_connection *one)
{
	shutdown(one->fd, SHUT_RDWR);
	connections_unlink(one);
}

static void connections_drop_late(struct http_connections *c)
{
	int64_t now_us = clock_read_us(CLOCK_MONOTONIC);

	for (struct http_connection *one = c->first, *next; one; one = next) {
		next = one->next;
		if (now_us >= one->deadline_us)
			connections_drop(one);
	}
}

static void connections_drop_oldest_headless(struct http_connections *c)
{
	struct http_connection *oldest = NULL;

	for (struct http_connection *one = c->first; one; one = one->next)
		if (one->headless)
			oldest = one;
	if (oldest)
		connections_drop(oldest);
}

static void *connections_watch(void *ctx)
{
	struct http_connections *c = ctx;

	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		clock_cond_wait(&c->stopped, &c->lock, LOOK_US);
		connections_drop_late(c);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int http_connections_open(size_t n_max, struct http_connections **ret_connections, struct err *err)
{
	struct http_connections *c = calloc(1, sizeof(*c));
	int why;

	if (!c)
		return err_set(err, ERR_ENGINE, "out of memory");
	c->n_max = n_max;
	pthread_mutex_init(&c->lock, NULL);
	clock_cond_init(&c->stopped);
	why = pthread_create(&c->thread, NULL, connections_watch, c);
	if (why) {
		free(c);
		return err_sys(err, ERR_ENGINE, why, "cannot start a thread");
	}
	*ret_connections = c;
	return 0;
}

void http_connections_close(struct http_connections *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->stopped);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->stopped);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static int connections_fd(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

static void connections_start(struct http_connections *c, struct MHD_Connection *connection,
			      void **state)
{
	struct http_connection *one = calloc(1, sizeof(*one));

	*state = one;
	if (!one)
		return;
	one->fd = connections_fd(connection);
	one->headless = true;
	one->deadline_us = clock_read_us(CLOCK_MONOTONIC) + HEAD_US;
	pthread_mutex_lock(&c->lock);
	if (++c->n >= c->n_max)
		connections_drop_oldest_headless(c);
	connections_link(c, one);
	pthread_mutex_unlock(&c->lock);
}

void http_connections_on_change(void *connections, struct MHD_Connection *connection, void **state,
				enum MHD_ConnectionNotificationCode what)
{
	struct http_connections *c = connections;
	struct http_connection *one = *state;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		connections_start(c, connection, state);
		return;
	}
	if (!one)
		return;
	pthread_mutex_lock(&c->lock);
	connections_unlink(one);
	c->n--;
	pthread_mutex_unlock(&c->lock);
	free(one);
	*state = NULL;
}

static struct http_connection *connections_state(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

void http_connections_head_came(struct http_connections *c, struct MHD_Connection *connection)
{
	struct http_connection *one = connections_state(connection);

	if (!one)
		return;
	pthread_mutex_lock(&c->lock);
	one->headless = false;
	one->deadline_us += REQUEST_US - HEAD_US;
	pthread_mutex_unlock(&c->lock);
}

void http_connections_request_came(struct http_connections *c, struct MHD_Connection *connection)
{
	struct http_connection *one = connections_state(connection);

	if (!one)
		return;
	pthread_mutex_lock(&c->lock);
	connections_unlink(one);
	pthread_mutex_unlock(&c->lock);
}

bool http_connection_is_gone(struct MHD_Connection *connection)
{
	char byte;
	ssize_t n = recv(connections_fd(connection), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

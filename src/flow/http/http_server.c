/*
 * libmicrohttpd's thread reads each request and suspends its connection while it waits in the
 * queue. After http_answer() the same thread sends the answer.
 */
#include "flow/http/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "flow/http/http_connections.h"
#include "flow/http/http_stream.h"

enum { IDLE_SECONDS = 30, CONNECTIONS_MAX = 256, CONNECTION_BYTES = 64 << 10 };

/* From here on a new connection takes the place of the oldest one that has sent no head. */
enum { CONNECTIONS_FULL = 240 };

/* Never sent: the client is gone. */
enum { STATUS_GONE = 499 };

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_connections *connections;
	struct http_handler handler;
	int port;
	int wake[2]; /* a byte for each request that came */
	pthread_mutex_t lock; /* for what follows */
	struct http_request *first, *last; /* of the queue */
	int64_t n_waiting, n_gone;
	bool closing;
};

const char *http_request_header(const struct http_request *q, const char *name)
{
	return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, name);
}

bool http_host_is_ours(const struct http_request *q)
{
	static const char *const names[] = { "127.0.0.1", "localhost" };
	const char *host = http_request_header(q, "Host");
	char with_port[64];

	for (size_t i = 0; host && i < COUNT_OF(names); i++) {
		snprintf(with_port, sizeof(with_port), "%s:%d", names[i], q->server->port);
		if (strcmp(host, names[i]) == 0 || strcmp(host, with_port) == 0)
			return true;
	}
	return false;
}

bool http_secret_is(const char *given, const char *secret)
{
	unsigned char differ = 0;

	if (!given || strlen(given) != strlen(secret))
		return false;
	for (size_t i = 0; secret[i]; i++)
		differ |= (unsigned char)(secret[i] ^ given[i]);
	return differ == 0;
}

void http_answer_add(struct http_answer *answer, const char *name, const char *value)
{
	for (size_t i = 0; i < HTTP_HEADERS_MAX; i++) {
		if (answer->headers[i].name && strcmp(answer->headers[i].name, name) != 0)
			continue;
		answer->headers[i] = (struct http_header){ name, value };
		return;
	}
}

static struct MHD_Response *server_respond(struct http_request *q, const struct http_answer *answer)
{
	if (answer->stream)
		return http_stream_respond(answer->stream, q->connection, answer->at);
	return MHD_create_response_from_buffer(
		answer->n_bytes, (void *)(uintptr_t)(answer->body ? answer->body : ""),
		MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result server_send(struct http_request *q, const struct http_answer *answer)
{
	struct MHD_Response *response = server_respond(q, answer);
	enum MHD_Result r;

	if (!response)
		return MHD_NO;
	for (size_t i = 0; i < HTTP_HEADERS_MAX && answer->headers[i].name; i++)
		MHD_add_response_header(response, answer->headers[i].name,
					answer->headers[i].value);
	/* One request a connection: cheap for a local client, and it makes stopping simple. */
	MHD_add_response_header(response, "Connection", "close");
	r = MHD_queue_response(q->connection, answer->status, response);
	MHD_destroy_response(response);
	return r;
}

/* Takes requests out of the queue whose clients have gone: nobody waits for their answers. */
static void server_drop_gone(struct http_server *s)
{
	struct http_request **at = &s->first, *q;

	s->last = NULL;
	while ((q = *at)) {
		if (q->is_kept || !http_connection_is_gone(q->connection)) {
			s->last = q;
			at = &q->next;
			continue;
		}
		*at = q->next;
		s->n_waiting--;
		s->n_gone++;
		q->answer.status = STATUS_GONE;
		MHD_resume_connection(q->connection);
	}
}

bool http_server_enqueue(struct http_request *q, size_t n_max)
{
	struct http_server *s = q->server;
	bool room;

	pthread_mutex_lock(&s->lock);
	if (s->n_waiting >= (int64_t)n_max)
		server_drop_gone(s);
	room = s->n_waiting < (int64_t)n_max && !s->closing;
	if (room) {
		q->next = NULL;
		*(s->last ? &s->last->next : &s->first) = q;
		s->last = q;
		s->n_waiting++;
		MHD_suspend_connection(q->connection);
		if (write(s->wake[1], "", 1) < 0) {
			/* The pipe is full: the main thread is awake. */
		}
	}
	pthread_mutex_unlock(&s->lock);
	return room;
}

static struct http_request *server_request_make(struct http_server *s, struct MHD_Connection *c,
						const char *method, const char *path)
{
	struct http_request *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->server = s;
	q->connection = c;
	q->method = arena_strdup(&q->arena, method);
	q->path = arena_strdup(&q->arena, path);
	return q;
}

/* Called for the head, each piece of the body, its end, and again to send the answer. */
static enum MHD_Result server_on_request(void *ctx, struct MHD_Connection *c, const char *url,
					 const char *method, const char *version, const char *data,
					 size_t *n_bytes, void **state)
{
	struct http_server *s = ctx;
	struct http_request *q = *state;
	struct http_answer answer = { 0 };

	(void)version;
	if (!q) {
		*state = q = server_request_make(s, c, method, url);
		if (!q)
			return MHD_NO;
		http_connections_head_came(s->connections, c);
		s->handler.head(s->handler.ctx, q, &answer);
		return answer.status ? server_send(q, &answer) : MHD_YES;
	}
	if (*n_bytes) {
		buf_add(&q->body, data, *n_bytes);
		*n_bytes = 0;
		return MHD_YES;
	}
	if (q->answer.status)
		return server_send(q, &q->answer);
	http_connections_request_came(s->connections, c);
	q->arrived_us = clock_mono_us();
	s->handler.complete(s->handler.ctx, q, &answer);
	return answer.status ? server_send(q, &answer) : MHD_YES;
}

static void server_on_completed(void *ctx, struct MHD_Connection *c, void **state,
				enum MHD_RequestTerminationCode why)
{
	struct http_request *q = *state;

	(void)ctx;
	(void)c;
	(void)why;
	if (!q)
		return;
	if (q->answer.stream)
		http_stream_let_go(q->answer.stream);
	buf_release(&q->body);
	arena_release(&q->arena);
	free(q);
	*state = NULL;
}

static int server_start(struct http_server *s, int64_t port)
{
	const union MHD_DaemonInfo *info;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
				     NULL, NULL, server_on_request, s, MHD_OPTION_SOCK_ADDR,
				     &address, MHD_OPTION_CONNECTION_TIMEOUT,
				     (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				     (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
				     server_on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
				     http_connections_on_change, s->connections, MHD_OPTION_END);
	if (!s->daemon)
		return -1;
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	s->port = info ? info->port : 0;
	return 0;
}

static int server_make_wake(struct http_server *s, struct err *err)
{
	if (pipe(s->wake) < 0)
		return err_sys(err, ERR_ENGINE, errno, "cannot make a pipe");
	for (int i = 0; i < 2; i++) {
		fcntl(s->wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(s->wake[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static void server_free(struct http_server *s)
{
	http_connections_close(s->connections);
	pthread_mutex_destroy(&s->lock);
	for (int i = 0; i < 2; i++)
		if (s->wake[i] >= 0)
			close(s->wake[i]);
	free(s);
}

int http_server_open(int64_t port, const struct http_handler *handler,
		     struct http_server **ret_server, int *ret_port, struct err *err)
{
	struct http_server *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, ERR_ENGINE, "out of memory");
	s->handler = *handler;
	s->wake[0] = s->wake[1] = -1;
	pthread_mutex_init(&s->lock, NULL);
	r = server_make_wake(s, err);
	if (r == 0)
		r = http_connections_open(CONNECTIONS_FULL, &s->connections, err);
	if (r == 0 && server_start(s, port) < 0)
		r = err_sys(err, ERR_REFUSED, errno, "cannot listen on 127.0.0.1:%lld",
			    (long long)port);
	if (r < 0) {
		server_free(s);
		return -1;
	}
	*ret_server = s;
	*ret_port = s->port;
	return 0;
}

int http_server_fd(const struct http_server *s)
{
	return s->wake[0];
}

static struct http_request *server_take(struct http_server *s)
{
	struct http_request *q;
	char byte;

	pthread_mutex_lock(&s->lock);
	server_drop_gone(s);
	q = s->first;
	if (q) {
		s->first = q->next;
		s->n_waiting--;
	}
	if (!s->first)
		s->last = NULL;
	while (!s->first && read(s->wake[0], &byte, 1) > 0)
		;
	pthread_mutex_unlock(&s->lock);
	return q;
}

struct http_request *http_server_next(struct http_server *s, int64_t wait_us)
{
	struct pollfd came = { .fd = s->wake[0], .events = POLLIN };
	struct http_request *q = server_take(s);

	if (q || wait_us <= 0)
		return q;
	poll(&came, 1, (int)(wait_us / 1000));
	return server_take(s);
}

void http_server_counts(struct http_server *s, int64_t *ret_waiting, int64_t *ret_gone)
{
	pthread_mutex_lock(&s->lock);
	*ret_waiting = s->n_waiting;
	*ret_gone = s->n_gone;
	pthread_mutex_unlock(&s->lock);
}

void http_answer(struct http_request *q, const struct http_answer *answer)
{
	q->answer = *answer;
	if (answer->stream)
		http_stream_hold(answer->stream);
	MHD_resume_connection(q->connection);
}

void http_server_quiesce(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	pthread_mutex_unlock(&s->lock);
}

/* Gives answers on their way a moment to arrive. */
static void server_wait_for_last_bytes(struct http_server *s)
{
	enum { TRIES = 40 };
	const struct timespec moment = { .tv_nsec = 25000000 };

	for (int i = 0; i < TRIES; i++) {
		const union MHD_DaemonInfo *info =
			MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

		if (!info || info->num_connections == 0)
			return;
		nanosleep(&moment, NULL);
	}
}

void http_server_close(struct http_server *s)
{
	if (!s)
		return;
	server_wait_for_last_bytes(s);
	MHD_stop_daemon(s->daemon);
	server_free(s);
}

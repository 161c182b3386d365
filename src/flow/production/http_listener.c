/*
 * libmicrohttpd's thread makes each request, checks it and suspends its connection. After
 * listener_answer() the same thread sends the answer.
 */
#include "flow/production/http_listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "report/production_text.h"

enum { IDLE_SECONDS = 30, CONNECTIONS_MAX = 256, CONNECTION_BYTES = 64 << 10 };

/* One request, from its first byte to the end of its answer. */
struct request {
	struct MHD_Connection *connection;
	const struct route *route;
	struct arena arena;
	struct buf body;
	struct ticket *tickets;
	size_t n;
	struct decision_request decision; /* if the form is that of one */
	int64_t arrived_us;
	unsigned status; /* of the answer; 0: there is none yet */
	const char *answer;
	struct request *next; /* in the queue */
};

/* Counts of the listener itself. */
struct counts {
	int64_t n_requests, n_refused, n_busy; /* accepted, refused, refused for lack of room */
	int64_t n_waiting;
};

struct listener {
	struct MHD_Daemon *daemon;
	struct listener_options options;
	int port;
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t came;
	struct request *first, *last; /* of the queue */
	struct counts counts;
	char *metrics;
	bool closing;
};

enum route_kind { ROUTE_ASK, ROUTE_HEALTH, ROUTE_MODELS, ROUTE_METRICS };

static const struct route {
	const char *method, *path;
	enum route_kind kind;
	enum request_form form;
	bool open; /* no token is asked for */
} routes[] = {
	{ "POST", "/classify", ROUTE_ASK, REQUEST_CLASSIFY, false },
	{ "POST", "/v1/chat/completions", ROUTE_ASK, REQUEST_CHAT, false },
	{ "POST", "/v1/systemone", ROUTE_ASK, REQUEST_SYSTEMONE, false },
	{ "POST", "/v1/decisions", ROUTE_ASK, REQUEST_DECISIONS, false },
	{ "GET", "/v1/models", ROUTE_MODELS, REQUEST_CHAT, false },
	{ "GET", "/metrics", ROUTE_METRICS, REQUEST_CHAT, false },
	{ "GET", "/health", ROUTE_HEALTH, REQUEST_CHAT, true },
};

static enum MHD_Result listener_send_answer(struct MHD_Connection *c, unsigned status,
					    const char *body, const char *type)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r;

	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	/* One request a connection: cheap for a local client, and it makes stopping simple. */
	MHD_add_response_header(response, "Connection", "close");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, "Retry-After", "1");
	r = MHD_queue_response(c, status, response);
	MHD_destroy_response(response);
	return r;
}

static bool listener_is_decision(const struct request *q)
{
	return q->route && request_is_decision(q->route->form);
}

static const char *listener_error(struct request *q, unsigned status, const char *words)
{
	return request_error_json(&q->arena, q->route ? q->route->form : REQUEST_CLASSIFY, status,
				  words);
}

/* Reads the body in the form of its path. */
static int listener_read(const struct listener *l, struct request *q, struct err *err)
{
	const char *body = buf_text(&q->body);

	if (!listener_is_decision(q))
		return request_read(&q->arena, q->route->form, body, q->body.len, &q->tickets,
				    &q->n, err);
	q->n = 1;
	q->tickets = arena_array(&q->arena, 1, sizeof(*q->tickets));
	return decision_request_read(&q->arena, q->route->form == REQUEST_DECISIONS, body,
				     q->body.len, l->options.labels, l->options.n_labels,
				     q->tickets, &q->decision, err);
}

static enum MHD_Result listener_refuse(struct listener *l, struct request *q, unsigned status,
				       const char *words)
{
	pthread_mutex_lock(&l->lock);
	l->counts.n_refused++;
	pthread_mutex_unlock(&l->lock);
	return listener_send_answer(q->connection, status, listener_error(q, status, words),
				    "application/json");
}

/* RULE: a web page can make a browser send requests, but with another Host. */
static bool listener_host_is_ours(const struct listener *l, const char *host)
{
	static const char *const names[] = { "127.0.0.1", "localhost" };
	char with_port[64];

	for (size_t i = 0; host && i < COUNT_OF(names); i++) {
		snprintf(with_port, sizeof(with_port), "%s:%d", names[i], l->port);
		if (strcmp(host, names[i]) == 0 || strcmp(host, with_port) == 0)
			return true;
	}
	return false;
}

/* Takes the same time for every token of the same length. */
static bool listener_token_is_ours(const struct listener *l, const char *header)
{
	const char *token = l->options.token;
	unsigned char differ = 0;

	if (!header || !str_starts(header, "Bearer "))
		return false;
	header += strlen("Bearer ");
	if (strlen(header) != strlen(token))
		return false;
	for (size_t i = 0; token[i]; i++)
		differ |= (unsigned char)(token[i] ^ header[i]);
	return differ == 0;
}

static const struct route *listener_find_route(const char *method, const char *path,
					       bool *ret_known_path)
{
	*ret_known_path = false;
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		if (strcmp(routes[i].path, path) != 0)
			continue;
		*ret_known_path = true;
		if (strcmp(routes[i].method, method) == 0)
			return &routes[i];
	}
	return NULL;
}

static const char *listener_header_of(const struct request *q, const char *name)
{
	return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, name);
}

/* Before the body: 0 to go on, or a status to refuse with. */
static unsigned listener_check_head(const struct listener *l, const struct request *q,
				    bool known_path, const char **ret_words)
{
	if (!listener_host_is_ours(l, listener_header_of(q, "Host"))) {
		*ret_words = "this Host is not served; use 127.0.0.1 or localhost";
		return MHD_HTTP_MISDIRECTED_REQUEST;
	}
	if (!q->route) {
		*ret_words =
			known_path ? "this path takes another method" : "not found; POST /classify";
		return known_path ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND;
	}
	if (!q->route->open && !listener_token_is_ours(l, listener_header_of(q, "Authorization"))) {
		*ret_words = "the token is missing or wrong; send 'Authorization: Bearer TOKEN'";
		return MHD_HTTP_UNAUTHORIZED;
	}
	return 0;
}

static bool listener_enqueue(struct listener *l, struct request *q)
{
	bool room;

	pthread_mutex_lock(&l->lock);
	room = l->counts.n_waiting < l->options.n_queue && !l->closing;
	if (room) {
		q->next = NULL;
		*(l->last ? &l->last->next : &l->first) = q;
		l->last = q;
		l->counts.n_waiting++;
		l->counts.n_requests++;
		MHD_suspend_connection(q->connection);
		pthread_cond_signal(&l->came);
	} else {
		l->counts.n_busy++;
	}
	pthread_mutex_unlock(&l->lock);
	return room;
}

/* The listener's own counts, then the text of listener_set_metrics(). */
static enum MHD_Result listener_send_metrics(struct listener *l, struct request *q)
{
	struct counts c;
	const char *text;

	pthread_mutex_lock(&l->lock);
	c = l->counts;
	text = arena_strdup(&q->arena, l->metrics ? l->metrics : "");
	pthread_mutex_unlock(&l->lock);
	text = arena_printf(
		&q->arena,
		"# TYPE toehold_requests_total counter\ntoehold_requests_total %" PRId64 "\n"
		"# TYPE toehold_refused_total counter\ntoehold_refused_total %" PRId64 "\n"
		"# TYPE toehold_busy_total counter\ntoehold_busy_total %" PRId64 "\n"
		"# TYPE toehold_waiting gauge\ntoehold_waiting %" PRId64 "\n%s",
		c.n_requests, c.n_refused, c.n_busy, c.n_waiting, text);
	return listener_send_answer(q->connection, MHD_HTTP_OK, text, "text/plain; version=0.0.4");
}

static enum MHD_Result listener_send_models(const struct listener *l, struct request *q)
{
	json_t *labels = json_array(), *j;

	for (size_t i = 0; i < l->options.n_labels; i++)
		json_array_append_new(labels, json_any_text(l->options.labels[i].name));
	j = json_pack("{s:s, s:[{s:o, s:s, s:s, s:{s:[s]}, s:o}]}", "object", "list", "data", "id",
		      json_any_text(l->options.model), "object", "model", "owned_by", "toehold",
		      "architecture", "output_modalities",
		      l->options.decisions ? "decisions" : "text", "labels", labels);

	return listener_send_answer(q->connection, MHD_HTTP_OK, json_text(&q->arena, j),
				    "application/json");
}

/* Called when the body is complete. */
static enum MHD_Result listener_dispatch(struct listener *l, struct request *q)
{
	struct err err = { 0 };

	switch (q->route->kind) {
	case ROUTE_HEALTH:
		return listener_send_answer(q->connection, MHD_HTTP_OK, "{\"status\":\"ok\"}",
					    "application/json");
	case ROUTE_MODELS:
		return listener_send_models(l, q);
	case ROUTE_METRICS:
		return listener_send_metrics(l, q);
	case ROUTE_ASK:
		break;
	}
	if (q->body.overflow)
		return listener_refuse(l, q, MHD_HTTP_CONTENT_TOO_LARGE,
				       "the body is too long: at most 1 MiB");
	if (listener_is_decision(q) && !l->options.decisions)
		return listener_refuse(l, q, MHD_HTTP_NOT_IMPLEMENTED, decision_no_probabilities);
	if (listener_read(l, q, &err) < 0)
		return listener_refuse(l, q, MHD_HTTP_BAD_REQUEST, err.msg);
	q->arrived_us = clock_mono_us();
	if (!listener_enqueue(l, q))
		return listener_send_answer(
			q->connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			listener_error(q, MHD_HTTP_SERVICE_UNAVAILABLE,
				       "the server is busy; retry in a few seconds"),
			"application/json");
	return MHD_YES;
}

static struct request *listener_request_make(struct MHD_Connection *c)
{
	struct request *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->connection = c;
	buf_init(&q->body, REQUEST_MAX_BYTES);
	return q;
}

/* Called for the head, each piece of the body, its end, and again to send the answer. */
static enum MHD_Result listener_on_request(void *ctx, struct MHD_Connection *c, const char *url,
					   const char *method, const char *version,
					   const char *data, size_t *n_bytes, void **state)
{
	struct listener *l = ctx;
	struct request *q = *state;
	const char *words;
	bool known_path;
	unsigned status;

	(void)version;
	if (!q) {
		*state = q = listener_request_make(c);
		if (!q)
			return MHD_NO;
		q->route = listener_find_route(method, url, &known_path);
		status = listener_check_head(l, q, known_path, &words);
		return status ? listener_refuse(l, q, status, words) : MHD_YES;
	}
	if (*n_bytes) {
		buf_add(&q->body, data, *n_bytes);
		*n_bytes = 0;
		return MHD_YES;
	}
	if (q->status)
		return listener_send_answer(c, q->status, q->answer, "application/json");
	return listener_dispatch(l, q);
}

static void listener_on_completed(void *ctx, struct MHD_Connection *c, void **state,
				  enum MHD_RequestTerminationCode why)
{
	struct request *q = *state;

	(void)ctx;
	(void)c;
	(void)why;
	if (!q)
		return;
	buf_release(&q->body);
	arena_release(&q->arena);
	free(q);
	*state = NULL;
}

static int listener_port_of(struct listener *l)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info ? info->port : 0;
}

int listener_open(const struct listener_options *options, struct listener **ret_listener,
		  int *ret_port, struct err *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)options->port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		return err_set(err, ERR_ENGINE, "out of memory");
	l->options = *options;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->came, NULL);
	l->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
				     NULL, NULL, listener_on_request, l, MHD_OPTION_SOCK_ADDR,
				     &address, MHD_OPTION_CONNECTION_TIMEOUT,
				     (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				     (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
				     listener_on_completed, NULL, MHD_OPTION_END);
	if (!l->daemon) {
		int why = errno;

		free(l);
		return err_sys(err, ERR_REFUSED, why, "cannot listen on 127.0.0.1:%lld",
			       (long long)options->port);
	}
	l->port = listener_port_of(l);
	*ret_listener = l;
	*ret_port = l->port;
	return 0;
}

static struct timespec listener_after(int64_t wait_us)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += (time_t)(wait_us / 1000000);
	t.tv_nsec += (long)(wait_us % 1000000) * 1000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

bool listener_next(struct listener *l, int64_t wait_us, struct listener_request *ret)
{
	struct timespec until = listener_after(wait_us);
	struct request *q;

	pthread_mutex_lock(&l->lock);
	while (!l->first && pthread_cond_timedwait(&l->came, &l->lock, &until) == 0)
		;
	q = l->first;
	if (q) {
		l->first = q->next;
		if (!l->first)
			l->last = NULL;
		l->counts.n_waiting--;
	}
	pthread_mutex_unlock(&l->lock);
	if (!q)
		return false;
	*ret = (struct listener_request){ .form = q->route->form,
					  .arena = &q->arena,
					  .tickets = q->tickets,
					  .n = q->n,
					  .decision = &q->decision,
					  .arrived_us = q->arrived_us,
					  .handle = q };
	return true;
}

void listener_answer(struct listener *l, struct listener_request *request, unsigned status,
		     const char *body)
{
	struct request *q = request->handle;

	(void)l;
	q->answer = body;
	q->status = status;
	request->handle = NULL;
	MHD_resume_connection(q->connection);
}

void listener_set_metrics(struct listener *l, const char *text)
{
	char *copy = strdup(text);

	pthread_mutex_lock(&l->lock);
	free(l->metrics);
	l->metrics = copy;
	pthread_mutex_unlock(&l->lock);
}

void listener_quiesce(struct listener *l)
{
	pthread_mutex_lock(&l->lock);
	l->closing = true;
	pthread_mutex_unlock(&l->lock);
}

/* Gives answers on their way a moment to arrive. */
static void listener_wait_for_last_bytes(struct listener *l)
{
	enum { TRIES = 40 };
	const struct timespec moment = { .tv_nsec = 25000000 };

	for (int i = 0; i < TRIES; i++) {
		const union MHD_DaemonInfo *info =
			MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

		if (!info || info->num_connections == 0)
			return;
		nanosleep(&moment, NULL);
	}
}

void listener_close(struct listener *l)
{
	struct listener_request request;

	if (!l)
		return;
	listener_quiesce(l);
	while (listener_next(l, 0, &request))
		listener_answer(l, &request, MHD_HTTP_SERVICE_UNAVAILABLE,
				request_error_json(request.arena, request.form,
						   MHD_HTTP_SERVICE_UNAVAILABLE,
						   "the server is stopping"));
	listener_wait_for_last_bytes(l);
	MHD_stop_daemon(l->daemon);
	pthread_cond_destroy(&l->came);
	pthread_mutex_destroy(&l->lock);
	free(l->metrics);
	free(l);
}

/*
 * libmicrohttpd's thread makes each request, checks it and suspends its connection. After
 * listener_answer() the same thread sends the answer.
 */
#include "flow/production/http_listener.h"

#include <arpa/inet.h>
#include <errno.h>
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
#include "flow/http/http_connections.h"
#include "flow/production/http_routes.h"
#include "flow/production/metrics.h"
#include "flow/production/serve_page.h"

enum { IDLE_SECONDS = 30, CONNECTIONS_MAX = 256, CONNECTION_BYTES = 64 << 10 };

/* From here on a new connection takes the place of the oldest one that has sent no head. */
enum { CONNECTIONS_FULL = 240 };

/* Never sent: the client is gone. */
enum { STATUS_GONE = 499 };

static const char type_json[] = "application/json", type_stream[] = "text/event-stream";

/* One request, from its first byte to the end of its answer. */
struct request {
	struct MHD_Connection *connection;
	const struct route *route;
	const char *name; /* of the model that is asked about */
	struct arena arena;
	struct buf body;
	struct ticket *tickets;
	size_t n;
	struct decision_request decision; /* if the form is that of one */
	struct chat_request chat; /* the same */
	int64_t arrived_us;
	unsigned status; /* of the answer; 0: there is none yet */
	const char *answer;
	struct request *next; /* in the queue */
};

/* Counts of the listener itself. */
struct counts {
	int64_t n_requests, n_refused, n_busy; /* accepted, refused, refused for lack of room */
	int64_t n_gone; /* accepted, but the client did not wait for its answer */
	int64_t n_waiting;
};

struct listener {
	struct MHD_Daemon *daemon;
	struct http_connections *connections;
	struct listener_options options;
	struct chat_server server;
	int port;
	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t came;
	struct request *first, *last; /* of the queue */
	struct counts counts;
	char *metrics;
	bool closing;
};

/* What a head is answered with before its body is read. */
struct refusal {
	unsigned status;
	const char *words;
};

/* Headers that belong to a status or to a type. */
static void listener_add_headers(struct MHD_Response *response, const struct route *route,
				 unsigned status, const char *type)
{
	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	/* One request a connection: cheap for a local client, and it makes stopping simple. */
	MHD_add_response_header(response, "Connection", "close");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, "Retry-After", "1");
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(response, "WWW-Authenticate", "Bearer realm=\"toehold\"");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED || status == MHD_HTTP_NO_CONTENT)
		MHD_add_response_header(response, "Allow", http_route_allowed(route));
	if (strcmp(type, serve_page_type) == 0)
		MHD_add_response_header(response, "Content-Security-Policy", serve_page_policy);
}

static enum MHD_Result listener_send(struct request *q, unsigned status, const char *body,
				     const char *type)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result r;

	listener_add_headers(response, q->route, status, type);
	r = MHD_queue_response(q->connection, status, response);
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

	if (q->route->form == REQUEST_CLASSIFY)
		return request_read(&q->arena, body, q->body.len, &q->tickets, &q->n, err);
	q->n = 1;
	q->tickets = arena_array(&q->arena, 1, sizeof(*q->tickets));
	if (q->route->form == REQUEST_CHAT)
		return chat_request_read(&q->arena, body, q->body.len, &l->server, q->tickets,
					 &q->chat, err);
	return decision_request_read(&q->arena, q->route->form == REQUEST_DECISIONS, body,
				     q->body.len, &l->options.run, q->tickets, &q->decision, err);
}

static enum MHD_Result listener_refuse(struct listener *l, struct request *q, unsigned status,
				       const char *words)
{
	pthread_mutex_lock(&l->lock);
	l->counts.n_refused++;
	pthread_mutex_unlock(&l->lock);
	return listener_send(q, status, listener_error(q, status, words), type_json);
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

static const char *listener_header_of(const struct request *q, const char *name)
{
	return MHD_lookup_connection_value(q->connection, MHD_HEADER_KIND, name);
}

/* Before the body: what the head is answered with; its status is 0 if the request goes on. */
static struct refusal listener_check_head(const struct listener *l, const struct request *q,
					  const char *method)
{
	if (!listener_host_is_ours(l, listener_header_of(q, "Host")))
		return (struct refusal){ MHD_HTTP_MISDIRECTED_REQUEST,
					 "this Host is not served; use 127.0.0.1 or localhost" };
	if (!q->route)
		return (struct refusal){ MHD_HTTP_NOT_FOUND,
					 "not found; POST /classify or /v1/chat/completions" };
	if (!http_route_takes(q->route, method))
		return (struct refusal){ MHD_HTTP_METHOD_NOT_ALLOWED,
					 "this path takes another method" };
	if (strcmp(method, "OPTIONS") == 0)
		return (struct refusal){ MHD_HTTP_NO_CONTENT, "" };
	if (!q->route->open && !listener_token_is_ours(l, listener_header_of(q, "Authorization")))
		return (struct refusal){
			MHD_HTTP_UNAUTHORIZED,
			"the token is missing or wrong; send 'Authorization: Bearer TOKEN'"
		};
	return (struct refusal){ 0 };
}

/* Takes requests out of the queue whose clients have gone: nobody waits for their answers. */
static void listener_drop_gone(struct listener *l)
{
	struct request **at = &l->first, *q;

	l->last = NULL;
	while ((q = *at)) {
		if (!http_connection_is_gone(q->connection)) {
			l->last = q;
			at = &q->next;
			continue;
		}
		*at = q->next;
		l->counts.n_waiting--;
		l->counts.n_gone++;
		q->status = STATUS_GONE;
		q->answer = "";
		MHD_resume_connection(q->connection);
	}
}

static bool listener_enqueue(struct listener *l, struct request *q)
{
	bool room;

	pthread_mutex_lock(&l->lock);
	if (l->counts.n_waiting >= l->options.n_queue)
		listener_drop_gone(l);
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

static void listener_add_counts(const struct counts *c, struct buf *out)
{
	metrics_add_count(out, "toehold_requests_total", "Requests that were accepted.",
			  c->n_requests);
	metrics_add_count(out, "toehold_refused_total", "Requests that were refused.",
			  c->n_refused);
	metrics_add_count(out, "toehold_busy_total", "Requests refused because the queue was full.",
			  c->n_busy);
	metrics_add_count(out, "toehold_gone_total",
			  "Requests whose client closed its connection in the queue.", c->n_gone);
	metrics_add_gauge(out, "toehold_waiting", "Requests in the queue.", c->n_waiting);
}

/* The listener's own counts, then the text of listener_set_metrics(). */
static enum MHD_Result listener_send_metrics(struct listener *l, struct request *q)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	pthread_mutex_lock(&l->lock);
	listener_add_counts(&l->counts, &b);
	buf_adds(&b, l->metrics ? l->metrics : "");
	pthread_mutex_unlock(&l->lock);
	return listener_send(q, MHD_HTTP_OK, buf_to_arena(&b, &q->arena),
			     "text/plain; version=0.0.4; charset=utf-8");
}

static json_t *listener_model(const struct listener *l)
{
	const struct listener_options *o = &l->options;
	json_t *labels = json_array();

	for (size_t i = 0; i < o->run.n_labels; i++)
		json_array_append_new(labels, json_any_text(o->run.labels[i].name));
	return json_pack("{s:o, s:s, s:I, s:s, s:{s:[s]}, s:o}", "id", json_any_text(o->model),
			 "object", "model", "created", (json_int_t)o->created_s, "owned_by",
			 "toehold", "architecture", "output_modalities",
			 o->decisions ? "decisions" : "text", "labels", labels);
}

static enum MHD_Result listener_send_models(const struct listener *l, struct request *q)
{
	json_t *list = json_pack("{s:s, s:[o]}", "object", "list", "data", listener_model(l));

	return listener_send(q, MHD_HTTP_OK, json_text(&q->arena, list), type_json);
}

static enum MHD_Result listener_send_model(struct listener *l, struct request *q)
{
	if (strcmp(q->name, l->options.model) != 0)
		return listener_refuse(l, q, MHD_HTTP_NOT_FOUND,
				       "this model is not served; GET /v1/models names the one "
				       "that is");
	return listener_send(q, MHD_HTTP_OK, json_text(&q->arena, listener_model(l)), type_json);
}

static enum MHD_Result listener_send_known(struct listener *l, struct request *q)
{
	switch (q->route->kind) {
	case ROUTE_PAGE:
		return listener_send(q, MHD_HTTP_OK, serve_page_html(&q->arena, l->port),
				     serve_page_type);
	case ROUTE_MODELS:
		return listener_send_models(l, q);
	case ROUTE_MODEL:
		return listener_send_model(l, q);
	case ROUTE_METRICS:
		return listener_send_metrics(l, q);
	case ROUTE_HEALTH:
	case ROUTE_ASK:
		break;
	}
	return listener_send(q, MHD_HTTP_OK, "{\"status\":\"ok\"}", type_json);
}

/* Called when the body is complete. */
static enum MHD_Result listener_dispatch(struct listener *l, struct request *q)
{
	struct err err = { 0 };

	http_connections_request_came(l->connections, q->connection);
	if (q->route->kind != ROUTE_ASK)
		return listener_send_known(l, q);
	if (q->body.overflow)
		return listener_refuse(l, q, MHD_HTTP_CONTENT_TOO_LARGE,
				       "the body is too long: at most 1 MiB");
	if (listener_is_decision(q) && l->options.task)
		return listener_refuse(l, q, MHD_HTTP_BAD_REQUEST, decision_is_written);
	if (listener_is_decision(q) && !l->options.decisions)
		return listener_refuse(l, q, MHD_HTTP_NOT_IMPLEMENTED, decision_no_probabilities);
	if (listener_read(l, q, &err) < 0)
		return listener_refuse(l, q, MHD_HTTP_BAD_REQUEST, err.msg);
	q->arrived_us = clock_mono_us();
	if (!listener_enqueue(l, q))
		return listener_send(q, MHD_HTTP_SERVICE_UNAVAILABLE,
				     listener_error(q, MHD_HTTP_SERVICE_UNAVAILABLE,
						    "the server is busy; retry in a few seconds"),
				     type_json);
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
	struct refusal refusal;

	(void)version;
	if (!q) {
		*state = q = listener_request_make(c);
		if (!q)
			return MHD_NO;
		http_connections_head_came(l->connections, c);
		q->route = http_route_find(url);
		if (q->route && q->route->kind == ROUTE_MODEL)
			q->name = arena_strdup(&q->arena, strstr(url, "models/") + 7);
		refusal = listener_check_head(l, q, method);
		if (refusal.status == MHD_HTTP_NO_CONTENT)
			return listener_send(q, refusal.status, "", type_json);
		return refusal.status ? listener_refuse(l, q, refusal.status, refusal.words) :
					MHD_YES;
	}
	if (*n_bytes) {
		buf_add(&q->body, data, *n_bytes);
		*n_bytes = 0;
		return MHD_YES;
	}
	if (q->status)
		return listener_send(q, q->status, q->answer,
				     q->status == MHD_HTTP_OK && q->chat.stream ? type_stream :
										  type_json);
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
	l->server = (struct chat_server){ options->run.labels, options->run.n_labels,
					  options->decisions,  options->model,
					  options->task,       options->form };
	if (http_connections_open(CONNECTIONS_FULL, &l->connections, err) < 0) {
		free(l);
		return -1;
	}
	pthread_mutex_init(&l->lock, NULL);
	clock_cond_init(&l->came);
	l->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0,
				     NULL, NULL, listener_on_request, l, MHD_OPTION_SOCK_ADDR,
				     &address, MHD_OPTION_CONNECTION_TIMEOUT,
				     (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				     (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
				     listener_on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
				     http_connections_on_change, l->connections, MHD_OPTION_END);
	if (!l->daemon) {
		int why = errno;

		http_connections_close(l->connections);
		free(l);
		return err_sys(err, ERR_REFUSED, why, "cannot listen on 127.0.0.1:%lld",
			       (long long)options->port);
	}
	l->port = listener_port_of(l);
	*ret_listener = l;
	*ret_port = l->port;
	return 0;
}

bool listener_next(struct listener *l, int64_t wait_us, struct listener_request *ret)
{
	struct request *q;

	pthread_mutex_lock(&l->lock);
	listener_drop_gone(l);
	if (!l->first && wait_us > 0)
		clock_cond_wait(&l->came, &l->lock, wait_us);
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
					  .chat = &q->chat,
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
	http_connections_close(l->connections);
	pthread_cond_destroy(&l->came);
	pthread_mutex_destroy(&l->lock);
	free(l->metrics);
	free(l);
}

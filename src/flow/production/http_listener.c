/*
 * What `serve` accepts, in the thread of the server (flow/http), which keeps the queue.
 */
#include "flow/production/http_listener.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/http/http_server.h"
#include "flow/production/http_routes.h"
#include "flow/production/metrics.h"
#include "flow/production/serve_page.h"

static const char type_json[] = "application/json", type_stream[] = "text/event-stream";

/* One request, beside what the server knows of it; in its arena. */
struct request {
	struct http_request *http;
	const struct route *route;
	const char *name; /* of the model that is asked about */
	struct ticket *tickets;
	size_t n;
	struct decision_request decision; /* if the form is that of one */
	struct chat_request chat; /* the same */
};

/* Counts of the listener itself. */
struct counts {
	int64_t n_requests, n_refused, n_busy; /* accepted, refused, refused for lack of room */
};

struct listener {
	struct http_server *http;
	struct listener_options options;
	struct chat_server server;
	int port;
	pthread_mutex_t lock; /* for what follows */
	struct counts counts;
	char *metrics;
};

/* What a head is answered with before its body is read. */
struct refusal {
	unsigned status;
	const char *words;
};

/* An answer with the headers that belong to its status and its type. */
static struct http_answer listener_make(const struct request *q, unsigned status, const char *body,
					const char *type)
{
	struct http_answer answer = { .status = status, .body = body, .n_bytes = strlen(body) };

	http_answer_add(&answer, "Content-Type", type);
	http_answer_add(&answer, "Cache-Control", "no-store");
	http_answer_add(&answer, "X-Content-Type-Options", "nosniff");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		http_answer_add(&answer, "Retry-After", "1");
	if (status == MHD_HTTP_UNAUTHORIZED)
		http_answer_add(&answer, "WWW-Authenticate", "Bearer realm=\"toehold\"");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED || status == MHD_HTTP_NO_CONTENT)
		http_answer_add(&answer, "Allow", http_route_allowed(q->route));
	if (strcmp(type, serve_page_type) == 0)
		http_answer_add(&answer, "Content-Security-Policy", serve_page_policy);
	return answer;
}

static bool listener_is_decision(const struct request *q)
{
	return q->route && request_is_decision(q->route->form);
}

static const char *listener_error(struct request *q, unsigned status, const char *words)
{
	return request_error_json(&q->http->arena, q->route ? q->route->form : REQUEST_CLASSIFY,
				  status, words);
}

/* Reads the body in the form of its path. */
static int listener_read(const struct listener *l, struct request *q, struct err *err)
{
	struct arena *a = &q->http->arena;
	const char *body = buf_text(&q->http->body);
	size_t n_bytes = q->http->body.len;

	if (q->route->form == REQUEST_CLASSIFY)
		return request_read(a, body, n_bytes, &q->tickets, &q->n, err);
	q->n = 1;
	q->tickets = arena_array(a, 1, sizeof(*q->tickets));
	if (q->route->form == REQUEST_CHAT)
		return chat_request_read(a, body, n_bytes, &l->server, q->tickets, &q->chat, err);
	return decision_request_read(a, q->route->form == REQUEST_DECISIONS, body, n_bytes,
				     &l->options.run, q->tickets, &q->decision, err);
}

static struct http_answer listener_refuse(struct listener *l, struct request *q, unsigned status,
					  const char *words)
{
	pthread_mutex_lock(&l->lock);
	l->counts.n_refused++;
	pthread_mutex_unlock(&l->lock);
	return listener_make(q, status, listener_error(q, status, words), type_json);
}

static bool listener_token_is_ours(const struct listener *l, const char *header)
{
	return header && str_starts(header, "Bearer ") &&
	       http_secret_is(header + strlen("Bearer "), l->options.token);
}

/* Before the body: what the head is answered with; its status is 0 if the request goes on. */
static struct refusal listener_check_head(const struct listener *l, const struct request *q,
					  const char *method)
{
	if (!http_host_is_ours(q->http))
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
	if (!q->route->open &&
	    !listener_token_is_ours(l, http_request_header(q->http, "Authorization")))
		return (struct refusal){
			MHD_HTTP_UNAUTHORIZED,
			"the token is missing or wrong; send 'Authorization: Bearer TOKEN'"
		};
	return (struct refusal){ 0 };
}

static void listener_add_counts(struct listener *l, struct buf *out)
{
	const struct counts *c = &l->counts;
	int64_t n_waiting, n_gone;

	http_server_counts(l->http, &n_waiting, &n_gone);
	metrics_add_count(out, "toehold_requests_total", "Requests that were accepted.",
			  c->n_requests);
	metrics_add_count(out, "toehold_refused_total", "Requests that were refused.",
			  c->n_refused);
	metrics_add_count(out, "toehold_busy_total", "Requests refused because the queue was full.",
			  c->n_busy);
	metrics_add_count(out, "toehold_gone_total",
			  "Requests whose client closed its connection in the queue.", n_gone);
	metrics_add_gauge(out, "toehold_waiting", "Requests in the queue.", n_waiting);
}

/* The listener's own counts, then the text of listener_set_metrics(). */
static struct http_answer listener_send_metrics(struct listener *l, struct request *q)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	pthread_mutex_lock(&l->lock);
	listener_add_counts(l, &b);
	buf_adds(&b, l->metrics ? l->metrics : "");
	pthread_mutex_unlock(&l->lock);
	return listener_make(q, MHD_HTTP_OK, buf_to_arena(&b, &q->http->arena),
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

static struct http_answer listener_send_models(const struct listener *l, struct request *q)
{
	json_t *list = json_pack("{s:s, s:[o]}", "object", "list", "data", listener_model(l));

	return listener_make(q, MHD_HTTP_OK, json_text(&q->http->arena, list), type_json);
}

static struct http_answer listener_send_model(struct listener *l, struct request *q)
{
	if (strcmp(q->name, l->options.model) != 0)
		return listener_refuse(l, q, MHD_HTTP_NOT_FOUND,
				       "this model is not served; GET /v1/models names the one "
				       "that is");
	return listener_make(q, MHD_HTTP_OK, json_text(&q->http->arena, listener_model(l)),
			     type_json);
}

static struct http_answer listener_send_known(struct listener *l, struct request *q)
{
	switch (q->route->kind) {
	case ROUTE_PAGE:
		return listener_make(q, MHD_HTTP_OK, serve_page_html(&q->http->arena, l->port),
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
	return listener_make(q, MHD_HTTP_OK, "{\"status\":\"ok\"}", type_json);
}

static struct http_answer listener_busy(struct request *q)
{
	const unsigned status = MHD_HTTP_SERVICE_UNAVAILABLE;

	return listener_make(
		q, status, listener_error(q, status, "the server is busy; retry in a few seconds"),
		type_json);
}

/* Puts a request into the queue, or answers it. */
static void listener_enqueue(struct listener *l, struct request *q, struct http_answer *ret_answer)
{
	bool room = http_server_enqueue(q->http, (size_t)l->options.n_queue);

	pthread_mutex_lock(&l->lock);
	l->counts.n_requests += room;
	l->counts.n_busy += !room;
	pthread_mutex_unlock(&l->lock);
	if (!room)
		*ret_answer = listener_busy(q);
}

static void listener_on_complete(void *ctx, struct http_request *http,
				 struct http_answer *ret_answer)
{
	struct listener *l = ctx;
	struct request *q = http->more;
	struct err err = { 0 };

	if (q->route->kind != ROUTE_ASK)
		*ret_answer = listener_send_known(l, q);
	else if (http->body.overflow)
		*ret_answer = listener_refuse(l, q, MHD_HTTP_CONTENT_TOO_LARGE,
					      "the body is too long: at most 1 MiB");
	else if (listener_is_decision(q) && l->options.task)
		*ret_answer = listener_refuse(l, q, MHD_HTTP_BAD_REQUEST, decision_is_written);
	else if (listener_is_decision(q) && !l->options.decisions)
		*ret_answer =
			listener_refuse(l, q, MHD_HTTP_NOT_IMPLEMENTED, decision_no_probabilities);
	else if (listener_read(l, q, &err) < 0)
		*ret_answer = listener_refuse(l, q, MHD_HTTP_BAD_REQUEST, err.msg);
	else
		listener_enqueue(l, q, ret_answer);
}

static void listener_on_head(void *ctx, struct http_request *http, struct http_answer *ret_answer)
{
	struct listener *l = ctx;
	struct request *q = arena_alloc(&http->arena, sizeof(*q));
	struct refusal refusal;

	http->more = q;
	q->http = http;
	buf_init(&http->body, REQUEST_MAX_BYTES);
	q->route = http_route_find(http->path);
	if (q->route && q->route->kind == ROUTE_MODEL)
		q->name = arena_strdup(&http->arena, strstr(http->path, "models/") + 7);
	refusal = listener_check_head(l, q, http->method);
	if (refusal.status == MHD_HTTP_NO_CONTENT)
		*ret_answer = listener_make(q, refusal.status, "", type_json);
	else if (refusal.status)
		*ret_answer = listener_refuse(l, q, refusal.status, refusal.words);
}

int listener_open(const struct listener_options *options, struct listener **ret_listener,
		  int *ret_port, struct err *err)
{
	struct listener *l = calloc(1, sizeof(*l));
	const struct http_handler handler = { l, listener_on_head, listener_on_complete };

	if (!l)
		return err_set(err, ERR_ENGINE, "out of memory");
	l->options = *options;
	l->server = (struct chat_server){ options->run.labels, options->run.n_labels,
					  options->decisions,  options->model,
					  options->task,       options->form };
	pthread_mutex_init(&l->lock, NULL);
	if (http_server_open(options->port, &handler, &l->http, &l->port, err) < 0) {
		pthread_mutex_destroy(&l->lock);
		free(l);
		return -1;
	}
	*ret_listener = l;
	*ret_port = l->port;
	return 0;
}

bool listener_next(struct listener *l, int64_t wait_us, struct listener_request *ret)
{
	struct http_request *http = http_server_next(l->http, wait_us);
	struct request *q;

	if (!http)
		return false;
	q = http->more;
	*ret = (struct listener_request){ .form = q->route->form,
					  .arena = &http->arena,
					  .tickets = q->tickets,
					  .n = q->n,
					  .decision = &q->decision,
					  .chat = &q->chat,
					  .arrived_us = http->arrived_us,
					  .handle = q };
	return true;
}

void listener_answer(struct listener *l, struct listener_request *request, unsigned status,
		     const char *body)
{
	struct request *q = request->handle;
	struct http_answer answer = listener_make(
		q, status, body, status == MHD_HTTP_OK && q->chat.stream ? type_stream : type_json);

	(void)l;
	request->handle = NULL;
	http_answer(q->http, &answer);
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
	http_server_quiesce(l->http);
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
	http_server_close(l->http);
	pthread_mutex_destroy(&l->lock);
	free(l->metrics);
	free(l);
}

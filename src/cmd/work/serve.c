/*
 * `toehold serve`: the pick of a run at an HTTP address on this machine. The main thread answers
 * requests one after another with the labeller; flow/production/http_listener.c accepts them.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/buf.h"
#include "cmd/command.h"
#include "flow/interrupt.h"
#include "flow/prepare/privacy.h"
#include "flow/production/change_gate.h"
#include "flow/production/http_listener.h"
#include "flow/production/labeller.h"
#include "flow/production/metrics.h"
#include "flow/production/production_log.h"
#include "flow/production/promise_use.h"
#include "flow/production/serve_page.h"
#include "flow/say/say.h"
#include "job/task/task_labels.h"
#include "report/text/production_text.h"

#define TOKEN_VARIABLE "TOEHOLD_SERVE_TOKEN"

/* A shorter one could be guessed by another user of the machine. */
enum { TOKEN_MIN_BYTES = 8 };

struct serve_options {
	struct labeller_options labeller;
	const char *below, *promise;
	int64_t port, n_queue;
};

#define AT(field) offsetof(struct serve_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("run", 'r', AT(labeller.run), "NAME",
		 "the run whose pick to use (default: the newest)"),
	OPT_TEXT("candidate", 'c', AT(labeller.candidate), "NAME",
		 "use this candidate (default: the pick)"),
	OPT_INT("port", 'p', AT(port), "N", "port on 127.0.0.1 (default: any free one)", 0, 65535),
	OPT_FLAG("label-only", 'l', AT(labeller.label_only), "no rationales"),
	ABSTAIN_ROWS(AT(below), AT(promise)),
	OPT_INT("queue", 0, AT(n_queue), "N",
		"most waiting requests (default 32); further ones get status 503", 1, 4096),
	OPT_INT("timeout", 0, AT(labeller.timeout_s), "SECONDS",
		"deadline for one answer (default 120)", 1, 86400),
	ACCEPT_CHANGE_ROW(AT(labeller.accept_change)),
	OPT_FLAG("no-sandbox", 0, AT(labeller.no_sandbox), "run the worker without a sandbox"),
	STORE_ROW(AT(labeller.store)),
};

static const struct opt_spec spec = {
	.verb = "serve",
	.args = "",
	.summary = "serve the pick of a run at an HTTP address on this machine",
	.details =
		"Requests: POST /classify {\"text\": ...} or\n"
		"{\"tickets\": [{\"id\", \"text\"}, ...]}; POST /v1/chat/completions, whose last\n"
		"user message is the ticket; POST /v1/systemone or /v1/decisions, as to a\n"
		"decision model, with the run's labels; GET /v1/models, /metrics, /health,\n"
		"and / for a page that says how to ask. Every other request needs the header\n"
		"'Authorization: Bearer TOKEN'. The token is the value of " TOKEN_VARIABLE ",\n"
		"or a new one that is printed at the start. Ctrl-C answers the waiting requests,\n"
		"then stops.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct serve_options),
	.defaults = &(const struct serve_options){ .labeller = { .timeout_s = 120,
								 .one_by_one = true,
								 .no_quotes = true,
								 .finish = true },
						   .n_queue = 32 },
};

struct serving {
	struct cmd *cmd;
	const struct serve_options *options;
	struct labeller labeller;
	struct listener *listener;
	const char *token;
	struct production_log log;
	double below;
	int64_t n_answered, n_tickets;
	struct metrics_times answer_times, wait_times;
};

/* A header of HTTP carries only printable ASCII. */
static bool serve_token_is_sound(const char *token)
{
	size_t n = 0;

	while (token[n] > ' ' && token[n] < 0x7f)
		n++;
	return n >= TOKEN_MIN_BYTES && token[n] == '\0';
}

static int serve_find_token(struct cmd *cmd, const char **ret_token)
{
	const char *given = getenv(TOKEN_VARIABLE);
	unsigned char bytes[24];
	char *hex;

	if (given && *given) {
		*ret_token = given;
		if (serve_token_is_sound(given))
			return 0;
		return err_set(&cmd->err, ERR_USAGE,
			       TOKEN_VARIABLE " must be at least %d printable characters without "
					      "blanks; unset it to get a random token",
			       TOKEN_MIN_BYTES);
	}
	*ret_token = hex = arena_alloc(&cmd->arena, 2 * sizeof(bytes) + 1);
	hash_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static void serve_update_metrics(struct serving *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	metrics_add_count(&b, "toehold_tickets_total", "Tickets that were asked.", s->n_tickets);
	metrics_add_count(&b, "toehold_abstained_total",
			  "Tickets whose label was not probable enough.",
			  (int64_t)s->log.n_abstained);
	metrics_add_count(&b, "toehold_failed_total", "Tickets without a label.",
			  (int64_t)s->log.n_failed);
	metrics_add_times(&b, "toehold_answer_seconds", "Time to answer a request.",
			  &s->answer_times);
	metrics_add_times(&b, "toehold_wait_seconds", "Time that a request waited in the queue.",
			  &s->wait_times);
	metrics_add_build(&b, TOEHOLD_VERSION, s->labeller.was->row->name);
	listener_set_metrics(s->listener, buf_text(&b));
	buf_release(&b);
}

static const char *serve_error(const struct serving *s, const struct listener_request *v,
			       unsigned status)
{
	return request_error_json(v->arena, v->form, status, s->cmd->err.msg);
}

static struct decision_run serve_decides(const struct serving *s)
{
	return (struct decision_run){ s->labeller.run.labels, s->labeller.run.n_labels,
				      task_asks(&s->labeller.session.prepared.job) };
}

static unsigned serve_answer_chat(const struct serving *s, struct listener_request *v,
				  const struct production_row *row, const char **ret_body)
{
	const struct chat_server server = { .labels = s->labeller.run.labels,
					    .n_labels = s->labeller.run.n_labels,
					    .model = s->labeller.was->row->name };

	return chat_request_answer(v->arena, v->chat, &server, row, s->n_answered,
				   clock_wall_us() / 1000000, ret_body);
}

/* Answers a request: returns the HTTP status, and its body. */
static unsigned serve_answer(struct serving *s, struct listener_request *v, const char **ret_body)
{
	const struct slice slice = { .path = "the request",
				     .tickets = (struct ticket *)(uintptr_t)v->tickets,
				     .n = v->n };
	const struct decision_run run = serve_decides(s);
	struct production_row *labelled;
	const char *words;

	if (privacy_check(s->cmd, &s->labeller.session.prepared.job, &slice, &words) < 0) {
		*ret_body = serve_error(s, v, 422);
		return 422;
	}
	if (labeller_answer(&s->labeller, v->arena, v->tickets, v->n, &labelled) < 0) {
		*ret_body = serve_error(s, v, 503);
		return 503;
	}
	for (size_t i = 0; i < v->n; i++) {
		labeller_abstain(&labelled[i], s->below);
		production_log_add(&s->log, &labelled[i]);
	}
	if (request_is_decision(v->form))
		return decision_request_answer(v->arena, v->decision, &labelled[0], &run,
					       s->labeller.was->row->name, ret_body);
	if (v->form == REQUEST_CHAT)
		return serve_answer_chat(s, v, &labelled[0], ret_body);
	*ret_body = production_rows_json(v->arena, labelled, v->n);
	return 200;
}

static void serve_one(struct serving *s, struct listener_request *v)
{
	int64_t start_us = clock_mono_us();
	const char *body;
	unsigned status;

	metrics_time(&s->wait_times, start_us - v->arrived_us);
	status = serve_answer(s, v, &body);
	s->n_answered++;
	s->n_tickets += (int64_t)v->n;
	metrics_time(&s->answer_times, clock_mono_us() - start_us);
	serve_update_metrics(s);
	listener_answer(s->listener, v, status, body);
}

/* RULE: one Ctrl-C answers the waiting requests. The second refuses them. */
static void serve_requests(struct serving *s)
{
	enum { LOOK_US = 200000 };
	struct listener_request v;

	serve_update_metrics(s);
	while (interrupt_count() == 0)
		if (listener_next(s->listener, LOOK_US, &v))
			serve_one(s, &v);
	listener_quiesce(s->listener);
	while (interrupt_count() < 2 && listener_next(s->listener, 0, &v))
		serve_one(s, &v);
}

static int serve_open_listener(struct serving *s)
{
	const struct serve_options *o = s->options;
	struct listener_options f = { .port = o->port,
				      .token = s->token,
				      .n_queue = o->n_queue,
				      .model = s->labeller.was->row->name,
				      .decisions = labeller_has_probabilities(&s->labeller),
				      .created_s = s->labeller.run.run->created_us / 1000000,
				      .run = serve_decides(s) };
	bool given = f.token == getenv(TOKEN_VARIABLE);
	int port;

	if (labeller_writes(&s->labeller)) {
		f.task = task_names.texts[s->labeller.run.run->task];
		f.form = task_schema(&s->cmd->arena, &s->labeller.session.prepared.job);
	}
	if (listener_open(&f, &s->listener, &port, &s->cmd->err) < 0)
		return -1;
	printf("http://127.0.0.1:%d\n", port);
	if (!given)
		printf("token %s\n", f.token);
	fflush(stdout);
	say("Ask it: %s\n",
	    serve_page_curl(&s->cmd->arena, port, given ? "$" TOKEN_VARIABLE : f.token));
	return 0;
}

/*
 * Asks a first question, so that the model is loaded before anyone waits for it. An answer without
 * a label is fine.
 */
static int serve_warm_up(struct serving *s)
{
	const struct ticket ticket = { .id = "0", .text = "Hello.", .text_len = 6, .label = -1 };
	struct production_row *reply;
	struct arena a = { 0 };
	int r = labeller_answer(&s->labeller, &a, &ticket, 1, &reply);

	if (r == 0 && reply->outcome != OUTCOME_OK && reply->outcome != OUTCOME_OFF_LABEL &&
	    reply->outcome != OUTCOME_CUT)
		r = err_set(&s->cmd->err, ERR_ENGINE, "%s: %s (%s)", s->labeller.was->row->name,
			    outcome_words(reply->outcome), reply->detail);
	arena_release(&a);
	return r;
}

static int serve_open(struct serving *s, struct serve_options *o)
{
	struct cmd *cmd = s->cmd;
	struct promise_use promise;

	if (labeller_read_below(cmd, o->below, &s->below) < 0 ||
	    serve_find_token(cmd, &s->token) < 0 ||
	    (o->promise &&
	     promise_use_begin(cmd, o->promise, o->below, &o->labeller, &promise) < 0))
		return -1;
	o->labeller.threshold = o->below || o->promise;
	if (labeller_open(cmd, &o->labeller, &s->labeller) < 0)
		return -1;
	if (!o->promise)
		return 0;
	if (promise_use_find(&s->labeller, &promise, &s->below) < 0)
		return -1;
	say("%s\n", words_promise(&cmd->arena, &promise.record));
	return 0;
}

static int serve_run(struct cmd *cmd, void *options)
{
	struct serving s = { .cmd = cmd, .options = options };
	int r = serve_open(&s, options);

	if (r == 0) {
		production_write_verdict(&cmd->arena, &s.labeller.run, s.labeller.was, stderr);
		interrupt_catch(NULL);
		r = change_gate(&s.labeller);
	}
	if (r == 0)
		r = serve_warm_up(&s);
	if (r == 0)
		r = serve_open_listener(&s);
	if (r == 0) {
		production_log_begin(&s.log, &s.labeller);
		s.log.below = s.below;
		serve_requests(&s);
		listener_close(s.listener);
		say("%" PRId64 " requests answered.\n", s.n_answered);
		production_log_keep(&s.log, &s.labeller);
	}
	labeller_close(&s.labeller);
	return r;
}

const struct command cmd_serve = { &spec, serve_run };

/*
 * `toehold serve`: the pick of a run behind an HTTP address on this machine alone. The main thread
 * takes requests one after another and asks the desk; flow/production/http_listener.c keeps the
 * door. Started only when asked, and for one job only.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/interrupt.h"
#include "flow/prepare/privacy.h"
#include "flow/production/http_listener.h"
#include "flow/production/labeller.h"
#include "flow/production/production_log.h"
#include "flow/say.h"
#include "job/file/job_values.h"
#include "report/production_text.h"

#define TOKEN_VARIABLE "TOEHOLD_SERVE_TOKEN"

struct serve_options {
	struct labeller_options desk;
	const char *below;
	int64_t port, n_queue;
};

#define AT(field) offsetof(struct serve_options, field)

static const struct opt_row rows[] = {
	{ "run", 'r', OPT_TEXT, AT(desk.run), "NAME", "the run that chose (default: the newest)", 0,
	  0 },
	{ "candidate", 'c', OPT_TEXT, AT(desk.candidate), "NAME",
	  "put this candidate to work (default: the pick)", 0, 0 },
	{ "port", 'p', OPT_INT, AT(port), "N", "port on 127.0.0.1 (default: one that is free)", 0,
	  65535 },
	{ "label-only", 'l', OPT_FLAG, AT(desk.label_only), NULL, "no rationales", 0, 0 },
	{ "abstain-below", 'a', OPT_TEXT, AT(below), "P",
	  "take no label that is less probable than this: 0.8 or 80%", 0, 0 },
	{ "queue", 0, OPT_INT, AT(n_queue), "N",
	  "most requests that wait (default 32); more are told to come again", 1, 4096 },
	{ "timeout", 0, OPT_INT, AT(desk.timeout_s), "SECONDS",
	  "deadline of one answer (default 120)", 1, 86400 },
	{ "no-sandbox", 0, OPT_FLAG, AT(desk.no_sandbox), NULL, "run the worker without a sandbox",
	  0, 0 },
	STORE_ROW(struct serve_options, desk.store),
};

static const struct opt_spec spec = {
	.verb = "serve",
	.args = "",
	.summary = "put the pick of a run behind an HTTP address on this machine",
	.details =
		"POST /classify {\"text\": ...} or {\"tickets\": [{\"id\", \"text\"}, ...]}; POST "
		"/v1/chat/completions, whose last\nuser message is the ticket; GET /v1/models, "
		"/metrics, /health. Every request but /health brings\n"
		"'Authorization: Bearer TOKEN'; "
		"the token is that of " TOKEN_VARIABLE ", or a new one, printed at\nthe start. "
		"Ctrl-C answers what waits, and stops.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

struct serving {
	struct cmd *cmd;
	const struct serve_options *options;
	struct labeller desk;
	struct listener *front;
	struct production_log log;
	double below;
	int64_t n_answered, n_tickets, answer_us, wait_us;
};

static const char *serve_token_of(struct cmd *cmd)
{
	const char *given = getenv(TOKEN_VARIABLE);
	unsigned char bytes[24];
	char *hex = arena_alloc(&cmd->arena, 2 * sizeof(bytes) + 1);

	if (given && *given)
		return given;
	hash_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	return hex;
}

static void serve_update_metrics(struct serving *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_addf(&b,
		 "# TYPE toehold_tickets_total counter\ntoehold_tickets_total %" PRId64 "\n"
		 "# TYPE toehold_abstained_total counter\ntoehold_abstained_total %zu\n"
		 "# TYPE toehold_failed_total counter\ntoehold_failed_total %zu\n"
		 "# TYPE toehold_answer_seconds_total counter\ntoehold_answer_seconds_total %.6f\n"
		 "# TYPE toehold_wait_seconds_total counter\ntoehold_wait_seconds_total %.6f\n",
		 s->n_tickets, s->log.n_abstained, s->log.n_failed, (double)s->answer_us / 1e6,
		 (double)s->wait_us / 1e6);
	listener_set_metrics(s->front, buf_text(&b));
	buf_release(&b);
}

static const char *serve_error_of(struct arena *a, const char *words)
{
	return json_text(a, json_pack("{s:{s:o}}", "error", "message", json_any_text(words)));
}

/* What became of a request: a status, and the body that goes with it. */
static unsigned serve_answer(struct serving *s, struct visitor *v, const char **ret_body)
{
	const struct slice slice = { .path = "the request",
				     .tickets = (struct ticket *)(uintptr_t)v->tickets,
				     .n = v->n };
	struct work_row *list = arena_array(v->arena, v->n, sizeof(*list));
	struct err *err = &s->cmd->err;
	struct desk_reply *replies;
	const char *words;

	if (privacy_check(s->cmd, &s->desk.session.prepared.job, &slice, &words) < 0) {
		*ret_body = serve_error_of(v->arena, err->msg);
		return 422;
	}
	if (labeller_answer(&s->desk, v->arena, v->tickets, v->n, &replies) < 0) {
		*ret_body = serve_error_of(v->arena, err->msg);
		return 503;
	}
	for (size_t i = 0; i < v->n; i++) {
		labeller_row(&s->desk, &v->tickets[i], &replies[i], s->below, &list[i]);
		production_log_add(&s->log, &replies[i], list[i].guess != NULL);
	}
	*ret_body = v->form == REQUEST_CHAT ?
			    work_chat_json(v->arena, &list[0], s->desk.was->row->name,
					   s->n_answered, clock_wall_us() / 1000000) :
			    work_reply_json(v->arena, list, v->n);
	return 200;
}

static void serve_one(struct serving *s, struct visitor *v)
{
	int64_t start_us = clock_mono_us();
	const char *body;
	unsigned status;

	s->wait_us += start_us - v->arrived_us;
	status = serve_answer(s, v, &body);
	s->n_answered++;
	s->n_tickets += (int64_t)v->n;
	s->answer_us += clock_mono_us() - start_us;
	serve_update_metrics(s);
	listener_answer(s->front, v, status, body);
}

/* RULE: one Ctrl-C answers what waits. The second turns it away. */
static void serve_requests(struct serving *s)
{
	enum { LOOK_US = 200000 };
	struct visitor v;

	serve_update_metrics(s);
	while (interrupt_count() == 0)
		if (listener_next(s->front, LOOK_US, &v))
			serve_one(s, &v);
	listener_quiesce(s->front);
	while (interrupt_count() < 2 && listener_next(s->front, 0, &v))
		serve_one(s, &v);
}

static int serve_open_front(struct serving *s)
{
	const struct serve_options *o = s->options;
	struct listener_options f = { .port = o->port,
				      .token = serve_token_of(s->cmd),
				      .n_queue = o->n_queue,
				      .model = s->desk.was->row->name };
	int port;

	if (listener_open(&f, &s->front, &port, &s->cmd->err) < 0)
		return -1;
	printf("http://127.0.0.1:%d\n", port);
	if (f.token != getenv(TOKEN_VARIABLE))
		printf("token %s\n", f.token);
	fflush(stdout);
	return 0;
}

/*
 * A first question, so that the model is in memory before anybody waits for it. What is written
 * without a label is an answer too.
 */
static int serve_warm_up(struct serving *s)
{
	const struct ticket ticket = { .id = "0", .text = "Hello.", .text_len = 6, .label = -1 };
	struct desk_reply *reply;
	struct arena a = { 0 };
	int r = labeller_answer(&s->desk, &a, &ticket, 1, &reply);

	if (r == 0 && reply->outcome != OUTCOME_OK && reply->outcome != OUTCOME_OFF_LABEL)
		r = err_set(&s->cmd->err, ERR_ENGINE, "%s: %s (%s)", s->desk.was->row->name,
			    outcome_words(reply->outcome), reply->detail);
	arena_release(&a);
	return r;
}

static int serve_run(struct cmd *cmd)
{
	struct serve_options o = { .desk = { .timeout_s = 120, .one_by_one = true, .finish = true },
				   .n_queue = 32 };
	struct serving s = { .cmd = cmd, .options = &o };
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	if (o.below && !job_parse_share(o.below, &s.below))
		return err_set(&cmd->err, ERR_USAGE,
			       "--abstain-below takes a share such as 0.8 or 80%%, not '%s'",
			       display_text(&cmd->arena, o.below));
	o.desk.threshold = o.below != NULL;
	r = labeller_open(cmd, &o.desk, &s.desk);
	if (r == 0) {
		work_write_pick(&cmd->arena, &s.desk.run, s.desk.was, stderr);
		interrupt_catch(NULL);
		r = serve_warm_up(&s);
	}
	if (r == 0)
		r = serve_open_front(&s);
	if (r == 0) {
		production_log_begin(&s.log, &s.desk);
		serve_requests(&s);
		listener_close(s.front);
		say("%" PRId64 " requests answered.\n", s.n_answered);
		r = production_log_keep(&s.log, &s.desk, o.desk.store);
	}
	labeller_close(&s.desk);
	return r;
}

const struct command cmd_serve = { &spec, serve_run };

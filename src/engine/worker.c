/*
 * The worker: a process that opens one model and answers what the controller asks, one message
 * at a time. Decides the order: sandbox first, then the model. It holds no gold labels, writes no
 * files and never prints: standard input and output are the protocol.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/url.h"
#include "engine/engine.h"
#include "work/sandbox/sandbox.h"

struct worker {
	int in, out;
	struct engine *engine;
	unsigned sandbox_bits; /* what took effect before exec */
	size_t n_wave; /* tickets that the engine took */
};

/* Tells the controller that a request failed. */
static int worker_send_failed(struct worker *w, enum outcome outcome, const struct err *why,
			      struct err *err)
{
	struct msg_failed failed = { .outcome = outcome, .text = why->msg };

	return message_send(w->out, MSG_FAILED, &failed, err);
}

/*
 * The sandbox, tried before the model is opened: what should be refused and is not is a fault
 * where no layer is missing, and said in the level where one is.
 */
static int worker_enter_sandbox(struct worker *w, struct arena *a,
				const struct sandbox_request *box, const char **ret_level,
				struct err *err)
{
	char level[SANDBOX_TEXT_MAX], tried[SANDBOX_TEXT_MAX];

	if (sandbox_enter(box, w->sandbox_bits, true, level, err) < 0)
		return -1;
	if (box->write_dir && !strstr(level, "Landlock ABI"))
		return err_set(err, ERR_REFUSED,
			       "only Landlock keeps a worker that writes files in its folder, and "
			       "this system has none; --no-sandbox goes without");
	if (sandbox_prove(sandbox_leaves_open(box), tried) != 0 && !strstr(level, "missing"))
		return err_set(err, ERR_REFUSED,
			       "the sandbox does not hold (%s); 'toehold doctor' says more, and "
			       "--no-sandbox goes without",
			       tried);
	*ret_level = arena_printf(a, "%s; %s", level, tried);
	return 0;
}

/* A server is no device: the way to it stays open, and nothing else does. */
static int worker_open_network(struct arena *a, const struct msg_open *open,
			       struct sandbox_request *box, struct err *err)
{
	struct url url;

	if (url_parse(a, open->url, &url, err) < 0)
		return -1;
	box->gpu = false;
	box->network_port = url.port;
	box->network_names = !url.is_address;
	return 0;
}

/* All files that the worker may read: the model's, and those that go with it. */
static const char *const *worker_read_paths(struct arena *a, const struct msg_open *open,
					    size_t *ret_n)
{
	const char *const more[] = { open->adapter, open->projector };
	const char **paths = arena_array(a, open->n_paths + 2, sizeof(*paths));
	size_t n = 0;

	for (size_t i = 0; i < open->n_paths; i++)
		paths[n++] = open->paths[i];
	for (size_t i = 0; i < COUNT_OF(more); i++)
		if (more[i])
			paths[n++] = more[i];
	*ret_n = n;
	return paths;
}

static int worker_handle_open(struct worker *w, struct arena *a, struct wire_reader *payload,
			      struct err *err)
{
	const char *level = "none: --no-sandbox";
	enum outcome outcome = OUTCOME_LOAD_FAILED;
	struct msg_opened opened = { 0 };
	struct sandbox_request box;
	struct msg_open open = { 0 };
	struct err why = { 0 };

	if (message_decode(MSG_OPEN, payload, a, &open, err) < 0)
		return -1;
	box = (struct sandbox_request){ .gpu = strcmp(engine_device(a), "CPU") != 0,
					.memory_bytes = open.memory_bytes,
					.write_dir = open.scratch };
	box.read_paths = worker_read_paths(a, &open, &box.n_read_paths);
	if (open.url && worker_open_network(a, &open, &box, &why) < 0)
		return worker_send_failed(w, OUTCOME_LOAD_FAILED, &why, err);
	if (open.sandbox && worker_enter_sandbox(w, a, &box, &level, &why) < 0)
		return worker_send_failed(w, OUTCOME_LOAD_FAILED, &why, err);
	if (engine_open(&open, &opened, &w->engine, &outcome, &why) < 0)
		return worker_send_failed(w, outcome, &why, err);
	opened.sandbox = level;
	return message_send(w->out, MSG_OPENED, &opened, err);
}

static int worker_handle_pass(struct worker *w, struct arena *a, struct wire_reader *payload,
			      struct err *err)
{
	struct msg_pass_ready ready;
	struct msg_pass pass = { 0 };
	struct err why = { 0 };

	if (message_decode(MSG_PASS, payload, a, &pass, err) < 0)
		return -1;
	if (engine_pass(w->engine, a, &pass, &ready, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return message_send(w->out, MSG_PASS_READY, &ready, err);
}

static int worker_handle_wave(struct worker *w, struct arena *a, struct wire_reader *payload,
			      struct err *err)
{
	enum outcome outcome = OUTCOME_ENGINE_ERROR;
	struct msg_wave_ready ready;
	struct msg_wave wave = { 0 };
	struct err why = { 0 };

	if (message_decode(MSG_WAVE, payload, a, &wave, err) < 0)
		return -1;
	if (engine_wave(w->engine, &wave, &ready, &outcome, &why) < 0)
		return worker_send_failed(w, outcome, &why, err);
	w->n_wave = (size_t)ready.n_accepted;
	return message_send(w->out, MSG_WAVE_READY, &ready, err);
}

static int worker_handle_ask(struct worker *w, struct arena *a, struct wire_reader *payload,
			     struct err *err)
{
	struct answer answer = { 0 };
	struct msg_ask ask = { 0 };
	struct err why = { 0 };

	if (message_decode(MSG_ASK, payload, a, &ask, err) < 0)
		return -1;
	if (engine_ask(w->engine, a, &ask, &answer, &why) < 0) {
		if (answer.outcome == OUTCOME_OK)
			answer.outcome = OUTCOME_ENGINE_ERROR;
		answer.label = -1;
		answer.n_probs = 0;
		answer.detail = why.msg;
	}
	return message_send(w->out, MSG_ANSWER, &answer, err);
}

static int worker_send_answer(void *ctx, const struct answer *answer, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_ANSWER, answer, err);
}

static int worker_handle_labels(struct worker *w, struct arena *a, struct err *err)
{
	struct err why = { 0 };

	if (engine_labels(w->engine, a, w->n_wave, worker_send_answer, w, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return 0;
}

static int worker_send_reason(void *ctx, const struct reason *reason, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_REASON, reason, err);
}

static int worker_handle_reasons(struct worker *w, struct arena *a, struct err *err)
{
	struct msg_reasons_done done = { 0 };
	struct err why = { 0 };

	if (engine_reasons(w->engine, a, worker_send_reason, w, &done, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return message_send(w->out, MSG_REASONS_DONE, &done, err);
}

static int worker_handle_convert(struct worker *w, struct arena *a, struct wire_reader *payload,
				 struct err *err)
{
	struct msg_convert convert = { 0 };
	struct msg_written written;
	struct err why = { 0 };

	if (message_decode(MSG_CONVERT, payload, a, &convert, err) < 0)
		return -1;
	if (engine_convert(w->engine, &convert, &written, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return message_send(w->out, MSG_WRITTEN, &written, err);
}

static int worker_send_step(void *ctx, const struct msg_step *step, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_STEP, step, err);
}

static int worker_handle_train(struct worker *w, struct arena *a, struct wire_reader *payload,
			       struct err *err)
{
	struct msg_trained trained;
	struct msg_train train = { 0 };
	struct err why = { 0 };

	if (message_decode(MSG_TRAIN, payload, a, &train, err) < 0)
		return -1;
	if (engine_train(w->engine, a, &train, worker_send_step, w, &trained, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return message_send(w->out, MSG_TRAINED, &trained, err);
}

static int worker_handle_save(struct worker *w, struct arena *a, struct wire_reader *payload,
			      struct err *err)
{
	struct msg_save save = { 0 };
	struct msg_written written;
	struct err why = { 0 };

	if (message_decode(MSG_SAVE, payload, a, &save, err) < 0)
		return -1;
	if (engine_save(w->engine, &save, &written, &why) < 0)
		return worker_send_failed(w, OUTCOME_ENGINE_ERROR, &why, err);
	return message_send(w->out, MSG_WRITTEN, &written, err);
}

static int worker_handle(struct worker *w, enum message_type type, struct wire_reader *payload,
			 struct arena *a, struct err *err)
{
	if (type != MSG_OPEN && !w->engine)
		return err_set(err, ERR_ENGINE, "a %s message before OPEN", message_name(type));
	switch (type) {
	case MSG_OPEN:
		return worker_handle_open(w, a, payload, err);
	case MSG_PASS:
		return worker_handle_pass(w, a, payload, err);
	case MSG_WAVE:
		return worker_handle_wave(w, a, payload, err);
	case MSG_ASK:
		return worker_handle_ask(w, a, payload, err);
	case MSG_LABELS:
		return worker_handle_labels(w, a, err);
	case MSG_REASONS:
		return worker_handle_reasons(w, a, err);
	case MSG_CONVERT:
		return worker_handle_convert(w, a, payload, err);
	case MSG_TRAIN:
		return worker_handle_train(w, a, payload, err);
	case MSG_SAVE:
		return worker_handle_save(w, a, payload, err);
	default:
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	}
}

/* Until the controller closes its end, which is how a worker is told to go. */
static int worker_serve(struct worker *w, struct err *err)
{
	struct wire_input in;
	struct arena a = { 0 };
	int r = 0;

	wire_input_init(&in);
	while (r == 0) {
		struct wire_reader payload;
		uint8_t type;
		int got = wire_next(&in, &type, &payload);

		if (got > 0) {
			r = worker_handle(w, (enum message_type)type, &payload, &a, err);
			arena_release(&a);
		} else if (got < 0) {
			r = err_set(err, ERR_ENGINE, "a malformed frame from the controller");
		} else {
			int64_t n = wire_fill(&in, w->in);

			if (n == 0 || (n < 0 && errno != EINTR))
				break;
		}
	}
	wire_input_release(&in);
	arena_release(&a);
	return r;
}

int main(void)
{
	struct worker w = { .in = STDIN_FILENO };
	struct msg_hello hello = { .protocol = PROTOCOL_VERSION, .engine_build = engine_build() };
	struct arena a = { 0 };
	struct err err = { 0 };
	int r;

	signal(SIGPIPE, SIG_IGN);
	/* A stray printf of a library must not become a frame. */
	w.out = dup(STDOUT_FILENO);
	if (w.out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		return err_exit_code(ERR_ENGINE);
	w.sandbox_bits = sandbox_bits_from_env();
	hello.device = engine_device(&a);
	r = message_send(w.out, MSG_HELLO, &hello, &err);
	if (r == 0)
		r = worker_serve(&w, &err);
	if (r < 0)
		fprintf(stderr, "toehold worker: %s\n", err.msg);
	engine_close(w.engine);
	arena_release(&a);
	return r < 0 ? err_exit_code(ERR_ENGINE) : 0;
}

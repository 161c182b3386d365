/*
 * The worker: a process that opens one model and answers the controller's requests, one message
 * at a time. Decides the order: first the sandbox, then the model. It has no expected labels,
 * writes no files and never prints: standard input and output carry the protocol.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/url.h"
#include "engine/engine.h"
#include "work/sandbox/sandbox.h"

struct worker {
	int out;
	struct engine *engine;
	unsigned sandbox_bits; /* layers in force before exec */
	size_t n_wave; /* tickets that the engine accepted */
};

/* One request and its reply. */
struct exchange {
	union {
		struct msg_open open;
		struct msg_pass pass;
		struct msg_wave wave;
		struct msg_prefix prefix;
		struct msg_ask ask;
		struct msg_convert convert;
		struct msg_train train;
		struct msg_save save;
	} in;
	union {
		struct msg_opened opened;
		struct msg_pass_ready pass_ready;
		struct msg_wave_ready wave_ready;
		struct msg_prefix_ready prefix_ready;
		struct answer answer;
		struct msg_reasons_done reasons_done;
		struct msg_written written;
		struct msg_trained trained;
	} out;
	enum outcome outcome; /* reported if the request fails */
};

/*
 * Enters the sandbox and tries it. A hole is an error, unless a layer is missing: then the level
 * names the hole.
 */
static int worker_enter_sandbox(const struct worker *w, struct arena *a,
				const struct sandbox_request *box, const char **ret_level,
				struct err *err)
{
	char level[SANDBOX_TEXT_MAX], tried[SANDBOX_TEXT_MAX];
	unsigned open = sandbox_leaves_open(box);

	if (sandbox_enter(box, w->sandbox_bits, true, level, err) < 0)
		return -1;
	if (box->write_dir && !strstr(level, "Landlock ABI"))
		return err_set(err, ERR_REFUSED,
			       "a worker that writes files needs Landlock, and this system has "
			       "none; --no-sandbox runs it unconfined");
	if (sandbox_prove(open, tried) != 0 && !strstr(level, "missing"))
		return err_set(err, ERR_REFUSED,
			       "the sandbox does not hold (%s); see 'toehold doctor', or use "
			       "--no-sandbox to run without it",
			       tried);
	*ret_level = arena_printf(a, "%s; %s", level, tried);
	return 0;
}

/* Opens the way to the server, and nothing else; a server needs no GPU here. */
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

/* All files that the worker may read: the model's own, its adapter and its projector. */
static const char *const *worker_read_paths(struct arena *a, const struct msg_open *open,
					    size_t *ret_n)
{
	const char *const more[] = { open->adapter, open->projector };
	const char **paths = arena_array(a, open->n_paths + COUNT_OF(more), sizeof(*paths));
	size_t n = 0;

	for (size_t i = 0; i < open->n_paths; i++)
		paths[n++] = open->paths[i];
	for (size_t i = 0; i < COUNT_OF(more); i++)
		if (more[i])
			paths[n++] = more[i];
	*ret_n = n;
	return paths;
}

static int worker_open(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	const struct msg_open *open = &x->in.open;
	const char *level = "none: --no-sandbox";
	struct sandbox_request box = { .gpu = strcmp(engine_device(a), "CPU") != 0,
				       .memory_bytes = open->memory_bytes > 0 ?
							       open->memory_bytes :
							       SANDBOX_MEMORY_BYTES,
				       .write_dir = open->scratch };

	x->outcome = OUTCOME_LOAD_FAILED;
	box.read_paths = worker_read_paths(a, open, &box.n_read_paths);
	if ((open->url && worker_open_network(a, open, &box, why) < 0) ||
	    (open->sandbox && worker_enter_sandbox(w, a, &box, &level, why) < 0) ||
	    engine_open(open, &x->out.opened, &w->engine, &x->outcome, why) < 0)
		return -1;
	x->out.opened.sandbox = level;
	return 0;
}

static int worker_pass(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	return engine_pass(w->engine, a, &x->in.pass, &x->out.pass_ready, why);
}

static int worker_wave(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	(void)a;
	if (engine_wave(w->engine, &x->in.wave, &x->out.wave_ready, &x->outcome, why) < 0)
		return -1;
	w->n_wave = (size_t)x->out.wave_ready.n_accepted;
	return 0;
}

static int worker_prefix(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	(void)a;
	return engine_prefix(w->engine, &x->in.prefix, &x->out.prefix_ready, &x->outcome, why);
}

/* A failure here is the ticket's own, so it is sent as its answer. */
static int worker_ask(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	struct answer *answer = &x->out.answer;

	if (engine_ask(w->engine, a, &x->in.ask, answer, why) == 0)
		return 0;
	if (answer->outcome == OUTCOME_OK)
		answer->outcome = OUTCOME_ENGINE_ERROR;
	answer->label = -1;
	answer->n_probs = 0;
	answer->detail = why->msg;
	return 0;
}

static int worker_send_answer(void *ctx, const struct answer *answer, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_ANSWER, answer, err);
}

static int worker_labels(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	(void)x;
	return engine_labels(w->engine, a, w->n_wave, worker_send_answer, w, why);
}

static int worker_send_reason(void *ctx, const struct reason *reason, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_REASON, reason, err);
}

static int worker_reasons(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	return engine_reasons(w->engine, a, worker_send_reason, w, &x->out.reasons_done, why);
}

static int worker_convert(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	(void)a;
	return engine_convert(w->engine, &x->in.convert, &x->out.written, why);
}

static int worker_send_step(void *ctx, const struct msg_step *step, struct err *err)
{
	const struct worker *w = ctx;

	return message_send(w->out, MSG_STEP, step, err);
}

static int worker_train(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	return engine_train(w->engine, a, &x->in.train, worker_send_step, w, &x->out.trained, why);
}

static int worker_save(struct worker *w, struct arena *a, struct exchange *x, struct err *why)
{
	(void)a;
	return engine_save(w->engine, &x->in.save, &x->out.written, why);
}

enum { NO_REPLY = 0 }; /* the request is complete when its last answer has been sent */

static const struct route {
	enum message_type request;
	int reply; /* enum message_type, or NO_REPLY */
	int (*run)(struct worker *w, struct arena *a, struct exchange *x, struct err *why);
} routes[] = {
	{ MSG_OPEN, MSG_OPENED, worker_open },
	{ MSG_PASS, MSG_PASS_READY, worker_pass },
	{ MSG_WAVE, MSG_WAVE_READY, worker_wave },
	{ MSG_PREFIX, MSG_PREFIX_READY, worker_prefix },
	{ MSG_ASK, MSG_ANSWER, worker_ask },
	{ MSG_LABELS, NO_REPLY, worker_labels },
	{ MSG_REASONS, MSG_REASONS_DONE, worker_reasons },
	{ MSG_CONVERT, MSG_WRITTEN, worker_convert },
	{ MSG_TRAIN, MSG_TRAINED, worker_train },
	{ MSG_SAVE, MSG_WRITTEN, worker_save },
};

static const struct route *worker_find_route(uint8_t type)
{
	for (size_t i = 0; i < COUNT_OF(routes); i++)
		if (routes[i].request == (enum message_type)type)
			return &routes[i];
	return NULL;
}

static int worker_handle(void *ctx, uint8_t type, struct wire_reader *payload, struct arena *a,
			 struct err *err)
{
	const struct route *route = worker_find_route(type);
	struct worker *w = ctx;
	struct exchange x;
	struct err why = { 0 };

	if (type != MSG_OPEN && !w->engine)
		return err_set(err, ERR_ENGINE, "a %s message before OPEN",
			       message_name((enum message_type)type));
	if (!route)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	memset(&x, 0, sizeof(x));
	x.outcome = OUTCOME_ENGINE_ERROR;
	if (message_decode(route->request, payload, a, &x.in, err) < 0)
		return -1;
	if (route->run(w, a, &x, &why) < 0)
		return message_send(w->out, MSG_FAILED,
				    &(struct msg_failed){ .outcome = x.outcome, .text = why.msg },
				    err);
	if (route->reply == NO_REPLY)
		return 0;
	return message_send(w->out, (enum message_type)route->reply, &x.out, err);
}

int main(void)
{
	struct worker w = { 0 };
	struct msg_hello hello = { .protocol = PROTOCOL_VERSION, .engine_build = engine_build() };
	struct arena a = { 0 };
	struct err err = { 0 };
	int r;

	signal(SIGPIPE, SIG_IGN);
	w.out = wire_take_stdout();
	if (w.out < 0)
		return err_exit_code(ERR_ENGINE);
	w.sandbox_bits = sandbox_bits_from_env();
	hello.device = engine_device(&a);
	r = message_send(w.out, MSG_HELLO, &hello, &err);
	if (r == 0)
		r = wire_serve(STDIN_FILENO, worker_handle, &w, &err);
	if (r < 0)
		fprintf(stderr, "toehold worker: %s\n", err.msg);
	engine_close(w.engine);
	arena_release(&a);
	return r < 0 ? err_exit_code(ERR_ENGINE) : 0;
}

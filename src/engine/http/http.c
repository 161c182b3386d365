/*
 * The http engine: asks an OpenAI-compatible server that the user names. It holds no weights and
 * measures from outside: one streamed request per ticket, several at a time if the job says so.
 * The reason comes with the answer, so phase 2 only hands it out.
 */
#include "engine/http/http_engine.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/json/json.h"
#include "work/machine.h"

/* After more silent tickets in a row than this, the server is not asked again. */
enum { SILENT_MAX = 3 };

/* Most requests of a wave; the controller's own limit is higher. */
enum { WAVE_MAX = 256 };

enum { DEFAULT_TIMEOUT_US = 120 * 1000000 };

const char *engine_build(void)
{
	return "http 1 (libcurl " LIBCURL_VERSION ")";
}

const char *engine_device(struct arena *a)
{
	(void)a;
	return "a server";
}

int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err)
{
	int64_t start_us = clock_mono_us();
	struct engine *e = calloc(1, sizeof(*e));
	char *stated;

	*ret_outcome = OUTCOME_LOAD_FAILED;
	if (!e)
		return err_set(err, ERR_ENGINE, "out of memory");
	if (!open->url) {
		free(e);
		return err_set(err, ERR_INPUT, "the http engine got no address");
	}
	if (url_parse(&e->arena, open->url, &e->server.url, err) < 0 ||
	    http_net_open(&e->net, &e->server.url, open->token, err) < 0)
		goto failed;
	e->server.model = arena_strdup(&e->arena, open->server_model ? open->server_model : "");
	*ret_opened = (struct msg_opened){ 0 };
	e->server.dropped = json_array();
	if (http_identify(&e->net, &e->arena, &e->server, &ret_opened->facts, err) < 0)
		goto failed;
	if (http_check_forward(e, err) < 0)
		goto failed;
	http_find_routes(e, &ret_opened->facts);
	if (http_check_forward(e, err) < 0)
		goto failed;
	stated = json_dumps(e->server.stated, JSON_COMPACT | JSON_SORT_KEYS);
	ret_opened->server = arena_strdup(&e->arena, stated ? stated : "");
	free(stated);
	ret_opened->load_us = clock_mono_us() - start_us;
	ret_opened->peak_rss_bytes = machine_peak_rss_bytes();
	*ret_engine = e;
	return 0;
failed:
	engine_close(e);
	return -1;
}

static void http_end_wave(struct engine *e)
{
	for (size_t i = 0; i < e->n_tickets; i++)
		http_release(&e->net, &e->calls[i]);
	e->n_tickets = 0;
	e->calls = NULL;
	arena_release(&e->wave_arena);
}

static void http_end_pass(struct engine *e)
{
	http_end_wave(e);
	json_decref(e->messages);
	json_decref(e->schema);
	json_decref(e->probes.found);
	e->messages = e->schema = NULL;
	e->probes = (struct http_probes){ 0 };
	e->n_silent = 0;
	arena_release(&e->pass_arena);
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	http_end_pass(e);
	http_net_close(&e->net);
	json_decref(e->server.stated);
	json_decref(e->server.dropped);
	arena_release(&e->arena);
	free(e);
}

static void http_keep_pass(struct engine *e, const struct msg_pass *pass)
{
	struct arena *a = &e->pass_arena;
	struct msg_pass *p = &e->pass;

	*p = *pass;
	p->system = arena_strdup(a, pass->system);
	p->schema = arena_strdup(a, pass->schema);
	p->tools = arena_strdup(a, pass->tools);
	p->question = arena_strdup(a, pass->question ? pass->question : "");
	p->labels = arena_strdups(a, pass->labels, pass->n_labels);
	p->descriptions = arena_strdups(a, pass->descriptions, pass->n_descriptions);
	p->example_texts = arena_strdups(a, pass->example_texts, pass->n_example_texts);
	p->example_answers = arena_strdups(a, pass->example_answers, pass->n_example_answers);
	p->head = NULL;
	p->n_head = 0;
	e->timeout_us = pass->timeout_us > 0 ? pass->timeout_us : DEFAULT_TIMEOUT_US;
}

static int http_take_route(struct engine *e, const struct msg_pass *pass, struct err *err)
{
	if (pass->route < 0 || pass->route >= SERVED_ROUTE_COUNT || pass->asks < 0 ||
	    pass->asks >= ASKS_COUNT ||
	    (pass->n_labels == 0 && (pass->route != SERVED_CHAT || pass->mode == PASS_FORCED)))
		return err_set(err, ERR_ENGINE, "the pass has no route to the server");
	if (pass->route == SERVED_CHAT && e->server.only_decides)
		return err_set(err, ERR_ENGINE, "%s only decides between labels: it writes no text",
			       e->server.base);
	e->route = (enum served_route)pass->route;
	if (e->route != SERVED_LETTERS)
		e->server.options &= ~(unsigned)HTTP_LOGPROBS;
	else if (pass->n_labels > SERVED_MAX_LETTERS)
		return err_set(err, ERR_ENGINE, "more than %d labels have no letters",
			       SERVED_MAX_LETTERS);
	return 0;
}

/* The messages around a ticket, as JSON: only the server knows the rendered text. */
static const char *http_rendered(const struct engine *e, struct arena *a)
{
	json_t *messages;
	char *body;
	const char *text;

	if (http_is_decision(e)) {
		body = http_text_body(e, "{ticket}");
		text = arena_strdup(a, body);
		free(body);
		return text;
	}
	messages = json_copy(e->messages);
	json_array_append_new(messages,
			      json_pack("{s:s, s:s}", "role", "user", "content", "{ticket}"));
	return json_text(a, messages);
}

int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err)
{
	const char *template = json_string_value(
		json_object_get(json_object_get(e->server.stated, "identity"), "template_sha256"));

	http_end_pass(e);
	if (http_take_route(e, pass, err) < 0)
		return -1;
	http_keep_pass(e, pass);
	http_prepare(e);
	e->probes.found = json_pack("{s:s}", "route", served_route_names.texts[e->route]);
	if ((http_is_decision(e) ? http_probe_decision(e, err) : http_probe(e, err)) < 0 ||
	    http_check_forward(e, err) < 0)
		return -1;
	*ret_ready = (struct msg_pass_ready){
		.rendered = http_rendered(e, a),
		.template_sha256 = template ? arena_strdup(a, template) : "",
		.template_marks = "",
		.opening = "none",
		.thinking = http_thinking_text(e, a),
		.probes = json_text(a, json_incref(e->probes.found)),
	};
	return 0;
}

int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err)
{
	struct arena *a = &e->wave_arena;

	(void)err;
	*ret_outcome = OUTCOME_ENGINE_ERROR;
	http_end_wave(e);
	e->n_tickets = wave->n_texts < WAVE_MAX ? wave->n_texts : WAVE_MAX;
	e->tickets = arena_strdups(a, wave->texts, e->n_tickets);
	e->calls = arena_array(a, e->n_tickets, sizeof(*e->calls));
	e->kept = arena_array(a, e->n_tickets, sizeof(*e->kept));
	e->images = wave->n_images ? arena_array(a, e->n_tickets, sizeof(*e->images)) : NULL;
	for (size_t i = 0; i < e->n_tickets && i < wave->n_images; i++) {
		e->images[i].len = wave->images[i].len;
		e->images[i].data = arena_strndup(a, wave->images[i].data, wave->images[i].len);
	}
	*ret_ready = (struct msg_wave_ready){ .n_accepted = (int64_t)e->n_tickets,
					      .n_ctx = e->server.context_tok,
					      .n_seq = e->pass.n_parallel };
	return 0;
}

static void http_begin_ticket(struct engine *e, size_t ticket, int only_label)
{
	struct http_call *call = &e->calls[ticket];

	http_release(&e->net, call);
	http_begin(&e->net, call, e->ask_url, http_ticket_body(e, ticket, only_label), e->ask_kind,
		   e->timeout_us);
	call->max_pieces = 2 * (e->max_tok + e->pass.think_tok) + 4096;
}

/* Starts this ticket and the next ones, up to the number of parallel requests. */
static void http_begin_group(struct engine *e, size_t ticket)
{
	size_t n = e->pass.n_parallel > 1 ? (size_t)e->pass.n_parallel : 1;

	for (size_t i = ticket; i < e->n_tickets && i < ticket + n; i++)
		if (!e->calls[i].url)
			http_begin_ticket(e, i, -1);
}

static void http_say_silent(struct arena *a, size_t ticket, struct answer *ret)
{
	*ret = (struct answer){ .ticket = ticket,
				.outcome = OUTCOME_TIMEOUT,
				.label = -1,
				.ttft_us = -1,
				.label_us = -1,
				.first_us = -1,
				.rule = "none",
				.spans = "",
				.peak_rss_bytes = machine_peak_rss_bytes() };
	ret->detail = arena_printf(a, "not asked: the server sent nothing for %d tickets in a row",
				   SILENT_MAX + 1);
}

static void http_count_silence(struct engine *e, const struct http_call *call)
{
	bool silent = call->chat.first_us < 0 &&
		      (call->end == HTTP_NOT_REACHED || call->end == HTTP_TIMED_OUT ||
		       call->end == HTTP_BROKEN);

	e->n_silent = silent ? e->n_silent + 1 : 0;
}

/* A label on record is asked again only for its reason: the schema admits no other label. */
static int http_check_label(const struct msg_ask *ask, const struct answer *answer, struct err *err)
{
	if (answer->outcome != OUTCOME_OK || answer->label == ask->known_label)
		return 0;
	return err_set(err, ERR_ENGINE,
		       "the server gave another label when it was asked again for the reason");
}

int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err)
{
	size_t ticket = (size_t)ask->ticket;
	int r = 0;

	if (ask->ticket < 0 || ticket >= e->n_tickets)
		return err_set(err, ERR_ENGINE, "this wave has no ticket %lld",
			       (long long)ask->ticket);
	if (e->n_silent > SILENT_MAX) {
		http_say_silent(a, ticket, ret_answer);
		return 0;
	}
	if (ask->known_label >= 0)
		http_begin_ticket(e, ticket, (int)ask->known_label);
	else
		http_begin_group(e, ticket);
	http_finish(&e->net, &e->calls[ticket]);
	http_count_silence(e, &e->calls[ticket]);
	http_read_answer(e, a, ticket, ret_answer);
	if (ask->known_label >= 0)
		r = http_check_label(ask, ret_answer, err);
	e->kept[ticket] = (struct http_kept){ .waiting = r == 0 && ret_answer->label >= 0 &&
							 e->route == SERVED_CHAT,
					      .recomputed = ask->known_label >= 0,
					      .answer_tok = ret_answer->chosen_tok };
	return r;
}

int engine_reasons(struct engine *e, struct arena *a, reason_done *done, void *ctx,
		   struct msg_reasons_done *ret_done, struct err *err)
{
	*ret_done = (struct msg_reasons_done){ 0 };
	for (size_t i = 0; i < e->n_tickets; i++) {
		struct reason reason;

		if (!e->kept[i].waiting)
			continue;
		e->kept[i].waiting = false;
		http_read_reason(e, a, i, &reason);
		ret_done->n_tok += reason.reason_tok;
		if (done(ctx, &reason, err) < 0)
			return -1;
	}
	ret_done->peak_rss_bytes = machine_peak_rss_bytes();
	ret_done->cpu_us = machine_cpu_us();
	return 0;
}

/*
 * How a server can be asked: /v1/systemone, /v1/decisions in two shapes, or a chat whose likeliest
 * tokens are letters. One neutral question finds out, before any ticket is sent. Decides what
 * counts as working: a reply that http_engine.h can read.
 */
#include "base/array.h"
#include "engine/http/http_engine.h"

enum { DECISION_TIMEOUT_US = 60 * 1000000, CHAT_TIMEOUT_US = 120 * 1000000 };

/* A question that any model can answer. */
static const char route_question[] = "Which language is the text written in?";
static const char *const route_labels[] = { "English", "French" };
static const struct decision_labels route_choice = { route_labels, NULL, COUNT_OF(route_labels),
						     ASKS_CHOICE };

static void route_note_failure(const struct engine *e, const char *what, const char *why)
{
	json_t *tried = json_object_get(e->server.stated, "tried");

	if (!tried) {
		tried = json_object();
		json_object_set_new(e->server.stated, "tried", tried);
	}
	json_object_set_new(tried, what, json_string(why));
}

/* Whether the server answers a decision of this shape. */
static bool route_try_decision(struct engine *e, enum served_route route)
{
	const struct decision_labels own = { e->server.labels, NULL, e->server.n_labels,
					     ASKS_CHOICE };
	const struct decision_labels *labels = own.n > 1 ? &own : &route_choice;
	struct decision_question q = { e->server.model, route_question, http_neutral, *labels };
	const char *url = arena_printf(&e->arena, "%s%s", e->server.base, decision_path(route));
	json_t *body = decision_body(route, &q);
	struct decision decision;
	struct http_call call;
	struct err why = { 0 };
	bool works;

	http_begin(&e->net, &call, url, json_dumps(body, JSON_COMPACT), HTTP_LOOK,
		   DECISION_TIMEOUT_US);
	json_decref(body);
	http_finish(&e->net, &call);
	works = call.end == HTTP_ANSWERED &&
		decision_read(&e->arena, buf_text(&call.raw), call.raw.len, labels, &decision,
			      &why) == 0;
	if (!works)
		route_note_failure(e, served_route_names.texts[route],
				   call.end == HTTP_ANSWERED ? why.msg : call.why);
	http_release(&e->net, &call);
	return works;
}

/*
 * Sends a letter question to the chat, and drops options that the server refuses. If it answers
 * none of them, the refusals were about the question (one token, say), so all options stay.
 */
static void route_ask_chat(struct engine *e, struct http_call *call)
{
	const char *url = arena_printf(&e->arena, "%s/chat/completions", e->server.base);
	const char *system = decision_letters_prompt(&e->arena, route_question, &route_choice);
	unsigned options = e->server.options;
	size_t n_dropped = json_array_size(e->server.dropped);

	e->server.options |= HTTP_LOGPROBS;
	for (;;) {
		http_begin(&e->net, call, url, http_letter_body(e, system, http_neutral), HTTP_CHAT,
			   CHAT_TIMEOUT_US);
		http_finish(&e->net, call);
		if (call->status >= 500 || !http_drop_option(e, call))
			break;
		http_release(&e->net, call);
	}
	if (call->end == HTTP_ANSWERED)
		return;
	e->server.options = options;
	while (json_array_size(e->server.dropped) > n_dropped)
		json_array_remove(e->server.dropped, n_dropped);
}

/* Tries the chat: whether it answers, and whether its likeliest tokens are letters. */
static unsigned route_try_chat(struct engine *e)
{
	struct decision decision;
	struct http_call call;
	struct err why = { 0 };
	unsigned routes = 0;

	route_ask_chat(e, &call);
	if (call.end == HTTP_ANSWERED)
		routes |= 1U << SERVED_CHAT;
	else
		route_note_failure(e, served_route_names.texts[SERVED_CHAT], call.why);
	if (call.end == HTTP_ANSWERED) {
		if (decision_read_letters(&e->arena, &call.chat, route_choice.n, &decision, &why) ==
		    0)
			routes |= 1U << SERVED_LETTERS;
		else
			route_note_failure(e, served_route_names.texts[SERVED_LETTERS], why.msg);
	}
	http_release(&e->net, &call);
	return routes;
}

/*
 * Beside the identity, not in it: which routes answer also depends on how busy the server is, and a
 * model must stay the same model.
 */
static void route_keep(struct engine *e, unsigned routes)
{
	json_t *list = json_array();

	for (int i = 0; i < SERVED_ROUTE_COUNT; i++)
		if (routes & 1U << i)
			json_array_append_new(list, json_string(served_route_names.texts[i]));
	if (routes & ~(1U << SERVED_CHAT))
		json_object_set(e->server.stated, "routes", list);
	json_decref(list);
}

void http_find_routes(struct engine *e, struct model_facts *facts)
{
	unsigned routes = 0;

	for (int i = SERVED_SYSTEMONE; i <= SERVED_OPTIONS && !routes; i++)
		if (route_try_decision(e, (enum served_route)i))
			routes |= 1U << i;
	if (!e->server.only_decides && facts->kind != MODEL_KIND_ENCODER)
		routes |= route_try_chat(e);
	route_keep(e, routes);
	if (routes && !(routes & 1U << SERVED_CHAT))
		e->server.only_decides = true;
	if (e->server.only_decides)
		facts->kind = MODEL_KIND_DECISION;
}

/*
 * Request bodies: messages, the schema of the answer, and the few options that a greedy answer
 * needs; or a question with its labels. Must not know how an answer is read.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "engine/http/http_engine.h"
#include "engine/tool_format.h"
#include "job/file/label_order.h"

/* Most tokens of the JSON around a label, and bytes per token of the label. */
enum { AROUND_TOK = 48, BYTES_PER_LABEL_TOK = 2 };

/* Allowed in addition if thinking cannot be switched off. */
enum { THINK_ANYWAY_TOK = 1024 };

static void body_add_message(json_t *messages, const char *role, const char *text)
{
	json_array_append_new(messages, json_pack("{s:s, s:s}", "role", role, "content", text));
}

static void body_add_property(json_t *schema, const char *key, json_t *type)
{
	json_object_set_new(json_object_get(schema, "properties"), key, type);
	json_array_append_new(json_object_get(schema, "required"), json_string(key));
}

json_t *http_schema(const char *const *names, size_t n, bool reason, bool reason_first)
{
	json_t *schema = json_pack("{s:s, s:{}, s:[], s:b}", "type", "object", "properties",
				   "required", "additionalProperties", 0);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(names[i]));
	if (reason && reason_first)
		body_add_property(schema, "rationale", json_pack("{s:s}", "type", "string"));
	body_add_property(schema, "label", json_pack("{s:s, s:o}", "type", "string", "enum", list));
	if (reason && !reason_first)
		body_add_property(schema, "rationale", json_pack("{s:s}", "type", "string"));
	return schema;
}

bool http_is_decision(const struct engine *e)
{
	return e->route != SERVED_CHAT && e->route != SERVED_LETTERS;
}

static bool body_has_letters(const struct engine *e)
{
	return e->route == SERVED_LETTERS;
}

/* The answer of a worked example. With letters, it is the letter of its label. */
static const char *body_example_answer(const struct engine *e, const char *answer)
{
	json_t *j;
	const char *label;

	if (!body_has_letters(e))
		return answer;
	j = json_loads(answer, 0, NULL);
	label = json_string_value(json_object_get(j, "label"));
	for (size_t i = 0; label && i < e->labels.n; i++)
		if (strcmp(e->labels.names[i], label) == 0)
			answer = label_letter(i);
	json_decref(j);
	return answer;
}

/* Where and how the pass asks. */
static void body_prepare_route(struct engine *e)
{
	const struct msg_pass *p = &e->pass;

	e->labels = (struct decision_labels){
		p->labels, p->n_descriptions == p->n_labels ? p->descriptions : NULL, p->n_labels,
		decision_asks(e->route, (enum asks)p->asks)
	};
	e->ask_kind = http_is_decision(e) ? HTTP_DECISION : HTTP_CHAT;
	e->ask_url =
		arena_printf(&e->pass_arena, "%s%s", e->server.base,
			     http_is_decision(e) ? decision_path(e->route) : "/chat/completions");
}

void http_prepare(struct engine *e)
{
	const struct msg_pass *p = &e->pass;
	size_t longest = 0;

	body_prepare_route(e);
	e->server.options &= ~(unsigned)HTTP_TOOLS;
	e->server.options |= p->tools ? HTTP_TOOLS : 0u;
	e->messages = json_array();
	body_add_message(e->messages, "system",
			 body_has_letters(e) ?
				 decision_letters_prompt(&e->pass_arena, p->question, &e->labels) :
				 p->system);
	for (size_t i = 0; i < p->n_example_texts && i < p->n_example_answers; i++) {
		body_add_message(e->messages, "user", p->example_texts[i]);
		body_add_message(e->messages, "assistant",
				 body_example_answer(e, p->example_answers[i]));
	}
	for (size_t i = 0; i < p->n_labels; i++)
		if (strlen(p->labels[i]) > longest)
			longest = strlen(p->labels[i]);
	e->max_tok = AROUND_TOK + (int64_t)longest / BYTES_PER_LABEL_TOK +
		     (p->label_only ? 0 : p->reason_cap_tok);
	if (p->mode == PASS_FORCED && e->route == SERVED_CHAT)
		e->schema = http_schema(p->labels, p->n_labels, !p->label_only, p->reason_first);
	if (p->mode == PASS_FORM)
		e->schema = json_loads(p->schema, 0, NULL);
}

static int64_t body_think_tok(const struct engine *e)
{
	if (e->pass.think_tok > 0)
		return e->pass.think_tok;
	return e->probes.thinks ? THINK_ANYWAY_TOK : 0;
}

static void body_add_thinking(json_t *body, const struct engine *e, unsigned options)
{
	bool wanted = e->pass.think_tok > 0;

	if (options & HTTP_KWARGS)
		json_object_set_new(body, "chat_template_kwargs",
				    json_pack("{s:b}", "enable_thinking", wanted));
	if ((options & HTTP_EFFORT) && !wanted)
		json_object_set_new(body, "reasoning_effort", json_string("none"));
	if (options & HTTP_BUDGET)
		json_object_set_new(body, "reasoning_budget_tokens",
				    json_integer(e->pass.think_tok));
}

static char *body_text(json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	json_decref(body);
	if (!text)
		arena_out_of_memory(1);
	return text;
}

enum { LETTER_TOK = 1 };

static bool body_has_tools(const struct engine *e)
{
	return e->pass.tools && (e->server.options & HTTP_TOOLS);
}

/* Takes ownership of the messages. The schema is borrowed; NULL allows any text. */
static json_t *body_make(const struct engine *e, json_t *messages, json_t *schema, int64_t max_tok,
			 bool letters)
{
	unsigned options = e->server.options;
	json_t *body = json_pack("{s:s, s:o, s:b}", "model", e->server.model, "messages", messages,
				 "stream", (options & HTTP_STREAM) != 0);

	if (letters && options & HTTP_LOGPROBS) {
		json_object_set_new(body, "logprobs", json_true());
		json_object_set_new(body, "top_logprobs", json_integer(CHAT_TOP_MAX));
	}
	if ((options & HTTP_USAGE) && (options & HTTP_STREAM))
		json_object_set_new(body, "stream_options", json_pack("{s:b}", "include_usage", 1));
	if (options & HTTP_TEMPERATURE)
		json_object_set_new(body, "temperature", json_integer(0));
	if (options & HTTP_SEED)
		json_object_set_new(body, "seed", json_integer(e->pass.seed));
	json_object_set_new(body,
			    options & HTTP_MAX_TOKENS ? "max_tokens" : "max_completion_tokens",
			    json_integer(max_tok));
	if (schema && (options & HTTP_SCHEMA))
		json_object_set_new(body, "response_format",
				    json_pack("{s:s, s:{s:s, s:b, s:O}}", "type", "json_schema",
					      "json_schema", "name", "answer", "strict", 1,
					      "schema", schema));
	else if (schema && (options & HTTP_OBJECT))
		json_object_set_new(
			body, "response_format",
			json_pack("{s:s, s:O}", "type", "json_object", "schema", schema));
	body_add_thinking(body, e, options);
	return body;
}

static char *body_finish(const struct engine *e, json_t *messages, json_t *schema, int64_t max_tok,
			 bool letters)
{
	return body_text(body_make(e, messages, schema, max_tok, letters));
}

/* The server holds a call to the tools' schemas itself; one without tools gets them as text. */
static char *body_with_tools(const struct engine *e, json_t *messages, json_t *schema)
{
	const struct msg_pass *p = &e->pass;
	int64_t max_tok = e->max_tok + body_think_tok(e);
	struct arena a = { 0 };
	json_t *body;

	if (!body_has_tools(e)) {
		json_array_set_new(messages, 0,
				   json_pack("{s:s, s:s}", "role", "system", "content",
					     tool_format_listed(&a, p->system, p->tools)));
		arena_release(&a);
		return body_finish(e, messages, schema, max_tok, false);
	}
	body = body_make(e, messages, NULL, max_tok, false);
	json_object_set_new(body, "tools", json_loads(p->tools, 0, NULL));
	json_object_set_new(body, "tool_choice",
			    json_string(p->mode == PASS_FORM ? "required" : "auto"));
	return body_text(body);
}

/* First bytes of the accepted types of image (docs/http.md). */
static const struct {
	const char *start;
	size_t n;
	const char *type;
} image_types[] = {
	{ "\x89PNG", 4, "image/png" }, { "\xff\xd8\xff", 3, "image/jpeg" },
	{ "GIF8", 4, "image/gif" },    { "BM", 2, "image/bmp" },
	{ "RIFF", 4, "image/webp" },
};

/* "data:image/png;base64,…" (RFC 2397). */
static json_t *body_image_url(const struct blob *image)
{
	const char *type = "application/octet-stream";
	struct buf url;
	json_t *value;
	char *coded;

	for (size_t i = 0; i < COUNT_OF(image_types); i++)
		if (image->len >= image_types[i].n &&
		    memcmp(image->data, image_types[i].start, image_types[i].n) == 0)
			type = image_types[i].type;
	coded = malloc(image->len / 3 * 4 + 8);
	if (!coded)
		arena_out_of_memory(image->len);
	EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)image->data,
			(int)image->len);
	buf_init(&url, image->len * 2 + 64);
	buf_addf(&url, "data:%s;base64,", type);
	buf_adds(&url, coded);
	value = json_pack("{s:s, s:{s:s}}", "type", "image_url", "image_url", "url",
			  buf_text(&url));
	buf_release(&url);
	free(coded);
	return value;
}

static json_t *body_ticket_message(const char *text, const struct blob *image)
{
	if (!image || image->len == 0)
		return json_pack("{s:s, s:s}", "role", "user", "content", text);
	return json_pack("{s:s, s:[o, {s:s, s:s}]}", "role", "user", "content",
			 body_image_url(image), "type", "text", "text", text);
}

static char *body_of(const struct engine *e, const char *text, const struct blob *image,
		     json_t *schema)
{
	json_t *messages = json_copy(e->messages);

	json_array_append_new(messages, body_ticket_message(text, image));
	if (e->pass.tools)
		return body_with_tools(e, messages, schema);
	return body_finish(e, messages, schema,
			   body_has_letters(e) ? LETTER_TOK : e->max_tok + body_think_tok(e),
			   body_has_letters(e));
}

static char *body_decision(const struct engine *e, const char *text)
{
	struct decision_question q = { e->server.model, e->pass.question, text, e->labels };

	return body_text(decision_body(e->route, &q));
}

char *http_ticket_body(const struct engine *e, size_t ticket, int only_label)
{
	const struct msg_pass *p = &e->pass;
	const struct blob *image = e->images ? &e->images[ticket] : NULL;
	json_t *schema;
	char *body;

	if (http_is_decision(e))
		return body_decision(e, e->tickets[ticket]);
	if (only_label < 0 || !e->schema)
		return body_of(e, e->tickets[ticket], image, e->schema);
	schema = http_schema(&p->labels[only_label], 1, true, p->reason_first);
	body = body_of(e, e->tickets[ticket], image, schema);
	json_decref(schema);
	return body;
}

char *http_text_body(const struct engine *e, const char *text)
{
	return http_is_decision(e) ? body_decision(e, text) : body_of(e, text, NULL, e->schema);
}

char *http_plain_body(const struct engine *e, const char *text, json_t *schema, int64_t max_tok)
{
	json_t *messages = json_array();

	body_add_message(messages, "user", text);
	return body_finish(e, messages, schema, max_tok, false);
}

char *http_letter_body(const struct engine *e, const char *system, const char *text)
{
	json_t *messages = json_array();

	body_add_message(messages, "system", system);
	body_add_message(messages, "user", text);
	return body_finish(e, messages, NULL, LETTER_TOK, true);
}

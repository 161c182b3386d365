/*
 * Reads requests for chat completions, and writes their answers.
 */
#include "flow/production/chat_request.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "flow/production/chat_schema.h"
#include "flow/production/request.h"

/* OpenAI's figure for a probability of 0, whose logarithm JSON cannot hold. */
#define LOGPROB_NEVER (-9999.0)

/* ---- the request */

/* Options that would change the answer. Empty ones, false and null ask nothing. */
static const struct {
	const char *key, *nothing; /* a text that asks nothing either, or NULL */
} refused[] = {
	{ "tools", NULL },	    { "tool_choice", "none" },
	{ "functions", NULL },	    { "function_call", "none" },
	{ "audio", NULL },	    { "web_search_options", NULL },
	{ "logit_bias", NULL },	    { "grammar", NULL },
	{ "json_schema", NULL },    { "guided_json", NULL },
	{ "guided_choice", NULL },  { "guided_regex", NULL },
	{ "guided_grammar", NULL }, { "structured_outputs", NULL },
	{ "regex", NULL },	    { "ebnf", NULL },
};

static bool chat_asks_nothing(const json_t *value, const char *nothing)
{
	const char *text = json_whole_text(value);

	if (json_is_object(value))
		return json_object_size(value) == 0;
	if (json_is_array(value))
		return json_array_size(value) == 0;
	return !value || json_is_null(value) || json_is_false(value) ||
	       (text && (*text == '\0' || (nothing && strcmp(text, nothing) == 0)));
}

static bool chat_asks_no_tools(const json_t *body)
{
	const char *choice = json_whole_text(json_object_get(body, "tool_choice"));

	return choice && strcmp(choice, "none") == 0;
}

static int chat_check_refused(const json_t *body, const struct chat_server *server, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const char *key = refused[i].key;

		if (chat_asks_nothing(json_object_get(body, key), refused[i].nothing) ||
		    (strcmp(key, "tools") == 0 && chat_asks_no_tools(body)))
			continue;
		return err_set(err, ERR_INPUT, "'%s' is not supported: this endpoint %s; omit it",
			       key,
			       server->task ? "answers as the run was asked" :
					      "gives one of the run's labels");
	}
	return 0;
}

static int chat_check_modalities(const json_t *body, struct err *err)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(body, "modalities"), i, one) {
		const char *name = json_whole_text(one);

		if (!name || strcmp(name, "text") != 0)
			return err_set(err, ERR_INPUT,
				       "'modalities' may hold only \"text\": nothing else is "
				       "written here");
	}
	return 0;
}

static int chat_read_count(const json_t *body, struct err *err)
{
	const json_t *n = json_object_get(body, "n");

	if (!n || json_is_null(n) || (json_is_integer(n) && json_integer_value(n) == 1))
		return 0;
	return err_set(err, ERR_INPUT, "'n' must be 1: a ticket has one answer");
}

static int chat_read_logprobs(const json_t *body, const struct chat_server *server,
			      struct chat_request *request, struct err *err)
{
	const json_t *top = json_object_get(body, "top_logprobs");

	request->logprobs = json_is_true(json_object_get(body, "logprobs"));
	if (top && !json_is_null(top)) {
		json_int_t n = json_integer_value(top);

		if (!json_is_integer(top) || n < 0 || n > CHAT_TOP_LABELS)
			return err_set(err, ERR_INPUT,
				       "'top_logprobs' must be a whole number from 0 to %d",
				       CHAT_TOP_LABELS);
		if (n > 0 && !request->logprobs)
			return err_set(err, ERR_INPUT,
				       "'top_logprobs' needs 'logprobs' to be true");
		request->n_top = (int)n;
	}
	if (request->logprobs && !server->probabilities)
		return err_set(err, ERR_INPUT,
			       "'logprobs' is not supported: this candidate gives no label "
			       "probabilities");
	return 0;
}

static int chat_read_options(const json_t *body, const struct chat_server *server,
			     struct chat_request *ret_request, struct err *err)
{
	const json_t *options = json_object_get(body, "stream_options");

	*ret_request =
		(struct chat_request){ .stream = json_is_true(json_object_get(body, "stream")) };
	ret_request->include_usage =
		json_is_true(json_object_get(options, "include_usage")) && ret_request->stream;
	if (chat_check_refused(body, server, err) < 0 || chat_check_modalities(body, err) < 0 ||
	    chat_read_count(body, err) < 0 ||
	    chat_read_logprobs(body, server, ret_request, err) < 0)
		return -1;
	if (server->task)
		return chat_schema_check_form(json_object_get(body, "response_format"),
					      server->form, err);
	return chat_schema_check(json_object_get(body, "response_format"), server->labels,
				 server->n_labels, &ret_request->label_only, err);
}

static int chat_fail_content(struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "'content' of a user message must be a string or a list of text parts");
}

/* Adds the text of one part of a message, which is never dropped without a word. */
static int chat_add_part(struct arena *a, const json_t *part, struct buf *text, struct err *err)
{
	const json_t *value = json_is_string(part) ? part : json_object_get(part, "text");
	const char *type = json_whole_text(json_object_get(part, "type"));

	if (type && strcmp(type, "text") != 0 && strcmp(type, "input_text") != 0)
		return err_set(err, ERR_INPUT,
			       "a part of the type '%s' is not supported: a ticket is text; send "
			       "only parts of the type 'text'",
			       display_text(a, type));
	if (!json_is_string(value))
		return chat_fail_content(err);
	if (text->len > 0)
		buf_addc(text, '\n');
	buf_add(text, json_string_value(value), json_string_length(value));
	return 0;
}

/* The text of a message: its string, or its parts with line breaks between them. */
static int chat_join_content(struct arena *a, const json_t *message, struct buf *ret_text,
			     struct err *err)
{
	const json_t *content = json_object_get(message, "content"), *part;
	size_t i;

	if (json_is_string(content))
		return chat_add_part(a, content, ret_text, err);
	if (content && !json_is_null(content) && !json_is_array(content))
		return chat_fail_content(err);
	json_array_foreach (content, i, part)
		if (chat_add_part(a, part, ret_text, err) < 0)
			return -1;
	return 0;
}

static int chat_read_message(struct arena *a, const json_t *message, struct ticket *ret_ticket,
			     bool *ret_found, struct err *err)
{
	const char *role = json_whole_text(json_object_get(message, "role"));
	struct buf text;
	int r = 0;

	if (!role || strcmp(role, "user") != 0)
		return 0;
	buf_init(&text, REQUEST_MAX_BYTES);
	if (chat_join_content(a, message, &text, err) < 0)
		r = -1;
	else if (buf_text(&text)[strspn(buf_text(&text), " \t\r\n")] ||
		 strlen(buf_text(&text)) < text.len) {
		*ret_found = true;
		*ret_ticket = (struct ticket){ .id = "1", .label = -1, .line = 1 };
		r = request_take_text(a, buf_text(&text), text.len, ret_ticket, err);
	}
	buf_release(&text);
	return r;
}

/* RULE: the last user message that is not empty is the ticket. */
static int chat_read_ticket(struct arena *a, const json_t *body, struct ticket *ret_ticket,
			    struct err *err)
{
	const json_t *messages = json_object_get(body, "messages");
	bool found = false;

	for (size_t i = json_array_size(messages); i > 0 && !found; i--)
		if (chat_read_message(a, json_array_get(messages, i - 1), ret_ticket, &found, err) <
		    0)
			return -1;
	return found ? 0 : err_set(err, ERR_INPUT, "'messages' holds no user message with a text");
}

int chat_request_read(struct arena *a, const char *body, size_t n_bytes,
		      const struct chat_server *server, struct ticket *ret_ticket,
		      struct chat_request *ret_request, struct err *err)
{
	json_t *j;
	int r = -1;

	if (request_parse(a, body, n_bytes, &j, err) == 0 &&
	    chat_read_options(j, server, ret_request, err) == 0)
		r = chat_read_ticket(a, j, ret_ticket, err);
	json_decref(j);
	return r;
}

/* ---- the answer */

static const char *chat_content(struct arena *a, const struct chat_request *request,
				const struct production_row *row)
{
	json_t *content;

	if (row->writes)
		return row->answer;
	content =
		json_pack("{s:o}", "label", json_any_text(row->abstained ? NULL : row->label_name));

	if (!request->label_only)
		json_object_set_new(content, "rationale", json_any_text(row->rationale));
	return json_text(a, content);
}

static json_t *chat_logprob(const char *label, double p)
{
	json_t *bytes = json_array();

	for (size_t i = 0; label[i]; i++)
		json_array_append_new(bytes, json_integer((unsigned char)label[i]));
	return json_pack("{s:o, s:f, s:o}", "token", json_any_text(label), "logprob",
			 p > 0 ? log(p) : LOGPROB_NEVER, "bytes", bytes);
}

/* The label as the one token that was chosen, beside it the most probable labels. */
static json_t *chat_logprobs(struct arena *a, const struct chat_request *request,
			     const struct chat_server *server, const struct production_row *row)
{
	bool *taken = arena_array(a, server->n_labels, sizeof(*taken));
	json_t *list = json_array(), *label;

	for (int k = 0; k < request->n_top && (size_t)k < server->n_labels; k++) {
		size_t best = server->n_labels;

		for (size_t i = 0; i < server->n_labels; i++)
			if (!taken[i] &&
			    (best == server->n_labels || row->probs[i] > row->probs[best]))
				best = i;
		taken[best] = true;
		json_array_append_new(list,
				      chat_logprob(server->labels[best].name, row->probs[best]));
	}
	label = chat_logprob(row->label_name, row->probability);
	json_object_set_new(label, "top_logprobs", list);
	return json_pack("{s:[o], s:n}", "content", label, "refusal");
}

static json_t *chat_usage(const struct production_row *row)
{
	return json_pack("{s:I, s:I, s:I}", "prompt_tokens", (json_int_t)row->prompt_tok,
			 "completion_tokens", (json_int_t)row->written_tok, "total_tokens",
			 (json_int_t)(row->prompt_tok + row->written_tok));
}

struct chat_writer {
	struct arena *a;
	const struct chat_request *request;
	const struct chat_server *server;
	const struct production_row *row;
	int64_t number, created_s;
};

/* What an answer and each event of a stream begin with. */
static json_t *chat_begin(const struct chat_writer *w, const char *object)
{
	return json_pack("{s:s, s:s, s:I, s:o}", "id",
			 arena_printf(w->a, "toehold-%lld", (long long)w->number), "object", object,
			 "created", (json_int_t)w->created_s, "model",
			 json_any_text(w->server->model));
}

/* One choice: `key` is "message" or "delta". Takes ownership of the message. */
static json_t *chat_choice(const struct chat_writer *w, const char *key, json_t *message,
			   const char *finish)
{
	bool has_label = json_object_size(message) > 0 && w->request->logprobs && w->row->probs;

	return json_pack("[{s:i, s:o, s:o, s:s?}]", "index", 0, key, message, "logprobs",
			 has_label ? chat_logprobs(w->a, w->request, w->server, w->row) :
				     json_null(),
			 "finish_reason", finish);
}

static void chat_add_event(const struct chat_writer *w, json_t *choices, json_t *usage,
			   struct buf *out)
{
	json_t *event = chat_begin(w, "chat.completion.chunk");

	json_object_set_new(event, "choices", choices);
	if (w->request->include_usage)
		json_object_set_new(event, "usage", usage ? usage : json_null());
	buf_adds(out, "data: ");
	buf_adds(out, json_text(w->a, event));
	buf_adds(out, "\n\n");
}

static const char *chat_stream(const struct chat_writer *w, json_t *message)
{
	struct buf out;

	buf_init(&out, SIZE_MAX / 2);
	chat_add_event(w, chat_choice(w, "delta", message, NULL), NULL, &out);
	chat_add_event(w, chat_choice(w, "delta", json_object(), "stop"), NULL, &out);
	if (w->request->include_usage)
		chat_add_event(w, json_array(), chat_usage(w->row), &out);
	buf_adds(&out, "data: [DONE]\n\n");
	return buf_to_arena(&out, w->a);
}

/* RULE: a failure is an error, so that no client takes it for an answer without a label. */
static unsigned chat_status(const struct production_row *row)
{
	if (row->writes ? row->answer != NULL :
			  row->label >= 0 || row->outcome == OUTCOME_OFF_LABEL)
		return 200;
	return row->outcome == OUTCOME_TOO_LONG ? 400 : 500;
}

unsigned chat_request_answer(struct arena *a, const struct chat_request *request,
			     const struct chat_server *server, const struct production_row *row,
			     int64_t number, int64_t created_s, const char **ret_body)
{
	const struct chat_writer w = { a, request, server, row, number, created_s };
	unsigned status = chat_status(row);
	json_t *message, *answer;

	if (status != 200) {
		*ret_body = chat_error_json(a, status, production_failure(a, row));
		return status;
	}
	message = json_pack("{s:s, s:o}", "role", "assistant", "content",
			    json_any_text(chat_content(a, request, row)));
	if (request->stream) {
		*ret_body = chat_stream(&w, message);
		return status;
	}
	json_object_set_new(message, "refusal", json_null());
	answer = chat_begin(&w, "chat.completion");
	json_object_set_new(answer, "choices", chat_choice(&w, "message", message, "stop"));
	json_object_set_new(answer, "usage", chat_usage(row));
	*ret_body = json_text(a, answer);
	return status;
}

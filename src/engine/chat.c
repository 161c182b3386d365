/* From a server's events to an answer. */
#include "engine/chat.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/str.h"

/* How models mark thinking in plain text, if the server does not separate it. */
static const struct {
	const char *open, *close;
} marks[] = {
	{ "<think>", "</think>" },
	{ "<thinking>", "</thinking>" },
	{ "[THINK]", "[/THINK]" },
	{ "<|channel|>analysis<|message|>", "<|channel|>final<|message|>" },
	{ "<seed:think>", "</seed:think>" },
};
/* PAGE_SHOWN_BYTES: of an answer that is no JSON, for a person. */
enum { N_MARKS = COUNT_OF(marks), PAGE_SHOWN_BYTES = 120 };

void chat_init(struct chat *c, int64_t start_us)
{
	*c = (struct chat){ .start_us = start_us,
			    .first_us = -1,
			    .think_end_us = -1,
			    .answer_us = -1,
			    .label_us = -1,
			    .end_us = -1,
			    .prompt_tok = -1,
			    .cached_tok = -1,
			    .completion_tok = -1,
			    .reasoning_tok = -1 };
	buf_init(&c->content, CHAT_CONTENT_MAX);
	buf_init(&c->thought, CHAT_THOUGHT_MAX);
	buf_init(&c->held, CHAT_CONTENT_MAX);
}

void chat_release(struct chat *c)
{
	buf_release(&c->content);
	buf_release(&c->thought);
	buf_release(&c->held);
}

/* How servers report a prompt that is too long, as text or as a code. */
static const char *const too_long_words[] = {
	"exceed_context_size",	    "context_length_exceeded",
	"context length",	    "context size",
	"context window",	    "maximum context",
	"prompt is too long",	    "input is too long",
	"too many tokens",	    "prompt too long",
	"sequence length",	    "max_model_len",
	"maximum number of tokens", "reduce the length",
};

void chat_printable(const char *text, size_t n_bytes, char ret_text[CHAT_TEXT_MAX])
{
	struct buf b;

	buf_init(&b, 16 * CHAT_TEXT_MAX);
	str_printable(&b, text, strnlen(text, n_bytes));
	snprintf(ret_text, CHAT_TEXT_MAX, "%s", buf_text(&b));
	buf_release(&b);
}

void chat_fail(struct chat *c, const char *text)
{
	chat_printable(text, CHAT_TEXT_MAX, c->error);
	for (size_t i = 0; i < COUNT_OF(too_long_words); i++)
		c->too_long |= strcasestr(text, too_long_words[i]) != NULL;
}

int chat_member(const char *text, size_t n_bytes, const char *name, size_t *ret_start,
		size_t *ret_end)
{
	size_t n_name = strlen(name), at;

	for (at = 0; at + n_name + 2 <= n_bytes; at++)
		if (text[at] == '"' && memcmp(text + at + 1, name, n_name) == 0 &&
		    text[at + 1 + n_name] == '"' && (at == 0 || text[at - 1] != '\\'))
			break;
	if (at + n_name + 2 > n_bytes)
		return 0;
	at += n_name + 2;
	for (int colon = 0; at < n_bytes && text[at] != '"'; at++)
		if (text[at] == ':' && !colon)
			colon = 1;
		else if (!strchr(" \t\r\n", text[at]))
			return 0;
	if (at == n_bytes)
		return 0;
	*ret_start = ++at;
	while (at < n_bytes && text[at] != '"')
		at += text[at] == '\\' && at + 1 < n_bytes ? 2 : 1;
	*ret_end = at;
	return at < n_bytes ? 2 : 1;
}

static bool chat_is_blank(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
			return false;
	return true;
}

static void chat_add_thought(struct chat *c, const char *text, size_t n, int64_t us)
{
	buf_add(&c->thought, text, n);
	c->think_end_us = us;
}

/* If the text is not JSON and closes a thought that the prompt opened, all before is thought. */
static void chat_take_back(struct chat *c, int64_t us)
{
	const char *text = buf_text(&c->content);

	if (text[strspn(text, " \t\r\n")] == '{')
		return;
	for (int i = 0; i < N_MARKS; i++) {
		const char *close = strstr(text, marks[i].close);
		char *rest;
		size_t n;

		if (!close)
			continue;
		chat_add_thought(c, text, (size_t)(close - text), us);
		c->n_think += c->n_content;
		c->n_content = 0;
		close += strlen(marks[i].close);
		n = c->content.len - (size_t)(close - text);
		rest = c->content.data;
		memmove(rest, close, n);
		rest[n] = '\0';
		c->content.len = n;
		c->answer_us = chat_is_blank(rest, n) ? -1 : us;
		return;
	}
}

static void chat_add_answer(struct chat *c, const char *text, size_t n, int64_t us)
{
	size_t start, end;

	buf_add(&c->content, text, n);
	if (c->answer_us < 0 && !chat_is_blank(text, n))
		c->answer_us = us;
	chat_take_back(c, us);
	if (c->label_us < 0 &&
	    chat_member(buf_text(&c->content), c->content.len, "label", &start, &end) == 2) {
		c->label_us = us;
		c->n_label = c->n_content;
	}
}

/* The row whose mark begins the text; -1: none; -2: the text may be part of a mark. */
static int chat_mark_of(const char *text, size_t n)
{
	int found = -1;

	for (int i = 0; i < N_MARKS; i++) {
		size_t n_open = strlen(marks[i].open);

		if (n >= n_open && memcmp(text, marks[i].open, n_open) == 0)
			return i;
		if (n < n_open && memcmp(text, marks[i].open, n) == 0)
			found = -2;
	}
	return found;
}

/* Drops the first n bytes that are held. */
static void chat_drop_held(struct chat *c, size_t n)
{
	memmove(c->held.data, c->held.data + n, c->held.len - n + 1);
	c->held.len -= n;
}

/* At the start, or right behind a thought: does a thought begin? */
static bool chat_look_for_mark(struct chat *c)
{
	const char *held = buf_text(&c->held);
	size_t blank = strspn(held, " \t\r\n");
	int mark = chat_mark_of(held + blank, c->held.len - blank);

	if (mark == -2)
		return false;
	c->state = mark < 0 ? CHAT_ANSWER : CHAT_THINKING;
	c->mark = mark;
	if (mark >= 0)
		chat_drop_held(c, blank + strlen(marks[mark].open));
	return true;
}

/* Takes thinking up to its closing mark. Holds back what may be part of the mark. */
static bool chat_think(struct chat *c, int64_t us)
{
	const char *close_mark = marks[c->mark].close;
	const char *close = strstr(buf_text(&c->held), close_mark);
	size_t n_close = strlen(close_mark), n = c->held.len;

	if (close)
		n = (size_t)(close - c->held.data);
	else
		n -= n < n_close ? n : n_close - 1;
	if (n > 0)
		chat_add_thought(c, c->held.data, n, us);
	if (close)
		c->state = CHAT_START;
	if (n > 0 || close)
		chat_drop_held(c, close ? n + n_close : n);
	return close != NULL;
}

/* Handles what is held; false if more text is needed. */
static bool chat_step(struct chat *c, int64_t us)
{
	switch (c->state) {
	case CHAT_START:
		return c->held.len > 0 && chat_look_for_mark(c);
	case CHAT_THINKING:
		return c->held.len > 0 && chat_think(c, us);
	case CHAT_ANSWER:
		break;
	}
	if (c->held.len > 0)
		chat_add_answer(c, c->held.data, c->held.len, us);
	buf_clear(&c->held);
	return false;
}

static void chat_add_content(struct chat *c, const char *text, size_t n, int64_t us)
{
	buf_add(&c->held, text, n);
	while (chat_step(c, us))
		;
}

static void chat_read_text(struct chat *c, const json_t *value, bool thinking, int64_t us)
{
	size_t n = json_string_length(value);

	if (!json_is_string(value) || n == 0)
		return;
	if (c->first_us < 0)
		c->first_us = us;
	if (thinking) {
		c->n_think++;
		chat_add_thought(c, json_string_value(value), n, us);
		return;
	}
	if (c->state == CHAT_ANSWER)
		c->n_content++;
	else
		c->n_think++;
	chat_add_content(c, json_string_value(value), n, us);
	/* This piece began the answer. */
	if (c->state == CHAT_ANSWER && c->n_content == 0) {
		c->n_content = 1;
		c->n_think--;
	}
}

/*
 * A text, or a list of parts: texts, {"text": ...}, and thinking as {"type": "thinking",
 * "thinking": text or parts}.
 */
static void chat_read_content(struct chat *c, const json_t *value, bool thinking, int64_t us)
{
	const json_t *part;
	size_t i;

	chat_read_text(c, value, thinking, us);
	json_array_foreach (value, i, part) {
		const json_t *text = json_object_get(part, "text"), *inner;
		const json_t *thought = json_object_get(part, "thinking");
		size_t k;

		chat_read_text(c, json_is_string(part) ? part : text, thinking, us);
		chat_read_text(c, thought, true, us);
		json_array_foreach (thought, k, inner)
			chat_read_text(
				c, json_is_string(inner) ? inner : json_object_get(inner, "text"),
				true, us);
	}
}

/* A count that the server states; anything else counts as not stated. */
static void chat_read_count(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value) && json_integer_value(value) >= 0 &&
	    json_integer_value(value) <= 1 << 30)
		*ret = json_integer_value(value);
}

static void chat_read_counts(struct chat *c, const json_t *root)
{
	const json_t *usage = json_object_get(root, "usage");
	const json_t *timings = json_object_get(root, "timings");

	chat_read_count(usage, "prompt_tokens", &c->prompt_tok);
	chat_read_count(usage, "input_tokens", &c->prompt_tok); /* of a decision */
	chat_read_count(usage, "completion_tokens", &c->completion_tok);
	chat_read_count(json_object_get(usage, "prompt_tokens_details"), "cached_tokens",
			&c->cached_tok);
	chat_read_count(json_object_get(usage, "input_tokens_details"), "cached_tokens",
			&c->cached_tok);
	chat_read_count(json_object_get(usage, "completion_tokens_details"), "reasoning_tokens",
			&c->reasoning_tok);
	chat_read_count(timings, "cache_n", &c->cached_tok);
	c->truncated |= json_is_true(json_object_get(root, "truncated"));
}

/* What servers call the words of an error, and its kind. */
static const char *const error_words[] = { "message",	   "msg",    "error_message", "error_msg",
					   "errorMessage", "detail", "status_msg",    "reason" };
static const char *const error_kinds[] = { "type", "code", "error_type", "error_code" };

/* Where servers put an error: a text, an object, or a list of these. */
static const char *const error_keys[] = { "error", "errors", "detail", "base_resp" };

static const char *chat_error_text(const json_t *error)
{
	for (size_t i = 0; i < COUNT_OF(error_words); i++) {
		const char *text = json_string_value(json_object_get(error, error_words[i]));

		if (text && *text)
			return text;
	}
	return json_string_value(error);
}

/* "base_resp" is there in good answers, too, with the code 0. */
static bool chat_is_success(const json_t *error)
{
	const json_t *code = json_object_get(error, "status_code");

	return json_is_integer(code) && json_integer_value(code) == 0;
}

/* Marks of an error beside its words: a server may also send messages about its queue. */
static bool chat_is_marked(const json_t *root)
{
	static const char *const marks_of_errors[] = { "error_message", "error_msg",
						       "errorMessage",	"error_type",
						       "error_code",	"detail" };
	const char *texts[] = { json_string_value(json_object_get(root, "object")),
				json_string_value(json_object_get(root, "type")),
				json_string_value(json_object_get(root, "status")) };
	const json_t *code = json_object_get(root, "code");

	for (size_t i = 0; i < COUNT_OF(marks_of_errors); i++)
		if (json_object_get(root, marks_of_errors[i]))
			return true;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i] && strcasestr(texts[i], "error"))
			return true;
	return (json_is_integer(code) && json_integer_value(code) >= 400) ||
	       json_string_length(code) > 0;
}

/*
 * Finds the error in an object. `error` always is one. Without an answer in it, so are an error's
 * other places, and the object itself if it has an error's words: {"object": "error", "message":
 * ...}, {"error_message": ...}. In a whole body, any words will do: nothing else came.
 */
static const json_t *chat_find_error(const struct chat *c, const json_t *root)
{
	bool answers = json_array_size(json_object_get(root, "choices")) ||
		       json_object_get(root, "answers") || json_object_get(root, "result") ||
		       json_object_get(root, "usage");

	for (size_t i = 0; i < (c->refused || !answers ? COUNT_OF(error_keys) : 1); i++) {
		const json_t *error = json_object_get(root, error_keys[i]);

		if (i == 0 && error && !json_is_null(error) && !json_is_false(error))
			return error;
		if (json_array_size(error))
			error = json_array_get(error, 0);
		if (chat_error_text(error) ? !chat_is_success(error) :
					     c->refused && json_object_size(error))
			return error;
	}
	if ((c->refused || !answers) && json_is_object(root) && chat_error_text(root) &&
	    (c->refused || !c->streamed || chat_is_marked(root)))
		return root;
	return NULL;
}

/* Whether the error says that the prompt is too long; its kind says so in the first two words. */
static void chat_read_kind(struct chat *c, const json_t *error)
{
	for (size_t i = 0; i < COUNT_OF(error_kinds); i++) {
		const char *kind = json_string_value(json_object_get(error, error_kinds[i]));

		for (size_t k = 0; kind && k < 2; k++)
			c->too_long |= strcasestr(kind, too_long_words[k]) != NULL;
	}
}

static void chat_read_error(struct chat *c, const json_t *error)
{
	const json_t *inner = json_object_get(error, "error");
	const char *text = chat_error_text(json_is_object(inner) ? inner : error);
	const char *kind = json_string_value(json_object_get(error, "error_type"));

	if (!text)
		text = kind ? kind : json_string_value(json_object_get(error, "type"));
	chat_fail(c, text ? text : "an error without a message");
	chat_read_kind(c, error);
	chat_read_kind(c, inner);
}

/* The first place at which the server lists tokens. A list with an impossible value is none. */
static void chat_read_top(struct chat *c, const json_t *choice)
{
	const json_t *place =
		json_array_get(json_object_get(json_object_get(choice, "logprobs"), "content"), 0);
	const json_t *list = json_object_get(place, "top_logprobs"), *one;
	size_t i;

	if (c->top_seen)
		return;
	c->top_seen = json_array_size(list) > 0;
	json_array_foreach (list, i, one) {
		const json_t *logprob = json_object_get(one, "logprob");
		const char *token = json_string_value(json_object_get(one, "token"));

		if (c->n_top == CHAT_TOP_MAX)
			return;
		if (!token || !json_is_number(logprob) || json_number_value(logprob) > 1e-3) {
			c->n_top = 0;
			return;
		}
		snprintf(c->top[c->n_top].token, sizeof(c->top->token), "%s", token);
		c->top[c->n_top++].logprob = json_number_value(logprob);
	}
}

/* Calls of tools become text behind the answer so far. NULL: no more will come. */
static void chat_add_calls(struct chat *c, const json_t *list, int64_t us)
{
	struct buf text;

	buf_init(&text, CHAT_CONTENT_MAX);
	if (list)
		chat_calls_read(&c->calls, list, &text);
	else
		chat_calls_end(&c->calls, &text);
	if (text.len > 0) {
		c->state = CHAT_ANSWER;
		c->n_content += list != NULL;
		if (c->first_us < 0)
			c->first_us = us;
		chat_add_answer(c, buf_text(&text), text.len, us);
	}
	buf_release(&text);
}

static void chat_read_choice(struct chat *c, const json_t *choice, int64_t us)
{
	static const char *const thinking[] = { "reasoning_content", "reasoning", "thinking" };
	const json_t *delta = json_object_get(choice, "delta");
	const char *finish = json_string_value(json_object_get(choice, "finish_reason"));
	const json_t *error = json_object_get(choice, "error"), *refusal;
	size_t n_refusal = strlen(c->refusal);

	if (!json_is_object(delta))
		delta = json_object_get(choice, "message");
	refusal = json_object_get(delta, "refusal");
	for (size_t i = 0; i < COUNT_OF(thinking); i++) {
		const json_t *thought = json_object_get(delta, thinking[i]);

		if (json_string_length(thought) == 0 && json_array_size(thought) == 0)
			continue;
		chat_read_content(c, thought, true, us);
		break;
	}
	chat_read_content(c, json_object_get(delta, "content"), false, us);
	if (json_array_size(json_object_get(delta, "tool_calls")) > 0)
		chat_add_calls(c, json_object_get(delta, "tool_calls"), us);
	chat_read_top(c, choice);
	if (finish)
		snprintf(c->finish, sizeof(c->finish), "%s", finish);
	if (json_is_string(refusal))
		snprintf(c->refusal + n_refusal, sizeof(c->refusal) - n_refusal, "%s",
			 json_string_value(refusal));
	if (json_is_object(error) || json_is_string(error))
		chat_read_error(c, error);
	else if (finish && strcmp(finish, "error") == 0)
		chat_fail(c, "the server ended its answer with an error (finish_reason), and says "
			     "no more");
}

/* What came instead of JSON, such as the page of a proxy, begins with words that help. */
static void chat_fail_object(struct chat *c, const char *data, size_t n_bytes)
{
	char text[CHAT_TEXT_MAX];
	int n = n_bytes < PAGE_SHOWN_BYTES ? (int)n_bytes : PAGE_SHOWN_BYTES;

	snprintf(text, sizeof(text), "the server did not send a JSON object, but '%.*s'", n, data);
	chat_fail(c, text);
}

static int chat_read_json(struct chat *c, const char *data, size_t n_bytes, int64_t us)
{
	json_t *root = json_loadb(data, n_bytes, JSON_ALLOW_NUL, NULL);
	const json_t *error = chat_find_error(c, root);
	const char *model = json_string_value(json_object_get(root, "model"));

	if (!json_is_object(root))
		chat_fail_object(c, data, n_bytes);
	else if (error)
		chat_read_error(c, error);
	if (model)
		snprintf(c->model, sizeof(c->model), "%s", model);
	chat_read_choice(c, json_array_get(json_object_get(root, "choices"), 0), us);
	chat_read_counts(c, root);
	json_decref(root);
	if (c->content.overflow || c->thought.overflow || c->held.overflow)
		chat_fail(c, "the answer is too long");
	return *c->error ? -1 : 0;
}

int chat_event(struct chat *c, const char *data, size_t n_bytes, int64_t now_us)
{
	if (c->done)
		return 0;
	c->streamed = true;
	if (n_bytes == 6 && memcmp(data, "[DONE]", 6) == 0) {
		c->done = true;
		return 0;
	}
	return chat_read_json(c, data, n_bytes, now_us - c->start_us);
}

int chat_error_event(struct chat *c, const char *data, size_t n_bytes)
{
	json_t *root = json_loadb(data, n_bytes, JSON_ALLOW_NUL, NULL);
	const json_t *error = chat_find_error(c, root);

	if (json_is_object(root))
		chat_read_error(c, error ? error : root);
	else
		chat_fail(c, n_bytes ? data : "an error without a message");
	json_decref(root);
	return -1;
}

int chat_body(struct chat *c, const char *data, size_t n_bytes, int64_t now_us)
{
	c->done = true;
	return chat_read_json(c, data, n_bytes, now_us - c->start_us);
}

void chat_end(struct chat *c, int64_t now_us)
{
	c->end_us = now_us - c->start_us;
	chat_add_calls(c, NULL, c->end_us);
	if (c->held.len == 0)
		return;
	/* What looked like part of a mark was not. */
	if (c->state == CHAT_THINKING)
		chat_add_thought(c, c->held.data, c->held.len, c->end_us);
	else
		chat_add_answer(c, c->held.data, c->held.len, c->end_us);
	c->n_content += c->state == CHAT_START;
	c->state = c->state == CHAT_START ? CHAT_ANSWER : c->state;
	buf_clear(&c->held);
}

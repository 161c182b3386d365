/*
 * Tests before the first ticket, to know what is measured: which options the server accepts,
 * whether a long prompt arrives complete, whether a schema is obeyed, whether the model thinks
 * with thinking off, and whether a repeated prompt is answered from a cache. Decides which finding
 * ends the pass (a cut prompt) and which is only marked.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/hash.h"
#include "engine/http/http_engine.h"

enum {
	CANARY_LEAST_TOK = 1024, /* in addition to the job's own prompt */
	CANARY_MOST_TOK = 8192,
	CANARY_ANSWER_TOK = 24,
	SCHEMA_ANSWER_TOK = 40,
	BYTES_PER_TOK = 4,
	FRAME_TOK = 150, /* most tokens of a chat template around one short message */
	QUICK_PARTS = 10, /* a second answer that begins this many times sooner was cached */
	QUICK_LEAST_US = 20000, /* shorter times prove nothing */
	PROBE_LEAST_US = 60 * 1000000,
	FIRST_LEAST_US = SERVER_FIRST_S * 1000000, /* a server may load its weights first */
};

/* One sentence of filler: about 7 tokens, and at least as many as its words. */
static const char filler[] = "The cat sat on the mat. ";
enum { FILLER_TOK = 7, FILLER_LEAST_TOK = 6 };

const char http_neutral[] = "Hello, I have a question about my last order. Thank you.";

/* Options, in the order in which they are dropped if an error names none of them. */
static const struct {
	enum http_option option;
	const char *name; /* in requests, and in errors about them */
} droppable[] = {
	{ HTTP_TOOLS, "tools" },
	{ HTTP_LOGPROBS, "logprobs" },
	{ HTTP_KWARGS, "chat_template_kwargs" },
	{ HTTP_BUDGET, "reasoning_budget" },
	{ HTTP_EFFORT, "reasoning_effort" },
	{ HTTP_MAX_TOKENS, "max_tokens" },
	{ HTTP_SEED, "seed" },
	{ HTTP_USAGE, "stream_options" },
	{ HTTP_TEMPERATURE, "temperature" },
	{ HTTP_SCHEMA, "response_format" },
	{ HTTP_OBJECT, "response_format" },
	{ HTTP_STREAM, "stream" },
};
enum { N_DROPPABLE = COUNT_OF(droppable) };

static int64_t probe_timeout_us(const struct engine *e)
{
	int64_t least_us = e->is_warm ? PROBE_LEAST_US : FIRST_LEAST_US;

	return e->timeout_us > least_us ? e->timeout_us : least_us;
}

void http_try(struct engine *e, char *body, int64_t max_tok, struct http_call *ret)
{
	http_begin(&e->net, ret, e->ask_url, body, e->ask_kind, probe_timeout_us(e));
	ret->max_pieces = max_tok > 0 ? 2 * max_tok + 100 : 0;
	http_finish(&e->net, ret);
	e->is_warm |= ret->end == HTTP_ANSWERED;
}

/* Whether an error names an option: "stream" is not in "upstream error". */
static bool probe_is_named(const char *error, const char *name)
{
	for (const char *at = strcasestr(error, name); at; at = strcasestr(at + 1, name))
		if (at == error || !isalnum((unsigned char)at[-1]))
			return true;
	return false;
}

/* The row of the option that an error is about; -1 if none is left. */
static int probe_option_in(const struct engine *e, const char *error)
{
	int first = -1;

	for (int i = 0; i < N_DROPPABLE; i++) {
		if (!(e->server.options & droppable[i].option))
			continue;
		if (probe_is_named(error, droppable[i].name))
			return i;
		/* Only an error about streams is a reason to wait for whole answers. */
		if (first < 0 && droppable[i].option != HTTP_STREAM)
			first = i;
	}
	return first;
}

static int probe_fail_answer(const struct engine *e, const struct http_call *call, const char *what,
			     struct err *err)
{
	return err_set(err, ERR_ENGINE, "%s did not answer %s: %s", e->server.base, what,
		       *call->why ? call->why : "an empty answer");
}

bool http_drop_option(struct engine *e, const struct http_call *call)
{
	int at;

	if (call->end == HTTP_ANSWERED || call->chat.too_long ||
	    (call->status != 400 && call->status != 422 && call->status != 500))
		return false;
	at = probe_option_in(e, call->chat.error);
	if (at < 0)
		return false;
	json_array_append_new(e->server.dropped,
			      json_string(droppable[at].option == HTTP_SCHEMA ?
						  "response_format (json_schema)" :
						  droppable[at].name));
	e->server.options &= ~(unsigned)droppable[at].option;
	/* llama-cpp-python takes a schema only in this form. */
	if (droppable[at].option == HTTP_SCHEMA)
		e->server.options |= HTTP_OBJECT;
	return true;
}

/*
 * Sends the job's prompt with every option, and drops the options that the server refuses, one by
 * one. The answer of the last try is in *call.
 */
static int probe_find_options(struct engine *e, struct http_call *call, struct err *err)
{
	for (;;) {
		http_try(e, http_text_body(e, http_neutral), e->max_tok, call);
		if (!http_drop_option(e, call))
			break;
		http_release(&e->net, call);
	}
	json_object_set_new(e->probes.found, "options_refused", json_copy(e->server.dropped));
	if (call->end != HTTP_ANSWERED)
		return probe_fail_answer(e, call, "the job's prompt", err);
	return 0;
}

/* With letters, the answer to the job's prompt must list some. */
static int probe_check_letters(struct engine *e, const struct http_call *call, struct err *err)
{
	struct decision unused;

	return e->route == SERVED_LETTERS ? decision_read_letters(&e->pass_arena, &call->chat,
								  e->labels.n, &unused, err) :
					    0;
}

/* ---- the canary */

void http_add_filler(struct buf *b, int64_t n_tok, int64_t *ret_least_tok)
{
	for (int64_t i = 0; i < n_tok / FILLER_TOK; i++)
		buf_adds(b, filler);
	*ret_least_tok = n_tok / FILLER_TOK * FILLER_LEAST_TOK;
}

/* A number at the beginning, filler, and a question about the number. */
static char *probe_canary_text(struct arena *a, const char *number, int64_t n_tok,
			       int64_t *ret_least_tok)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_addf(&b, "The secret number is %s.\n", number);
	http_add_filler(&b, n_tok, ret_least_tok);
	buf_adds(&b, "\nWhat is the secret number at the beginning of this text? Answer with the "
		     "number alone.");
	return buf_to_arena(&b, a);
}

/* As long as the job's prompt may become, within three quarters of the stated context. */
int64_t http_canary_tok(const struct engine *e)
{
	const struct msg_pass *p = &e->pass;
	size_t n_bytes = strlen(p->system);
	int64_t n, most = e->server.context_tok * 3 / 4 - FRAME_TOK;

	for (size_t i = 0; i < p->n_example_texts && i < p->n_example_answers; i++)
		n_bytes += strlen(p->example_texts[i]) + strlen(p->example_answers[i]);
	n = (int64_t)n_bytes / BYTES_PER_TOK * 3 / 2 + CANARY_LEAST_TOK;
	if (n > CANARY_MOST_TOK)
		n = CANARY_MOST_TOK;
	if (e->server.context_tok > 0 && n > most)
		n = most > FRAME_TOK ? most : FRAME_TOK;
	return n;
}

static bool probe_says_number(const struct chat *chat, const char *number)
{
	return strstr(buf_text(&chat->content), number) || strstr(buf_text(&chat->thought), number);
}

static int probe_fail_cut(const struct engine *e, int64_t counted, int64_t least, struct err *err)
{
	return err_set(err, ERR_ENGINE,
		       "%s silently cuts long prompts: it counts %lld tokens in a prompt of at "
		       "least %lld, and does not know its beginning. Give it a longer context "
		       "(llama-server -c, OLLAMA_CONTEXT_LENGTH) or shorten the prompt",
		       e->server.base, (long long)counted, (long long)least);
}

static const char *const canary_words[2][2] = {
	{ "not known: the number was not repeated, and nothing was counted",
	  "whole, but its counts do not add up" },
	{ "whole by its count; the number was not repeated", "whole" },
};

static int probe_try_canary(struct engine *e, struct err *err)
{
	int64_t least, counted;
	const char *verdict = "refused as too long";
	unsigned char drawn[2];
	struct http_call call;
	bool enough, repeated;
	char number[8], *text;
	int r = 0;

	hash_random(drawn, sizeof(drawn));
	snprintf(number, sizeof(number), "%d", 1000 + (drawn[0] << 8 | drawn[1]) % 9000);
	text = probe_canary_text(&e->pass_arena, number, http_canary_tok(e), &least);
	http_try(e, http_plain_body(e, text, NULL, CANARY_ANSWER_TOK), 0, &call);
	counted = call.chat.prompt_tok;
	repeated = probe_says_number(&call.chat, number);
	enough = counted >= least && !call.chat.truncated;
	if (call.end != HTTP_ANSWERED && !call.chat.too_long)
		r = probe_fail_answer(e, &call, "a long prompt", err);
	else if (!repeated && !call.chat.too_long &&
		 (call.chat.truncated || (counted >= 0 && !enough)))
		r = probe_fail_cut(e, counted, least, err);
	if (!call.chat.too_long)
		verdict = counted < 0 && repeated ? "whole" : canary_words[enough][repeated];
	json_object_set_new(e->probes.found, "long_prompt",
			    json_pack("{s:s, s:I, s:I, s:b}", "verdict", verdict, "least_tok",
				      (json_int_t)least, "counted_tok", (json_int_t)counted,
				      "repeated", repeated));
	http_release(&e->net, &call);
	return r;
}

/* ---- the schema */

/* A schema that admits one random word, which no model says by itself. */
static void probe_try_schema(struct engine *e)
{
	char word[16];
	unsigned char drawn[4];
	const char *words[1] = { word };
	const char *verdict = "refused";
	struct http_call call;
	json_t *schema, *said;

	if (!e->schema) {
		json_object_set_new(e->probes.found, "schema",
				    json_pack("{s:s}", "verdict", "not used"));
		return;
	}
	hash_random(drawn, sizeof(drawn));
	snprintf(word, sizeof(word), "qz%02x%02xvx", drawn[0], drawn[1]);
	if (e->server.options & (HTTP_SCHEMA | HTTP_OBJECT)) {
		schema = http_schema(words, 1, false, false);
		http_try(e,
			 http_plain_body(e,
					 "Is the sky blue? Answer yes or no, as JSON with a label.",
					 schema, SCHEMA_ANSWER_TOK),
			 0, &call);
		json_decref(schema);
		said = json_loadb(buf_text(&call.chat.content), call.chat.content.len, 0, NULL);
		verdict = json_is_string(json_object_get(said, "label")) &&
					  strcmp(json_string_value(json_object_get(said, "label")),
						 word) == 0 ?
				  "obeyed" :
				  "ignored";
		json_decref(said);
		http_release(&e->net, &call);
	}
	e->probes.schema_ignored = strcmp(verdict, "obeyed") != 0;
	json_object_set_new(e->probes.found, "schema", json_pack("{s:s}", "verdict", verdict));
}

/* ---- thinking, and cached prompts */

static void probe_look_at_thinking(struct engine *e, const struct chat *chat)
{
	bool came = chat->thought.len > 0 || chat->reasoning_tok > 0;

	e->probes.thinks = came && e->pass.think_tok == 0;
	json_object_set_new(e->probes.found, "thinking",
			    json_pack("{s:b, s:b}", "wanted", e->pass.think_tok > 0, "came", came));
}

void http_note_repeat(struct engine *e, const struct chat *first, const struct chat *again)
{
	const char *verdict = "none seen";
	int64_t before_us = first->first_us, again_us = again->first_us;

	if (again->cached_tok > 0)
		verdict = "stated";
	else if (before_us > QUICK_LEAST_US && again_us >= 0 && again_us < before_us / QUICK_PARTS)
		verdict = "hidden";
	if (!again->streamed && !http_is_decision(e))
		verdict = "not known: its answers are not streamed";
	json_object_set_new(e->probes.found, "kept_prompt",
			    json_pack("{s:s, s:I, s:I, s:I}", "verdict", verdict, "first_us",
				      (json_int_t)before_us, "again_us", (json_int_t)again_us,
				      "cached_tok", (json_int_t)again->cached_tok));
}

/* Sends the same prompt again: does the server cache it? */
static int probe_try_again(struct engine *e, const struct chat *first, struct err *err)
{
	struct http_call call;
	int r = 0;

	http_try(e, http_text_body(e, http_neutral), e->max_tok, &call);
	if (call.end != HTTP_ANSWERED)
		r = probe_fail_answer(e, &call, "the same prompt again", err);
	http_note_repeat(e, first, &call.chat);
	json_object_set_new(e->probes.found, "streamed", json_boolean(call.chat.streamed));
	http_release(&e->net, &call);
	return r;
}

/* Where the file's name begins in a path of any system. */
static const char *probe_basename(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			base = path + 1;
	return base;
}

/* The length without ".gguf" or ":latest". */
static size_t probe_stem(const char *name)
{
	static const char *const ends[] = { ".gguf", ":latest" };
	size_t n = strlen(name);

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		size_t n_end = strlen(ends[i]);

		if (n > n_end && strcasecmp(name + n - n_end, ends[i]) == 0)
			return n - n_end;
	}
	return n;
}

/* Whether two names differ in nothing but case, ending and a date behind `asked`. */
static bool probe_is_name(const char *asked, const char *answers)
{
	size_t n_asked = probe_stem(asked), n = probe_stem(answers);

	if (n < n_asked || strncasecmp(asked, answers, n_asked) != 0)
		return false;
	if (n == n_asked)
		return true;
	return strchr("-@", answers[n_asked]) &&
	       strspn(answers + n_asked + 1, "0123456789-") == n - n_asked - 1;
}

/*
 * RULE: the same name, a dated one ("gpt-4o" and "gpt-4o-2024-08-06"), or the path of a file of
 * that name. "org/m" is not "other/m".
 */
static bool probe_is_same_model(const char *asked, const char *answers)
{
	const char *asked_base = probe_basename(asked), *base = probe_basename(answers);
	size_t n = strlen(asked), n_answers = strlen(answers);

	if (probe_is_name(asked, answers))
		return true;
	if (asked_base != asked && base != answers)
		return n_answers > n && strchr("/\\", answers[n_answers - n - 1]) &&
		       strcasecmp(answers + n_answers - n, asked) == 0;
	return probe_is_name(asked_base, base);
}

int http_check_name(struct engine *e, const struct chat *chat, struct err *err)
{
	const struct http_server *s = &e->server;

	snprintf(e->probes.answers_as, sizeof(e->probes.answers_as), "%s", chat->model);
	if (*chat->model)
		json_object_set_new(e->probes.found, "answers_as", json_string(chat->model));
	if (!*chat->model || probe_is_same_model(s->model, chat->model) ||
	    (*s->root_model && probe_is_same_model(s->root_model, chat->model)))
		return 0;
	return err_set(err, ERR_ENGINE,
		       "asked for '%.60s', it answered as '%.60s', perhaps another model: let it "
		       "answer under the name asked for (llama-server --alias, vLLM "
		       "--served-model-name), or ask for the other name",
		       s->model, chat->model);
}

int http_probe(struct engine *e, struct err *err)
{
	struct http_call call = { 0 };
	int r = probe_find_options(e, &call, err);

	if (r == 0)
		r = http_check_name(e, &call.chat, err);
	if (r == 0)
		r = probe_check_letters(e, &call, err);
	if (r == 0) {
		e->probes.least_prompt_tok = call.chat.prompt_tok > 0 ? call.chat.prompt_tok : 0;
		probe_look_at_thinking(e, &call.chat);
		r = probe_try_again(e, &call.chat, err);
	}
	http_release(&e->net, &call);
	if (r == 0)
		probe_try_schema(e);
	return r == 0 ? probe_try_canary(e, err) : -1;
}

const char *http_thinking_text(const struct engine *e, struct arena *a)
{
	if (e->pass.think_tok > 0)
		return arena_printf(a, "asked for: at most %lld tokens",
				    (long long)e->pass.think_tok);
	return e->probes.thinks ? "NOT off: the server lets it think all the same" :
				  "off: none came when it was tried";
}

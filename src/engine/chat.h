/*
 * The answer of an OpenAI-compatible server (POST /chat/completions), put together from the
 * events of its stream or from one JSON object. Decides which text is thought and which is answer,
 * and when each came. Pure: the caller passes the time; no file, no job. All input is hostile.
 */
#ifndef ENGINE_CHAT_H
#define ENGINE_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/chat_calls.h"

enum { CHAT_TEXT_MAX = 256 };
/* Ceilings of the answer and of the thinking before it, in bytes. */
enum { CHAT_CONTENT_MAX = 1 << 16, CHAT_THOUGHT_MAX = 1 << 20 };

/* What the text that comes as `content` is. */
enum chat_state {
	CHAT_START, /* nothing yet, or perhaps the first part of a thinking mark */
	CHAT_THINKING, /* behind a mark such as <think> */
	CHAT_ANSWER,
};

/* Likeliest tokens at the first place of the answer, if the server reports them. */
enum { CHAT_TOP_MAX = 20 };
struct chat_token {
	char token[16]; /* longer ones are cut: no letter is so long */
	double logprob; /* natural; at most 0 */
};

struct chat {
	struct buf content; /* the answer as written, without its thinking */
	struct buf thought;
	struct buf held; /* perhaps part of a thinking mark */
	enum chat_state state;
	int mark; /* row of the table of thinking marks, while CHAT_THINKING */
	/* Microseconds after `start_us`; -1: has not come. */
	int64_t start_us;
	int64_t first_us; /* the first text of any kind */
	int64_t think_end_us; /* the last text of thinking */
	int64_t answer_us; /* the first text of the answer */
	int64_t label_us; /* the closing quote of the "label" member */
	int64_t end_us; /* the end of the answer */
	int64_t n_think, n_content, n_label; /* pieces of text: about one per token */
	/* As the server counts; -1: not stated. */
	int64_t prompt_tok, cached_tok, completion_tok, reasoning_tok;
	struct chat_token top[CHAT_TOP_MAX];
	size_t n_top;
	bool top_seen; /* a place with likeliest tokens came, whether or not they make sense */
	char finish[32]; /* finish_reason: "stop", "length", ...; "" if it never came */
	char model[CHAT_TEXT_MAX]; /* who answered, according to the server */
	char refusal[CHAT_TEXT_MAX]; /* the words with which the model refused, or "" */
	char error[CHAT_TEXT_MAX]; /* the server's words, or ours if its answer makes no sense */
	bool refused; /* the HTTP status is not 200; set by the caller before chat_body() */
	bool too_long; /* the error says that the prompt exceeds the context */
	bool truncated; /* the server reports that it cut the prompt */
	bool streamed; /* pieces came one by one */
	struct chat_calls calls;
	bool done;
};

void chat_init(struct chat *c, int64_t start_us);
void chat_release(struct chat *c);

/* Reads one event's data: JSON, or "[DONE]". Returns -1 and sets c->error to stop reading. */
int chat_event(struct chat *c, const char *data, size_t n_bytes, int64_t now_us);

/* The same for an event named "error": whatever its data is, the answer failed. Returns -1. */
int chat_error_event(struct chat *c, const char *data, size_t n_bytes);

/* Reads a whole body: an answer that was not streamed, or an error. */
int chat_body(struct chat *c, const char *data, size_t n_bytes, int64_t now_us);

/* Call it when the stream or body has ended. */
void chat_end(struct chat *c, int64_t now_us);

/* Copies at most n_bytes of a text, and what fits, with hidden characters escaped. */
void chat_printable(const char *text, size_t n_bytes, char ret_text[CHAT_TEXT_MAX]);

/* Copies an error text, printable and shortened, and notes whether the prompt is too long. */
void chat_fail(struct chat *c, const char *text);

/*
 * Finds the string value of member `name` in an object that may be incomplete, as offsets into
 * the text. Returns 0 if the value has not begun, 1 if it is incomplete (*ret_end is the end of
 * the text), 2 if its closing quote is at *ret_end.
 */
int chat_member(const char *text, size_t n_bytes, const char *name, size_t *ret_start,
		size_t *ret_end);

#endif

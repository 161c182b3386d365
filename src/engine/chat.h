/*
 * What a server of the OpenAI kind (POST /chat/completions) answers, put together from the events
 * of its stream, or from the one JSON object of a server that does not stream. Decides what of it
 * is thought and what is answer, and notes when each came. Pure: it is told the time, opens
 * nothing, and knows no job. Everything it reads is hostile.
 */
#ifndef ENGINE_CHAT_H
#define ENGINE_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { CHAT_TEXT_MAX = 256 };
/* Ceilings of the answer and of the thinking before it, in bytes. */
enum { CHAT_CONTENT_MAX = 1 << 16, CHAT_THOUGHT_MAX = 1 << 20 };

/* Where the text that comes as `content` belongs. */
enum chat_state {
	CHAT_START, /* nothing yet, or what may be the first part of a thinking mark */
	CHAT_THINKING, /* behind a mark such as <think> */
	CHAT_ANSWER,
};

struct chat {
	struct buf content; /* the answer as written, without its thinking */
	struct buf thought;
	struct buf held; /* what may be part of a thinking mark */
	enum chat_state state;
	int mark; /* row of the table of thinking marks, in CHAT_THINKING */
	/* Microseconds after `start_us`, -1 where it has not come. */
	int64_t start_us;
	int64_t first_us; /* the first text of any kind */
	int64_t think_end_us; /* the last text of thinking */
	int64_t answer_us; /* the first text of the answer */
	int64_t label_us; /* the closing quote of the "label" member */
	int64_t end_us; /* the end of it all */
	int64_t n_think, n_content, n_label; /* pieces of text: about one a token */
	/* As the server counts, -1 where it does not say. */
	int64_t prompt_tok, cached_tok, completion_tok, reasoning_tok;
	char finish[32]; /* finish_reason: "stop", "length", ...; "" where it never came */
	char model[CHAT_TEXT_MAX]; /* who answered, as the server says */
	char error[CHAT_TEXT_MAX]; /* in the server's words, or ours on what makes no sense */
	bool too_long; /* that error says that the prompt exceeds the context */
	bool truncated; /* the server says that it cut the prompt */
	bool streamed; /* pieces came one by one */
	bool done;
};

void chat_init(struct chat *c, int64_t start_us);
void chat_release(struct chat *c);

/*
 * One event's data: JSON, or "[DONE]". Returns -1, with c->error set, where nothing more should
 * be read.
 */
int chat_event(struct chat *c, const char *data, size_t n_bytes, int64_t now_us);

/* A whole body: an answer that was not streamed, or an error. */
int chat_body(struct chat *c, const char *data, size_t n_bytes, int64_t now_us);

/* Nothing more will come. */
void chat_end(struct chat *c, int64_t now_us);

/* Takes an error text over: printable, cut, and looked at for "prompt too long". */
void chat_fail(struct chat *c, const char *text);

/*
 * The string value of member `name` in an object that may still be growing: the offsets of its
 * body in the text. 0: it has not begun; 1: it has, and *ret_end is the text's end; 2: its closing
 * quote stands at *ret_end.
 */
int chat_member(const char *text, size_t n_bytes, const char *name, size_t *ret_start,
		size_t *ret_end);

#endif

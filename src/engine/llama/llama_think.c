/*
 * Thought before the answer: written token by token, up to the end mark of the model's family or
 * the cap of the pass. Then the text that opens the answer is added. Decides where a thought ends.
 * Recurrent models cannot forget, so nothing is removed from the context: an end mark that the
 * model has begun is completed.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "engine/thought.h"

enum { PIECE_TOK = 32 }; /* most tokens of a thought's last piece, written as text */

int think_build(struct engine *e, struct arena *a, struct prompt *p, const struct tokens *start,
		struct err *err)
{
	const char *end = arena_printf(a, "%s%s", p->opening.think_close, p->opening.answer_open);
	struct tokens tokens;

	if (tokenize(e, a, end, true, &tokens, err) < 0)
		return -1;
	p->n_think_end = tokens.n + PIECE_TOK;
	p->answer_start = *start;
	return 0;
}

/* A thought in progress. */
struct thought {
	struct buf text; /* may end with part of the end mark */
	size_t n_done; /* bytes of it in the context */
	int64_t n_tok;
	llama_token last; /* chosen, not decoded yet */
	bool has_last;
	bool complete; /* by its end mark, or because the model stopped */
};

/* Only the last bytes can complete the end mark. */
static bool think_mark_complete(const struct opening *o, const struct thought *t)
{
	size_t n_mark = strlen(o->think_end);
	size_t from = t->n_done > n_mark ? t->n_done - n_mark : 0;
	bool complete;

	thought_length(o, buf_text(&t->text) + from, t->text.len - from, &complete);
	return complete;
}

static void think_add(const struct engine *e, struct thought *t, llama_token token)
{
	char piece[512];

	t->n_tok++;
	t->n_done = t->text.len;
	buf_add(&t->text, piece, token_text(e, token, piece, sizeof(piece)));
	t->last = token;
	t->has_last = true;
	t->complete = think_mark_complete(&e->prompt.opening, t);
	/* The model's end token closes the thought too, and is not part of the text. */
	if (!t->complete && llama_vocab_is_eog(e->vocab, token)) {
		t->text.len = t->n_done;
		t->has_last = false;
		t->complete = true;
	}
}

static int think_write(struct engine *e, struct kept *k, int64_t start_us, struct answer *answer,
		       struct thought *t, struct err *err)
{
	for (;;) {
		think_add(e, t, greedy_token(e, -1));
		if (t->n_tok == 1)
			answer->first_us = clock_mono_us() - start_us;
		if (t->complete || t->n_tok >= (int64_t)e->prompt.n_think || t->text.overflow)
			return 0;
		if (decode_run(e, &t->last, 1, k->pos, k->seq, true, err) < 0)
			return -1;
		k->pos++;
	}
}

/* Decodes the thought's end, the opening of the answer and the forced start of the JSON. */
static int think_open_answer(struct engine *e, struct arena *a, struct kept *k,
			     const struct thought *t, struct answer *answer, struct err *err)
{
	llama_token last = t->last;
	struct tokens parts[3] = { { &last, 0 }, { 0 }, e->prompt.answer_start }, run;
	struct buf rest;
	int r;

	buf_init(&rest, THOUGHT_TEXT_MAX);
	if (thought_close(&e->prompt.opening, buf_text(&t->text), t->text.len, t->n_done, &rest) &&
	    t->has_last)
		parts[0].n = 1;
	r = tokenize(e, a, buf_text(&rest), true, &parts[1], err);
	buf_release(&rest);
	if (r < 0)
		return -1;
	run = tokens_join(a, parts, 3);
	if (decode_run(e, run.items, run.n, k->pos, k->seq, true, err) < 0)
		return -1;
	k->pos += (llama_pos)run.n;
	answer->prompt_tok += (int64_t)(parts[1].n + parts[2].n);
	return 0;
}

int think(struct engine *e, struct arena *a, struct kept *k, int64_t start_us,
	  struct answer *answer, struct err *err)
{
	int64_t begin_us = clock_mono_us();
	struct thought t = { 0 };
	bool complete;
	int r;

	if (e->prompt.n_think == 0)
		return 0;
	buf_init(&t.text, THOUGHT_TEXT_MAX);
	r = think_write(e, k, start_us, answer, &t, err);
	answer->think_us = clock_mono_us() - begin_us;
	answer->think_tok = t.n_tok;
	answer->thought_len =
		thought_length(&e->prompt.opening, buf_text(&t.text), t.text.len, &complete);
	answer->thought = arena_strndup(a, buf_text(&t.text), answer->thought_len);
	if (r == 0 && !t.complete)
		answer->detail =
			arena_printf(a, "its thought was cut at %lld tokens", (long long)t.n_tok);
	if (r == 0)
		r = think_open_answer(e, a, k, &t, answer, err);
	buf_release(&t.text);
	return r;
}

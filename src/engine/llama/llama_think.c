/*
 * Thought before the answer, in the llama engine: written alone, token by token, up to the end
 * mark of the model's family or to the cap of the pass; then what opens the answer is put behind
 * it. And thought that nobody asked for: it is told apart from the answer by the same marks.
 * Decides where a thought ends. Nothing is taken out of the context again, because recurrent
 * models cannot forget; a mark that the model has begun is completed instead.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "engine/thought.h"

/* Tokens that the last piece of a thought can become when it is put as text. */
enum { PIECE_TOK = 32 };

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

/* A thought in the making. */
struct thought {
	struct buf text; /* with as much of the end mark as was written */
	size_t n_done; /* bytes of it that are in the context */
	int64_t n_tok;
	llama_token last; /* chosen, not decoded yet */
	bool has_last;
	bool complete; /* by its end mark, or by the model's own end */
};

/* The end mark can only be complete in the last bytes. */
static bool think_mark_complete(const struct opening *o, const struct thought *t)
{
	size_t n_mark = strlen(o->think_end);
	size_t from = t->n_done > n_mark ? t->n_done - n_mark : 0;
	bool complete;

	thought_length(o, buf_text(&t->text) + from, t->text.len - from, &complete);
	return complete;
}

static void think_thought_add(const struct engine *e, struct thought *t, llama_token token)
{
	char piece[512];

	t->n_tok++;
	t->n_done = t->text.len;
	buf_add(&t->text, piece, token_text(e, token, piece, sizeof(piece)));
	t->last = token;
	t->has_last = true;
	t->complete = think_mark_complete(&e->prompt.opening, t);
	/* Its own end closes a thought too, and is no part of the text. */
	if (!t->complete && llama_vocab_is_eog(e->vocab, token)) {
		t->text.len = t->n_done;
		t->has_last = false;
		t->complete = true;
	}
}

static int think_write_thought(struct engine *e, struct kept *k, int64_t start_us,
			       struct answer *answer, struct thought *t, struct err *err)
{
	for (;;) {
		think_thought_add(e, t, greedy_token(e, -1));
		if (t->n_tok == 1)
			answer->first_us = clock_mono_us() - start_us;
		if (t->complete || t->n_tok >= (int64_t)e->prompt.n_think || t->text.overflow)
			return 0;
		if (decode_run(e, &t->last, 1, k->pos, k->seq, true, err) < 0)
			return -1;
		k->pos++;
	}
}

/* The thought's end, what opens the answer, and the forced start of the JSON. */
static int think_open_answer(struct engine *e, struct arena *a, struct kept *k,
			     const struct thought *t, struct answer *answer, struct err *err)
{
	const struct tokens *start = &e->prompt.answer_start;
	struct tokens rest_tokens;
	llama_token *run;
	struct buf rest;
	size_t n;
	int r;

	buf_init(&rest, THOUGHT_TEXT_MAX);
	n = thought_close(&e->prompt.opening, buf_text(&t->text), t->text.len, t->n_done, &rest) &&
	    t->has_last;
	r = tokenize(e, a, buf_text(&rest), true, &rest_tokens, err);
	buf_release(&rest);
	if (r < 0)
		return -1;
	run = arena_array(a, n + rest_tokens.n + start->n, sizeof(*run));
	if (n)
		run[0] = t->last;
	if (rest_tokens.n)
		memcpy(run + n, rest_tokens.items, rest_tokens.n * sizeof(*run));
	n += rest_tokens.n;
	if (start->n)
		memcpy(run + n, start->items, start->n * sizeof(*run));
	n += start->n;
	if (decode_run(e, run, n, k->pos, k->seq, true, err) < 0)
		return -1;
	k->pos += (llama_pos)n;
	answer->prompt_tok += (int64_t)(rest_tokens.n + start->n);
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
	r = think_write_thought(e, k, start_us, answer, &t, err);
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

/*
 * A text that the model writes freely: a rationale, or any text in free mode. Decides where it
 * ends, and which part of its beginning is thought.
 */
#include "engine/llama/llama_engine.h"

#include "base/clock.h"
#include "base/str.h"
#include "engine/thought.h"
#include "work/sentence.h"

/* Notes how much of the beginning is thought, and whether that thought has ended. */
static void writing_split_thought(const struct engine *e, struct writing *w)
{
	bool alone = e->pass.mode != PASS_FORCED;
	struct thought_span span;

	if (!thought_find(&e->prompt.opening, buf_text(&w->text), w->text.len, alone, &span))
		return;
	/* The answer begins behind any white space and headers that follow the end mark. */
	w->answer_at = span.answer;
	if (w->thought_closed)
		return;
	w->thought_closed = span.closed;
	w->think_tok = w->n_tok;
	w->think_end_us = clock_mono_us();
}

/* In free mode only the model's end or the cap completes the text. */
static void writing_scan_end(const struct engine *e, struct writing *w)
{
	enum reason_end end = REASON_OPEN;

	writing_split_thought(e, w);
	w->rationale_len = w->text.len - w->answer_at;
	if (e->pass.mode == PASS_FORCED)
		end = reason_scan(buf_text(&w->text) + w->answer_at, w->rationale_len,
				  &w->rationale_len);
	if (end == REASON_QUOTE)
		w->finish = "quote";
	else if (end == REASON_SENTENCE)
		w->finish = "sentence";
	w->cut = !w->finish && (w->n_tok >= e->pass.reason_cap_tok || w->text.overflow);
	if (w->cut)
		w->finish = "cap";
}

void writing_add(const struct engine *e, struct writing *w, llama_token token)
{
	char piece[512];

	w->n_tok++;
	if (llama_vocab_is_eog(e->vocab, token)) {
		w->rationale_len = w->text.len - w->answer_at;
		w->finish = "eog";
		return;
	}
	buf_add(&w->text, piece, token_text(e, token, piece, sizeof(piece)));
	writing_scan_end(e, w);
}

void writing_to_reason(struct arena *a, const struct writing *w, struct reason *ret_reason)
{
	struct buf plain;

	buf_init(&plain, REASON_TEXT_MAX * 2);
	str_json_unescape(&plain, buf_text(&w->text) + w->answer_at, w->rationale_len);
	ret_reason->raw_len = w->text.len;
	ret_reason->raw = arena_strndup(a, buf_text(&w->text), w->text.len);
	ret_reason->rationale = buf_to_arena(&plain, a);
	ret_reason->finish = w->finish ? w->finish : "";
	ret_reason->outcome = w->cut ? OUTCOME_CUT : OUTCOME_OK;
	ret_reason->reason_tok = w->n_tok - w->think_tok;
	ret_reason->think_tok = w->think_tok;
	ret_reason->detail = "";
}

/* A thought in the text is added to the one that was requested before it. */
void writing_to_answer(struct engine *e, struct arena *a, const struct writing *w,
		       struct answer *answer)
{
	const char *text = buf_text(&w->text);
	struct thought_span span;
	struct buf all;

	answer->raw_len = w->text.len - w->answer_at;
	answer->raw = arena_strndup(a, text + w->answer_at, answer->raw_len);
	if (w->think_tok == 0 || !thought_find(&e->prompt.opening, text, w->text.len, true, &span))
		return;
	answer->think_tok += w->think_tok;
	buf_init(&all, THOUGHT_TEXT_MAX);
	buf_add(&all, answer->thought, answer->thought_len);
	buf_add(&all, text + span.start, span.end - span.start);
	answer->thought_len = all.len;
	answer->thought = buf_to_arena(&all, a);
}

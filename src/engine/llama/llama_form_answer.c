/*
 * Answers that are held to a JSON schema. Each ticket is read alone, up to the first token that the
 * model chooses; then the answers of all are written together. Decides which tokens share a decode.
 * A ticket's times run from its own arrival to its own end, while others are written too.
 */
#include "engine/llama/llama_engine.h"

#include "base/clock.h"
#include "work/machine.h"

/* An answer in progress. */
struct form_slot {
	struct kept kept;
	struct form_text text;
	struct answer *answer;
	int64_t start_us;
	struct tokens queue; /* to be decoded before the next choice */
	size_t n_done; /* of the queue */
	int at; /* index of its last token in the batch */
	bool finished;
};

static void form_slot_finish(struct engine *e, struct arena *a, struct form_slot *s)
{
	s->answer->label_us = clock_mono_us() - s->start_us;
	s->answer->peak_rss_bytes = machine_peak_rss_bytes();
	if (s->text.grammar)
		form_text_to_answer(a, &s->text, s->answer);
	form_text_release(&s->text);
	llama_memory_seq_rm(llama_get_memory(e->ctx), s->kept.seq, -1, -1);
	s->finished = true;
}

/* Takes the next token from the logits at `at`, and what must follow it. */
static int form_slot_take(struct engine *e, struct arena *a, struct form_slot *s, int at,
			  struct err *err)
{
	struct answer *answer = s->answer;

	if (form_text_add(e, a, &s->text, at, &s->queue, err) < 0)
		return -1;
	s->n_done = 0;
	if (answer->ttft_us == 0)
		answer->ttft_us = clock_mono_us() - s->start_us;
	if (answer->first_us == 0)
		answer->first_us = answer->ttft_us;
	if (s->queue.n == 0)
		llama_error_scores(answer);
	else if (!s->text.complete &&
		 (s->text.n_chosen + s->text.n_forced >= e->pass.reason_cap_tok ||
		  s->text.text.overflow))
		answer->outcome = OUTCOME_CUT;
	if (s->text.complete || answer->outcome != OUTCOME_OK)
		form_slot_finish(e, a, s);
	return 0;
}

/* Reads a ticket and chooses its first token. */
static int form_slot_begin(struct engine *e, struct arena *a, struct form_slot *s, struct err *err)
{
	int r;

	s->start_us = clock_mono_us();
	if (!read_begin(e, a, s->kept.ticket, s->answer)) {
		s->finished = true;
		return 0;
	}
	r = read_ticket(e, a, 0, &s->kept, s->answer, err);
	if (r == 0 && s->answer->outcome == OUTCOME_OK) {
		r = think(e, a, &s->kept, s->start_us, s->answer, err);
		form_text_begin(e, &s->text);
		if (r == 0 && !s->text.complete)
			return form_slot_take(e, a, s, -1, err);
	}
	if (r == 0)
		form_slot_finish(e, a, s);
	return r;
}

/* One decode: as many tokens of every answer as fit, and the next choice of those without more. */
static int form_step(struct engine *e, struct arena *a, struct form_slot *slots, size_t n,
		     struct err *err)
{
	e->batch.n_tokens = 0;
	for (size_t i = 0; i < n; i++) {
		struct form_slot *s = &slots[i];

		while (!s->finished && s->n_done < s->queue.n &&
		       e->batch.n_tokens < e->pass.n_batch) {
			llama_token token = s->queue.items[s->n_done++];

			s->at = batch_add(e, token, s->kept.pos++, s->kept.seq,
					  s->n_done == s->queue.n);
		}
	}
	if (decode_batch(e, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!slots[i].finished && slots[i].n_done == slots[i].queue.n &&
		    form_slot_take(e, a, &slots[i], slots[i].at, err) < 0)
			return -1;
	return 0;
}

/* Hands out the finished answers in order, from the *n_out-th on. */
static int form_hand_out(const struct form_slot *slots, size_t n, size_t *n_out, answer_done *done,
			 void *ctx, struct err *err)
{
	for (; *n_out < n && slots[*n_out].finished; (*n_out)++)
		if (done(ctx, slots[*n_out].answer, err) < 0)
			return -1;
	return 0;
}

/* Drops what a failure left behind. */
static void form_drop(struct engine *e, struct form_slot *slots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		form_text_release(&slots[i].text);
		llama_memory_seq_rm(llama_get_memory(e->ctx), slots[i].kept.seq, -1, -1);
	}
}

static int form_write(struct engine *e, struct arena *a, struct form_slot *slots, size_t n,
		      answer_done *done, void *ctx, struct err *err)
{
	size_t n_out = 0;
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = form_slot_begin(e, a, &slots[i], err);
	while (r == 0 && n_out < n) {
		r = form_hand_out(slots, n, &n_out, done, ctx, err);
		if (r == 0 && n_out < n)
			r = form_step(e, a, slots, n, err);
	}
	if (r < 0)
		form_drop(e, slots, n);
	return r;
}

int form_ask_together(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		      struct err *err)
{
	struct form_slot *slots = arena_array(a, n, sizeof(*slots));

	for (size_t i = 0; i < n; i++) {
		slots[i].kept = (struct kept){ .ticket = i, .seq = wave_ticket_seq(e, i) };
		slots[i].answer = arena_alloc(a, sizeof(*slots[i].answer));
	}
	return form_write(e, a, slots, n, done, ctx, err);
}

static int form_answer_is_there(void *ctx, const struct answer *answer, struct err *err)
{
	(void)ctx;
	(void)answer;
	(void)err;
	return 0;
}

int form_ask(struct engine *e, struct arena *a, size_t ticket, struct answer *ret_answer,
	     struct err *err)
{
	struct form_slot slot = { .kept = { .ticket = ticket, .seq = wave_ticket_seq(e, 0) },
				  .answer = ret_answer };
	int r = form_write(e, a, &slot, 1, form_answer_is_there, NULL, err);

	if (r < 0)
		ret_answer->outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
	return r;
}

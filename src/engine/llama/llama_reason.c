/*
 * Phase 2 of the llama engine: the rationales of many tickets, batched. Each stops at its second
 * sentence, its closing quote or the token cap. Decides which rationales share a batch. A
 * rationale's time runs from its own start to its own end, while others are computed too.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

#include "base/clock.h"
#include "work/machine.h"
#include "work/sentence.h"

/* A rationale in progress. */
struct slot {
	struct kept *kept;
	struct writing writing;
	llama_token next; /* chosen, not decoded yet */
	int at; /* index of its logits in the batch */
	int64_t start_us;
	int64_t together;
};

/* Hands out a finished rationale and frees its place. */
static int reason_slot_finish(struct engine *e, struct arena *a, struct slot *s, reason_done *done,
			      void *ctx, struct err *err)
{
	struct reason reason = { .ticket = s->kept->ticket,
				 .reason_us = clock_mono_us() - s->start_us,
				 .batch = s->together,
				 .recomputed = s->kept->recomputed };

	writing_to_reason(a, &s->writing, &reason);
	buf_release(&s->writing.text);
	llama_memory_seq_rm(llama_get_memory(e->ctx), s->kept->seq, -1, -1);
	return done(ctx, &reason, err);
}

/* Starts a rationale in this batch, with its chosen and forced tokens. */
static void reason_slot_start(struct engine *e, struct kept *k, struct slot *ret_slot)
{
	*ret_slot = (struct slot){ .kept = k, .start_us = clock_mono_us() };
	buf_init(&ret_slot->writing.text, REASON_TEXT_MAX);
	for (size_t i = 0; i < k->pending.n; i++)
		ret_slot->at =
			batch_add(e, k->pending.items[i], k->pos++, k->seq, i + 1 == k->pending.n);
}

/* One decode: the next token of every rationale, and the start of as many new ones as fit. */
static int reason_step(struct engine *e, struct slot *slots, size_t *n_slots, size_t max_slots,
		       size_t *next_kept, struct err *err)
{
	e->batch.n_tokens = 0;
	for (size_t i = 0; i < *n_slots; i++)
		slots[i].at =
			batch_add(e, slots[i].next, slots[i].kept->pos++, slots[i].kept->seq, true);
	while (*n_slots < max_slots && *next_kept < e->wave.n_kept) {
		struct kept *k = &e->wave.kept[*next_kept];

		if ((size_t)e->batch.n_tokens + k->pending.n > (size_t)e->pass.n_batch)
			break;
		reason_slot_start(e, k, &slots[(*n_slots)++]);
		(*next_kept)++;
	}
	if (decode_batch(e, err) < 0)
		return -1;
	for (size_t i = 0; i < *n_slots; i++) {
		if ((int64_t)*n_slots > slots[i].together)
			slots[i].together = (int64_t)*n_slots;
		slots[i].next = greedy_token(e, slots[i].at);
		writing_add(e, &slots[i].writing, slots[i].next);
	}
	return 0;
}

static int reason_write_together(struct engine *e, struct arena *a, struct slot *slots,
				 size_t max_slots, reason_done *done, void *ctx, int64_t *n_tok,
				 struct err *err)
{
	size_t n_slots = 0, next_kept = 0;

	while (n_slots > 0 || next_kept < e->wave.n_kept) {
		if (reason_step(e, slots, &n_slots, max_slots, &next_kept, err) < 0)
			return -1;
		for (size_t i = 0; i < n_slots;) {
			if (!slots[i].writing.finish) {
				i++;
				continue;
			}
			*n_tok += slots[i].writing.n_tok;
			if (reason_slot_finish(e, a, &slots[i], done, ctx, err) < 0)
				return -1;
			memmove(&slots[i], &slots[i + 1], (--n_slots - i) * sizeof(*slots));
		}
	}
	return 0;
}

/* With `reason: first` the rationales exist already. */
static int reason_hand_out_written(struct engine *e, reason_done *done, void *ctx, int64_t *n_tok,
				   struct err *err)
{
	for (size_t i = 0; i < e->wave.n_kept; i++) {
		struct kept *k = &e->wave.kept[i];

		k->written->ticket = k->ticket;
		*n_tok += k->written->reason_tok;
		if (done(ctx, k->written, err) < 0)
			return -1;
	}
	return 0;
}

int engine_reasons(struct engine *e, struct arena *a, reason_done *done, void *ctx,
		   struct msg_reasons_done *ret_done, struct err *err)
{
	int64_t start_us = clock_mono_us(), n_tok = 0;
	size_t max_slots = e->wave.n_kept;
	struct slot *slots;
	int r;

	if (e->pass.n_group > 0 && (size_t)e->pass.n_group < max_slots)
		max_slots = (size_t)e->pass.n_group;
	slots = arena_array(a, max_slots, sizeof(*slots));
	if (e->pass.reason_first)
		r = reason_hand_out_written(e, done, ctx, &n_tok, err);
	else
		r = reason_write_together(e, a, slots, max_slots, done, ctx, &n_tok, err);
	e->wave.n_kept = 0;
	if (r < 0)
		return -1;
	*ret_done = (struct msg_reasons_done){
		.n_tok = n_tok,
		.reasons_us = clock_mono_us() - start_us,
		.peak_rss_bytes = machine_peak_rss_bytes(),
		.cpu_us = machine_cpu_us(),
	};
	return 0;
}

/*
 * The context of a decision model: one prompt at a time, behind what all prompts share.
 */
#include <string.h>

#include "base/clock.h"
#include "engine/llama/llama_decision.h"

enum { DECISION_SEQ_PREFIX, DECISION_SEQ_TICKET, DECISION_SEQS };

static int context_make(struct engine *e, size_t n_tok, struct err *err)
{
	struct llama_context_params params;

	/* A prompt that does not begin with the prefix stands beside it. */
	e->n_ctx = (e->decision->prefix.n + n_tok + 255) / 256 * 256;
	e->n_seq = DECISION_SEQS;
	params = context_params(&e->pass, e->n_ctx, e->n_seq);
	params.n_threads = (int32_t)e->n_threads;
	params.n_threads_batch = (int32_t)e->n_threads;
	llama_error_clear();
	e->ctx = llama_init_from_model(e->model, params);
	if (!e->ctx)
		return llama_error_set(err, "cannot make a context of %zu tokens", e->n_ctx);
	e->n_ctx = llama_n_ctx(e->ctx);
	if (!e->batch.token)
		e->batch = llama_batch_init((int32_t)e->pass.n_batch, 0, 1);
	return adapter_apply(e, err);
}

int decision_context_begin(struct engine *e, size_t n_tok, int64_t *ret_prefix_us, struct err *err)
{
	const struct tokens *prefix = &e->decision->prefix;
	int64_t start_us;

	*ret_prefix_us = 0;
	if (e->ctx && prefix->n + n_tok > e->n_ctx) {
		llama_free(e->ctx);
		e->ctx = NULL;
		e->prefix_done = false;
	}
	if (!e->ctx && context_make(e, n_tok, err) < 0)
		return -1;
	if (e->prefix_done || prefix->n == 0)
		return 0;
	start_us = clock_mono_us();
	if (decode_run(e, prefix->items, prefix->n, 0, DECISION_SEQ_PREFIX, false, err) < 0)
		return err_wrap(err, "cannot compute the shared prompt");
	llama_synchronize(e->ctx);
	*ret_prefix_us = clock_mono_us() - start_us;
	e->prefix_done = true;
	return 0;
}

int decision_decode(struct engine *e, const struct tokens *run, const float **ret_logits,
		    struct err *err)
{
	const struct tokens *prefix = &e->decision->prefix;
	llama_memory_t memory = llama_get_memory(e->ctx);
	size_t from = 0;

	llama_memory_seq_rm(memory, DECISION_SEQ_TICKET, -1, -1);
	if (prefix->n > 0 && prefix->n < run->n &&
	    memcmp(prefix->items, run->items, prefix->n * sizeof(llama_token)) == 0) {
		llama_memory_seq_cp(memory, DECISION_SEQ_PREFIX, DECISION_SEQ_TICKET, -1, -1);
		from = prefix->n;
	}
	if (decode_run(e, run->items + from, run->n - from, (llama_pos)from, DECISION_SEQ_TICKET,
		       true, err) < 0)
		return -1;
	*ret_logits = llama_get_logits_ith(e->ctx, -1);
	return *ret_logits ? 0 : err_set(err, ERR_ENGINE, "the engine gave no scores");
}

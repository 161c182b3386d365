/*
 * Tokens through the model: the batch, and the context, whatever it is for. Decides how a run of
 * tokens is cut into decodes. The cuts move logits, so they are the same in every run.
 */
#include "engine/llama/llama_engine.h"

int batch_add(struct engine *e, llama_token token, llama_pos pos, llama_seq_id seq, bool logits)
{
	struct llama_batch *b = &e->batch;
	int i = b->n_tokens++;

	b->token[i] = token;
	b->pos[i] = pos;
	b->n_seq_id[i] = 1;
	b->seq_id[i][0] = seq;
	b->logits[i] = logits;
	return i;
}

int decode_batch(struct engine *e, struct err *err)
{
	int32_t r;

	llama_error_clear();
	r = llama_decode(e->ctx, e->batch);
	if (r == 0)
		return 0;
	if (r == 1)
		return err_set(err, ERR_ENGINE, "the context of %zu tokens is full", e->n_ctx);
	return llama_error_set(err, "the engine failed to decode (%d)", (int)r);
}

int decode_or_encode_batch(struct engine *e, struct err *err)
{
	int32_t r;

	if (llama_get_memory(e->ctx))
		return decode_batch(e, err);
	llama_error_clear();
	r = llama_encode(e->ctx, e->batch);
	return r == 0 ? 0 : llama_error_set(err, "the engine failed to encode (%d)", (int)r);
}

int decode_run(struct engine *e, const llama_token *tokens, size_t n, llama_pos pos,
	       llama_seq_id seq, bool logits, struct err *err)
{
	for (size_t at = 0; at < n;) {
		e->batch.n_tokens = 0;
		while (at < n && e->batch.n_tokens < e->pass.n_batch) {
			batch_add(e, tokens[at], pos + (llama_pos)at, seq, logits && at + 1 == n);
			at++;
		}
		if (decode_batch(e, err) < 0)
			return -1;
	}
	return 0;
}

llama_token greedy_token(const struct engine *e, int i)
{
	const float *logits = llama_get_logits_ith(e->ctx, i);
	int32_t n = llama_vocab_n_tokens(e->vocab);
	llama_token best = 0;

	for (llama_token t = 1; t < n; t++)
		if (logits[t] > logits[best])
			best = t;
	return best;
}

struct llama_context_params context_params(const struct msg_pass *pass, size_t n_ctx, size_t n_seq)
{
	struct llama_context_params params = llama_context_default_params();

	params.n_ctx = (uint32_t)n_ctx;
	params.n_batch = (uint32_t)pass->n_batch;
	params.n_ubatch = (uint32_t)pass->n_ubatch;
	params.n_seq_max = (uint32_t)n_seq;
	params.n_outputs_max = (uint32_t)n_seq;
	params.kv_unified = true;
	params.no_perf = true;
	return params;
}

void context_close(struct engine *e)
{
	if (e->ctx)
		llama_free(e->ctx);
	e->ctx = NULL;
	e->n_parts_done = 0;
	e->prefix_done = false;
}

int context_open(struct engine *e, struct llama_context_params params, struct err *err)
{
	params.n_threads = params.n_threads_batch = (int32_t)e->n_threads;
	context_close(e);
	e->n_ctx = params.n_ctx;
	e->n_seq = params.n_seq_max;
	llama_error_clear();
	e->ctx = llama_init_from_model(e->model, params);
	if (!e->ctx)
		return llama_error_set(err, "cannot make a context of %zu tokens", e->n_ctx);
	/* Another pass may have batches of another size. */
	if (e->batch.token)
		llama_batch_free(e->batch);
	e->batch = llama_batch_init((int32_t)params.n_batch, 0, 1);
	return adapter_apply(e, err);
}

bool decode_branch_fits(const struct engine *e, size_t branch, size_t *n_tok)
{
	size_t depth = e->prompt.trie.branches[branch].depth;

	if (*n_tok + depth > (size_t)e->pass.n_batch)
		return false;
	*n_tok += depth;
	return true;
}

int decode_branches(struct engine *e, const struct branch_place *places, size_t n, struct err *err)
{
	llama_memory_t memory = llama_get_memory(e->ctx);
	llama_seq_id scratch = (llama_seq_id)(e->n_seq - e->n_scratch);
	const struct trie *trie = &e->prompt.trie;
	int last[SCRATCH_MAX] = { 0 };
	int r;

	e->batch.n_tokens = 0;
	for (size_t k = 0; k < n; k++) {
		const struct trie_branch *b = &trie->branches[places[k].branch];
		llama_seq_id seq = scratch + (llama_seq_id)k;

		llama_memory_seq_cp(memory, places[k].seq, seq, -1, -1);
		for (size_t i = 0; i < b->depth; i++)
			last[k] = batch_add(e, b->path[i], places[k].pos + (llama_pos)i, seq,
					    i + 1 == b->depth);
	}
	r = decode_batch(e, err);
	for (size_t k = 0; k < n; k++) {
		if (r == 0)
			trie_score(trie, places[k].branch, llama_get_logits_ith(e->ctx, last[k]),
				   places[k].log_probs);
		llama_memory_seq_rm(memory, scratch + (llama_seq_id)k, -1, -1);
	}
	return r;
}

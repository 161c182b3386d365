/*
 * The context of a decision model: one prompt at a time, behind what all prompts share, to a score
 * for each label.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "engine/llama/llama_decision.h"

enum { DECISION_SEQ_PREFIX, DECISION_SEQ_TICKET, DECISION_SEQS };

static int context_make(struct engine *e, size_t n_tok, struct err *err)
{
	/* A prompt that does not begin with the prefix stands beside it. */
	size_t n_ctx = (e->decision->prefix.n + n_tok + 255) / 256 * 256;
	struct llama_context_params params = context_params(&e->pass, n_ctx, DECISION_SEQS);

	if (decision_reads_rows(e->decision)) {
		params.pooling_type = LLAMA_POOLING_TYPE_NONE;
		params.n_outputs_max = DECISION_ROWS_TOK;
	}
	if (decision_is_encoder(e->decision->type)) {
		params.embeddings = true;
		params.n_batch = params.n_ubatch = params.n_outputs_max = (uint32_t)n_ctx;
	}
	if (context_open(e, params, err) < 0)
		return -1;
	e->n_ctx = llama_n_ctx(e->ctx);
	return 0;
}

int decision_context_begin(struct engine *e, size_t n_tok, int64_t *ret_prefix_us, struct err *err)
{
	const struct tokens *prefix = &e->decision->prefix;
	int64_t start_us;

	*ret_prefix_us = 0;
	if ((!e->ctx || prefix->n + n_tok > e->n_ctx) && context_make(e, n_tok, err) < 0)
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

/* Prepares the ticket's sequence. Returns the number of tokens that it holds: the prefix, or 0. */
static size_t context_share(struct engine *e, const struct tokens *run)
{
	const struct tokens *prefix = &e->decision->prefix;
	llama_memory_t memory = llama_get_memory(e->ctx);

	llama_memory_seq_rm(memory, DECISION_SEQ_TICKET, -1, -1);
	if (prefix->n == 0 || prefix->n >= run->n ||
	    memcmp(prefix->items, run->items, prefix->n * sizeof(llama_token)) != 0)
		return 0;
	llama_memory_seq_cp(memory, DECISION_SEQ_PREFIX, DECISION_SEQ_TICKET, -1, -1);
	return prefix->n;
}

int decision_decode(struct engine *e, const struct tokens *run, const float **ret_logits,
		    struct err *err)
{
	size_t from = context_share(e, run);

	if (decode_run(e, run->items + from, run->n - from, (llama_pos)from, DECISION_SEQ_TICKET,
		       true, err) < 0)
		return -1;
	*ret_logits = llama_get_logits_ith(e->ctx, -1);
	return *ret_logits ? 0 : err_set(err, ERR_ENGINE, "the engine gave no scores");
}

/* Decodes tokens in one batch, with a row of embeddings for each. */
static int context_decode_rows(struct engine *e, const struct tokens *tokens, size_t pos,
			       struct err *err)
{
	e->batch.n_tokens = 0;
	for (size_t i = 0; i < tokens->n; i++)
		batch_add(e, tokens->items[i], (llama_pos)(pos + i), DECISION_SEQ_TICKET, true);
	return decode_or_encode_batch(e, err);
}

/* The row at place i of the last batch. */
static int context_row(const struct engine *e, size_t i, const float **ret_row, struct err *err)
{
	*ret_row = llama_get_embeddings_ith(e->ctx, (int32_t)i);
	return *ret_row ? 0 : err_set(err, ERR_ENGINE, "the engine gave no scores");
}

/*
 * Decodes the end of a kev prompt, and copies the keys at the labels' marks. The engine keeps
 * logits over the vocabulary for every row, so rows are made for few tokens at a time.
 */
static int context_read_keys(struct engine *e, const struct decision_form *form,
			     const struct tokens *tail, size_t pos, float *keys, struct err *err)
{
	size_t n_head = (size_t)llama_model_n_embd_out(e->model) / 2;
	size_t label = 0;

	for (size_t at = 0; at < tail->n; at += DECISION_ROWS_TOK) {
		size_t n = tail->n - at < DECISION_ROWS_TOK ? tail->n - at : DECISION_ROWS_TOK;
		const struct tokens part = { tail->items + at, n };

		if (context_decode_rows(e, &part, pos + at, err) < 0)
			return -1;
		for (; label < e->pass.n_labels && form->marks[label] < at + n; label++) {
			const float *row;

			if (context_row(e, form->marks[label] - at, &row, err) < 0)
				return -1;
			memcpy(keys + label * n_head, row + n_head, n_head * sizeof(*keys));
		}
	}
	return 0;
}

/* kev: a row is a query and a key; scores are scaled products of the last query and each key. */
static int context_rate_kev(struct engine *e, const struct decision_form *form,
			    const struct tokens *run, double *scores, struct err *err)
{
	const struct tokens tail = { run->items + run->n - form->tail.n, form->tail.n };
	size_t n_head = (size_t)llama_model_n_embd_out(e->model) / 2;
	size_t n_before = run->n - tail.n, from = context_share(e, run);
	struct arena a = { 0 };
	float *keys = arena_array(&a, e->pass.n_labels * n_head, sizeof(*keys));
	const float *query = NULL;
	int r;

	r = from > n_before ? err_set(err, ERR_ENGINE, "the tickets' prompts share the question") :
			      decode_run(e, run->items + from, n_before - from, (llama_pos)from,
					 DECISION_SEQ_TICKET, false, err);
	llama_set_embeddings(e->ctx, true);
	if (r == 0)
		r = context_read_keys(e, form, &tail, n_before, keys, err);
	if (r == 0)
		r = context_row(e, (tail.n - 1) % DECISION_ROWS_TOK, &query, err);
	for (size_t i = 0; r == 0 && i < e->pass.n_labels; i++) {
		scores[i] = 0;
		for (size_t k = 0; k < n_head; k++)
			scores[i] += (double)query[k] * (double)keys[i * n_head + k];
		scores[i] /= sqrt((double)n_head);
	}
	llama_set_embeddings(e->ctx, false);
	arena_release(&a);
	return r;
}

int decision_rate_rows(struct engine *e, const struct decision_form *form, const struct tokens *run,
		       double *scores, struct err *err)
{
	/* A row of laya or lfm2-d1-omni has a score for each type of question. */
	static const int columns[] = { [ASKS_CHOICE] = 0, [ASKS_SCORE] = 1, [ASKS_YES_NO] = 2 };
	size_t from = form->marks_in_tail ? run->n - form->tail.n : 0;

	if (e->decision->type == DECISION_KEV)
		return context_rate_kev(e, form, run, scores, err);
	if (llama_get_memory(e->ctx))
		llama_memory_seq_rm(llama_get_memory(e->ctx), DECISION_SEQ_TICKET, -1, -1);
	if (context_decode_rows(e, run, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < e->pass.n_labels; i++) {
		const float *row;

		if (context_row(e, from + form->marks[i], &row, err) < 0)
			return -1;
		scores[i] = (double)row[columns[e->decision->asks]];
	}
	return 0;
}

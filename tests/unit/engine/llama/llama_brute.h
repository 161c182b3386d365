/*
 * Computes a label's probability with plain llama.h calls: the whole prompt in a separate context,
 * the label's tokens one by one, no trie and no shared prefix.
 */
#ifndef LLAMA_BRUTE_H
#define LLAMA_BRUTE_H

#include <math.h>

#include "llama_fixture.h"

enum { LABELS_MAX = 64 };

/* A context that contains a ticket's prompt, decoded in the same cuts as in the engine. */
static inline struct llama_context *fresh_context(struct engine *e, size_t ticket, size_t extra)
{
	const struct tokens parts[] = { e->prompt.prefix, e->wave.tickets[ticket],
					e->prompt.after };
	struct llama_context_params params = llama_context_default_params();
	size_t n_run = parts[1].n + parts[2].n;
	llama_token *run = calloc(n_run, sizeof(*run));
	struct llama_context *ctx;

	params.n_ctx = (uint32_t)(parts[0].n + n_run + extra + 32);
	params.n_batch = params.n_ubatch = 512;
	params.n_threads = params.n_threads_batch = 1;
	ctx = llama_init_from_model(e->model, params);
	assert_non_null(ctx);
	assert_non_null(run);
	memcpy(run, parts[1].items, parts[1].n * sizeof(*run));
	memcpy(run + parts[1].n, parts[2].items, parts[2].n * sizeof(*run));
	assert_int_equal(llama_decode(ctx, llama_batch_get_one(parts[0].items, (int)parts[0].n)),
			 0);
	assert_int_equal(llama_decode(ctx, llama_batch_get_one(run, (int)n_run)), 0);
	free(run);
	return ctx;
}

/* Log of the share of `own` among the labels with the same beginning, at the i-th token. */
static inline double log_share(const struct prompt *p, size_t own, size_t i, const float *logits)
{
	const llama_token *path = p->labels[own].all.items;
	llama_token allowed[LABELS_MAX];
	size_t n = 0;
	double sum = 0;

	for (size_t k = 0; k < p->n_labels; k++) {
		const struct label_tokens *l = &p->labels[k];
		bool seen = i >= l->n_path_end ||
			    memcmp(l->all.items, path, i * sizeof(llama_token)) != 0;

		for (size_t m = 0; m < n && !seen; m++)
			seen = allowed[m] == l->all.items[i];
		if (!seen)
			allowed[n++] = l->all.items[i];
	}
	for (size_t m = 0; m < n; m++)
		sum += exp((double)logits[allowed[m]] - (double)logits[path[i]]);
	return -log(sum);
}

/* A label's probability without a trie: its tokens one by one in a separate context. */
static inline double brute_probability(struct engine *e, size_t ticket, size_t label)
{
	const struct label_tokens *l = &e->prompt.labels[label];
	struct llama_context *ctx = fresh_context(e, ticket, l->all.n);
	double log_probability = 0;

	for (size_t i = e->prompt.n_common; i < l->n_path_end; i++) {
		log_probability += log_share(&e->prompt, label, i, llama_get_logits_ith(ctx, -1));
		assert_int_equal(llama_decode(ctx, llama_batch_get_one(&l->all.items[i], 1)), 0);
	}
	llama_free(ctx);
	return exp(log_probability);
}

#endif

/*
 * Encoders: models that turn a text into one vector and write nothing. Decides which texts share a
 * batch, and where a text that is too long is cut. A text's neighbours move its vector a little,
 * so the groups depend only on the order of the texts, and the same wave gives the same vectors
 * again. There is no chat template and no trie: a linear head chooses the label, if the pass
 * brings one (llama_head.c).
 */
#include "engine/llama/llama_engine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "job/task/choice.h"
#include "work/machine.h"

/* The texts of one batch. Text i of the group is sequence i. */
struct encoder_group {
	size_t first, n; /* texts of the wave */
	int64_t start_us;
};

/* --- the pass --- */

/* What the pass asks for that no encoder can do, or NULL. */
static const char *encoder_pass_refusal(const struct msg_pass *pass)
{
	if ((pass->mode != PASS_FORCED && pass->asks != ASKS_EACH) || pass->reason_first ||
	    !pass->label_only)
		return "writes no text and gives no reasons";
	if (pass->think_tok > 0)
		return "does not think";
	if (pass->n_example_texts > 0)
		return "reads no worked examples: learn a head from them";
	if (!pass->hidden && pass->n_head == 0)
		return "chooses no label without a head: ask for its vectors, or give it a head";
	return NULL;
}

static int encoder_pass(struct engine *e, struct msg_pass_ready *ret_ready, struct err *err)
{
	struct msg_pass *pass = &e->pass;
	const char *why = encoder_pass_refusal(pass);
	struct tokens prefix;

	if (why)
		return err_set(err, ERR_ENGINE, "'%s' is an encoder: it %s", e->path, why);
	if (wave_context_max(e) < 1)
		return err_set(err, ERR_INPUT,
			       "the file states no context length (%s.context_length); download a "
			       "newer conversion",
			       e->facts.arch);
	if (head_check(e, err) < 0 ||
	    tokens_of_whole_text(e, &e->pass_arena, pass->system, &prefix, err) < 0)
		return -1;
	pass->system = arena_strdup(&e->pass_arena, pass->system);
	head_keep(e);
	e->prompt = (struct prompt){ .prefix = prefix, .n_labels = pass->n_labels };
	pass->labels = arena_strdups(&e->pass_arena, pass->labels, pass->n_labels);
	*ret_ready = (struct msg_pass_ready){
		.rendered = arena_printf(&e->pass_arena, "%s{ticket}", pass->system),
		.template_sha256 = "",
		.template_marks = "none",
		.opening = "none",
		.thinking = "off",
		.probes = "",
		.prefix_tok = (int64_t)prefix.n,
	};
	return 0;
}

/* --- the wave --- */

/*
 * Shortens a text to `most` tokens. The special token at its end stays, as in the libraries that
 * the models were trained with.
 */
static void encoder_cut(const struct engine *e, struct tokens *text, size_t most)
{
	llama_token last;

	if (text->n <= most)
		return;
	last = text->items[text->n - 1];
	if (most > 0 && llama_vocab_is_control(e->vocab, last))
		text->items[most - 1] = last;
	text->n = most;
}

static int encoder_wave_tokenize(struct engine *e, const struct msg_wave *wave, struct err *err)
{
	struct wave *w = &e->wave;
	size_t most = (size_t)wave_context_max(e);

	arena_release(&w->arena);
	*w = (struct wave){ .n = wave->n_texts };
	w->tickets = arena_array(&w->arena, w->n, sizeof(*w->tickets));
	w->uncut = arena_array(&w->arena, w->n, sizeof(*w->uncut));
	for (size_t i = 0; i < w->n; i++) {
		const char *text = arena_printf(&w->arena, "%s%s", e->pass.system, wave->texts[i]);

		if (tokens_of_whole_text(e, &w->arena, text, &w->tickets[i], err) < 0)
			return -1;
		w->uncut[i] = w->tickets[i].n;
		encoder_cut(e, &w->tickets[i], most);
	}
	return 0;
}

bool encoder_is_causal(const struct llama_model *model, const struct model_facts *facts)
{
	char key[128], causal[8];

	snprintf(key, sizeof(key), "%s.attention.causal", facts->arch);
	return strcmp(facts->pooling, "last") == 0 &&
	       (llama_model_meta_val_str(model, key, causal, sizeof(causal)) < 0 ||
		strcmp(causal, "false") != 0);
}

/*
 * Then only the last token needs its state (llama_head.c says why that is faster), and the others
 * go through the model in physical batches of any size. A model without a cache reads a text whole.
 */
static bool encoder_only_last(const struct engine *e)
{
	return llama_get_memory(e->ctx) && encoder_is_causal(e->model, &e->facts);
}

struct llama_context_params encoder_context_params(const struct msg_pass *pass, size_t n_tok,
						   bool whole)
{
	size_t n_ctx = (n_tok + MODEL_ENCODER_TOK - 1) / MODEL_ENCODER_TOK * MODEL_ENCODER_TOK;
	struct llama_context_params params = context_params(pass, n_ctx, MODEL_ENCODER_TEXTS);

	params.embeddings = true;
	params.n_batch = (uint32_t)n_ctx;
	if (whole)
		params.n_ubatch = params.n_outputs_max = (uint32_t)n_ctx;
	return params;
}

static int encoder_new_context(struct engine *e, size_t n_tok, bool whole, struct err *err)
{
	int r = context_open(e, encoder_context_params(&e->pass, n_tok, whole), err);

	return e->ctx ? r :
			llama_error_set(err, "cannot make a context for texts of %zu tokens",
					e->n_ctx);
}

static int encoder_make_context(struct engine *e, size_t n_tok, struct err *err)
{
	bool causal = encoder_is_causal(e->model, &e->facts);

	if (encoder_new_context(e, n_tok, !causal, err) < 0)
		return -1;
	return causal && !llama_get_memory(e->ctx) ? encoder_new_context(e, n_tok, true, err) : 0;
}

static bool encoder_has_images(const struct msg_wave *wave)
{
	for (size_t i = 0; i < wave->n_images; i++)
		if (wave->images[i].len > 0)
			return true;
	return false;
}

/* Most tokens of a batch, if no single text is longer. */
static size_t encoder_batch_tok(const struct engine *e)
{
	int64_t most = encoder_is_causal(e->model, &e->facts) ?
			       MODEL_ENCODER_TOK :
			       model_encoder_tok(llama_vocab_n_tokens(e->vocab));

	return (size_t)(e->pass.n_ubatch < most ? e->pass.n_ubatch : most);
}

static int encoder_wave(struct engine *e, const struct msg_wave *wave,
			struct msg_wave_ready *ret_ready, enum outcome *ret_outcome,
			struct err *err)
{
	size_t longest = encoder_batch_tok(e);

	*ret_outcome = OUTCOME_ENGINE_ERROR;
	if (encoder_has_images(wave))
		return err_set(err, ERR_ENGINE, "'%s' is an encoder: it reads no images", e->path);
	if (encoder_wave_tokenize(e, wave, err) < 0)
		return -1;
	for (size_t i = 0; i < e->wave.n; i++)
		if (e->wave.tickets[i].n > longest)
			longest = e->wave.tickets[i].n;
	if ((!e->ctx || longest > e->n_ctx) && encoder_make_context(e, longest, err) < 0) {
		*ret_outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
		return -1;
	}
	*ret_ready = (struct msg_wave_ready){ .n_accepted = (int64_t)e->wave.n,
					      .n_ctx = (int64_t)e->n_ctx,
					      .n_seq = (int64_t)e->n_seq };
	return 0;
}

/* --- vectors --- */

static int encoder_run_batch(struct engine *e, struct err *err)
{
	return e->batch.n_tokens == 0 ? 0 : decode_or_encode_batch(e, err);
}

/* Adds the tokens of every text of the group: all of them, all but the last, or only the last. */
static void encoder_batch_fill(struct engine *e, const struct encoder_group *g, bool but_last,
			       bool last)
{
	e->batch.n_tokens = 0;
	for (size_t i = 0; i < g->n; i++) {
		const struct tokens *text = &e->wave.tickets[g->first + i];
		size_t from = last && text->n > 0 ? text->n - 1 : 0;
		size_t to = but_last && text->n > 0 ? text->n - 1 : text->n;

		for (size_t k = from; k < to; k++)
			batch_add(e, text->items[k], (llama_pos)k, (llama_seq_id)i, !but_last);
	}
}

static int encoder_compute(struct engine *e, const struct encoder_group *g, struct err *err)
{
	int r;

	if (llama_get_memory(e->ctx))
		llama_memory_clear(llama_get_memory(e->ctx), true);
	if (!encoder_only_last(e)) {
		encoder_batch_fill(e, g, false, false);
		return encoder_run_batch(e, err);
	}
	llama_set_embeddings(e->ctx, false);
	encoder_batch_fill(e, g, true, false);
	r = encoder_run_batch(e, err);
	llama_set_embeddings(e->ctx, true);
	if (r < 0)
		return -1;
	encoder_batch_fill(e, g, false, true);
	return encoder_run_batch(e, err);
}

/* Copies the vector of sequence `seq`, scaled to length 1. */
static int encoder_read(struct engine *e, llama_seq_id seq, struct arena *a, struct answer *answer,
			struct err *err)
{
	const float *vector = llama_get_embeddings_seq(e->ctx, seq);
	size_t n = (size_t)llama_model_n_embd_out(e->model);
	double sum = 0;

	if (!vector)
		return err_set(err, ERR_ENGINE, "the engine gives no vector for this text");
	for (size_t i = 0; i < n; i++)
		sum += (double)vector[i] * (double)vector[i];
	if (!isfinite(sum) || sum <= 0)
		return err_set(err, ERR_ENGINE,
			       "the model's vector of this text %s: its file may be damaged, so "
			       "download it again",
			       sum <= 0 ? "is all zeros" : "holds numbers that are not finite");
	answer->n_hidden = n;
	answer->hidden = arena_array(a, n, sizeof(*answer->hidden));
	for (size_t i = 0; i < n; i++)
		answer->hidden[i] = (double)vector[i] / sqrt(sum);
	return 0;
}

/* --- answers --- */

static struct answer encoder_answer_begin(const struct engine *e, struct arena *a, size_t ticket)
{
	size_t n = e->wave.tickets[ticket].n, prefix = e->prompt.prefix.n;
	struct answer answer = { .ticket = ticket,
				 .label = -1,
				 .rule = "none",
				 .spans = "",
				 .detail = "",
				 .prompt_tok = (int64_t)n,
				 .ticket_tok = n > prefix ? (int64_t)(n - prefix) : 0,
				 .cached_tok = -1 };

	if (e->wave.uncut[ticket] > n)
		answer.detail = arena_printf(a, "only the first %zu of %zu tokens were read", n,
					     e->wave.uncut[ticket]);
	return answer;
}

/* A vector that cannot be used fails this ticket, not the group. */
static void encoder_answer(struct engine *e, struct arena *a, const struct encoder_group *g,
			   size_t i, struct answer *ret)
{
	struct err why;

	*ret = encoder_answer_begin(e, a, g->first + i);
	ret->peak_rss_bytes = machine_peak_rss_bytes();
	if (ret->prompt_tok == 0) {
		ret->outcome = OUTCOME_ENGINE_ERROR;
		ret->detail = "the text is empty, and this model adds no token of its own";
		return;
	}
	if (encoder_read(e, (llama_seq_id)i, a, ret, &why) < 0) {
		ret->outcome = OUTCOME_ENGINE_ERROR;
		ret->detail = arena_strdup(a, why.msg);
		return;
	}
	if (e->pass.n_head > 0 && e->pass.asks == ASKS_EACH)
		head_choose_each(e, a, ret);
	else if (e->pass.n_head > 0)
		head_choose(e, a, g->start_us, ret);
	ret->ttft_us = ret->first_us = ret->label_us = clock_mono_us() - g->start_us;
}

static int encoder_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
		       struct answer *ret_answer, struct err *err)
{
	const struct encoder_group g = { .first = (size_t)ask->ticket,
					 .n = 1,
					 .start_us = clock_mono_us() };

	if (encoder_compute(e, &g, err) < 0) {
		*ret_answer = encoder_answer_begin(e, a, g.first);
		ret_answer->outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
		return -1;
	}
	encoder_answer(e, a, &g, 0, ret_answer);
	return 0;
}

/* The texts from `first` on that share a batch: at least one. */
static size_t encoder_group_size(const struct engine *e, size_t first, size_t n)
{
	size_t size = 0, tok = 0, most = encoder_batch_tok(e);

	while (first + size < n && size < MODEL_ENCODER_TEXTS) {
		tok += e->wave.tickets[first + size].n;
		if (size > 0 && tok > most)
			break;
		size++;
	}
	return size;
}

static int encoder_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
			  struct err *err)
{
	struct answer answer;

	for (struct encoder_group g = { 0 }; g.first < n; g.first += g.n) {
		g.n = encoder_group_size(e, g.first, n);
		g.start_us = clock_mono_us();
		if (encoder_compute(e, &g, err) < 0)
			return -1;
		for (size_t i = 0; i < g.n; i++) {
			encoder_answer(e, a, &g, i, &answer);
			if (done(ctx, &answer, err) < 0)
				return -1;
		}
		arena_release(a);
	}
	return 0;
}

const struct asking asking_encoder = { encoder_pass, encoder_wave, NULL, encoder_ask,
				       encoder_labels };

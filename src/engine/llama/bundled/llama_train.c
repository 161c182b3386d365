/*
 * Trains a model's weights with the engine's own interface (llama_opt_*), one epoch at a time.
 * Decides how tickets fill a step: the job's prompt once, then as many tickets with their labels
 * as fit, as turns of one conversation. Every token counts in the loss, because the interface
 * offers no mask. So the prompt is learnt too; packing keeps its share small, and a text that
 * every step repeats is soon learnt. Must not know when to stop.
 *
 * AdamW: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019 (no decay here).
 */
#include "engine/llama/llama_engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ggml-opt.h>

#include "base/clock.h"
#include "work/machine.h"

enum { RATE_WARM_STEPS = 5 };

struct trainer {
	struct llama_context *ctx;
	ggml_opt_dataset_t data; /* one step's tokens and their targets */
	size_t n_ctx;
	int64_t first_layer; /* earlier layers do not change */
	double rate; /* learning rate of the current step */
	int64_t n_steps; /* so far, over all epochs */
};

/* One step: its tokens, and for each token the one that should follow. */
struct row {
	llama_token *tokens, *targets;
	size_t n, cap;
};

static struct ggml_opt_optimizer_params train_rate_now(void *ctx)
{
	struct ggml_opt_optimizer_params params = ggml_opt_get_default_optimizer_params(NULL);
	const struct trainer *t = ctx;

	params.adamw.alpha = (float)t->rate;
	params.adamw.beta2 = 0.99f; /* only a few hundred steps: average the squares over fewer */
	params.adamw.wd = 0;
	return params;
}

/* Weights outside the layers (norms, the output) always change. */
static bool train_changes(const struct ggml_tensor *tensor, void *ctx)
{
	const struct trainer *t = ctx;
	int layer;

	if (sscanf(tensor->name, "blk.%d.", &layer) == 1)
		return layer >= t->first_layer;
	return true;
}

void trainer_load(struct llama_model_params *params)
{
	params->load_mode = LLAMA_LOAD_MODE_NONE; /* a mapped file cannot be changed */
}

void trainer_free(struct trainer *t)
{
	if (!t)
		return;
	if (t->data)
		ggml_opt_dataset_free(t->data);
	if (t->ctx)
		llama_free(t->ctx);
	free(t);
}

/* Gradients need a step in one batch, in full precision, without fused operations. */
static struct llama_context *train_make_context(const struct engine *e, size_t n_ctx)
{
	struct llama_context_params params = llama_context_default_params();

	params.n_ctx = params.n_batch = params.n_ubatch = (uint32_t)n_ctx;
	params.n_seq_max = 1;
	params.type_k = params.type_v = GGML_TYPE_F32;
	params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
	params.no_perf = true;
	params.n_threads = params.n_threads_batch = (int32_t)e->n_threads;
	return llama_init_from_model(e->model, params);
}

/* Tokens of a step: twice the prompt, or enough for the longest ticket that fits. */
static size_t train_step_tokens(const struct engine *e, const struct msg_train *train,
				const struct tokens *turns, size_t n)
{
	size_t want = 2 * e->prompt.prefix.n, most = (size_t)train->n_ctx_max;

	for (size_t i = 0; i < n; i++)
		if (e->prompt.prefix.n + turns[i].n > want &&
		    e->prompt.prefix.n + turns[i].n <= most)
			want = e->prompt.prefix.n + turns[i].n;
	if (want < TRAIN_STEP_LEAST_TOK)
		want = TRAIN_STEP_LEAST_TOK;
	want = (want + TRAIN_STEP_GRAIN_TOK - 1) / TRAIN_STEP_GRAIN_TOK * TRAIN_STEP_GRAIN_TOK;
	return want < most ? want : most / TRAIN_STEP_GRAIN_TOK * TRAIN_STEP_GRAIN_TOK;
}

static int train_make_trainer(struct engine *e, const struct msg_train *train,
			      const struct tokens *turns, size_t n, struct err *err)
{
	struct trainer *t = calloc(1, sizeof(*t));
	struct llama_opt_params params = {
		.param_filter = train_changes,
		.get_opt_pars = train_rate_now,
		.optimizer_type = GGML_OPT_OPTIMIZER_TYPE_ADAMW,
	};

	if (!t)
		return err_set(err, ERR_ENGINE, "out of memory");
	e->trainer = t;
	t->n_ctx = train_step_tokens(e, train, turns, n);
	if (t->n_ctx <= e->prompt.prefix.n)
		return err_set(err, ERR_ENGINE,
			       "the prompt has %zu tokens, but a step only %zu: shorten the job's "
			       "prompt",
			       e->prompt.prefix.n, t->n_ctx);
	if (train->n_layers > 0)
		t->first_layer = e->facts.n_layer - train->n_layers;
	t->ctx = train_make_context(e, t->n_ctx);
	if (!t->ctx)
		return llama_error_set(err, "cannot make a context for training");
	t->n_ctx = llama_n_ctx(t->ctx);
	t->data = ggml_opt_dataset_init(GGML_TYPE_I32, GGML_TYPE_I32, (int64_t)t->n_ctx,
					(int64_t)t->n_ctx, 1, 1);
	params.param_filter_ud = params.get_opt_pars_ud = t;
	llama_error_training(true);
	llama_opt_init(t->ctx, e->model, params);
	llama_error_training(false);
	return 0;
}

int trainer_prompt(struct engine *e, struct err *err)
{
	struct arena *a = &e->pass_arena;
	const char *between;

	if (prompt_between(e, a, &between, err) < 0 ||
	    tokenize(e, a, between, true, &e->prompt.between, err) < 0)
		return -1;
	e->prompt.names = arena_strdups(a, e->pass.labels, e->pass.n_labels);
	return 0;
}

static int train_label_index(const struct engine *e, const char *name, size_t *ret)
{
	for (*ret = 0; *ret < e->prompt.n_labels; (*ret)++)
		if (strcmp(e->prompt.names[*ret], name) == 0)
			return 0;
	return -1;
}

/* Each ticket as a turn of the conversation, with its answer up to the end of the label. */
static int train_make_turns(struct engine *e, struct arena *a, const struct msg_train *train,
			    struct tokens **ret, struct err *err)
{
	struct tokens *turns = arena_array(a, train->n_texts, sizeof(*turns));
	const struct prompt *p = &e->prompt;

	if (train->n_labels != train->n_texts)
		return err_set(err, ERR_ENGINE, "every training ticket needs a label");
	for (size_t i = 0; i < train->n_texts; i++) {
		const struct label_tokens *label;
		struct tokens parts[3] = { { 0 }, p->after };
		size_t k;

		if (train_label_index(e, train->labels[i], &k) < 0)
			return err_set(err, ERR_ENGINE, "'%s' is not a label of the pass",
				       train->labels[i]);
		label = &p->labels[k];
		if (ticket_tokenize(e, a, train->texts[i], &parts[0], err) < 0)
			return -1;
		parts[2] = (struct tokens){ label->all.items + p->n_common,
					    label->n_path_end - p->n_common };
		turns[i] = tokens_join(a, parts, 3);
	}
	*ret = turns;
	return 0;
}

/* The new token is also the target of the one before. Returns false if the row is full. */
static bool train_row_put(struct row *r, llama_token token)
{
	if (r->n > 0)
		r->targets[r->n - 1] = token;
	if (r->n == r->cap)
		return false;
	r->tokens[r->n++] = token;
	return true;
}

static bool train_row_put_all(struct row *r, const struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->n; i++)
		if (!train_row_put(r, tokens->items[i]))
			return false;
	return true;
}

/* Whether the ticket fits behind the prompt. */
static bool train_fits(const struct engine *e, const struct tokens *l)
{
	return e->prompt.prefix.n + l->n <= e->trainer->n_ctx;
}

/*
 * Fills one step from ticket *at on, and moves *at to the first ticket that does not fit whole.
 * That ticket's beginning fills the rest; at the end, the first tickets do so again.
 */
static void train_row_fill(const struct engine *e, const struct tokens *turns, size_t n, size_t *at,
			   struct row *r)
{
	bool more = train_row_put_all(r, &e->prompt.prefix);

	for (size_t i = *at; more; i = (i + 1) % n) {
		const struct tokens *l = &turns[i];

		if (train_fits(e, l)) {
			if (!train_row_put_all(r, l))
				return;
			more = train_row_put_all(r, &e->prompt.between);
		}
		if (*at < n)
			(*at)++;
	}
}

static size_t train_count_rows(const struct engine *e, struct arena *a, const struct tokens *turns,
			       size_t n, size_t *ret_left_out)
{
	const struct trainer *t = e->trainer;
	struct row r = { .tokens = arena_array(a, t->n_ctx, sizeof(llama_token)),
			 .targets = arena_array(a, t->n_ctx, sizeof(llama_token)),
			 .cap = t->n_ctx };
	size_t n_rows = 0;

	*ret_left_out = 0;
	for (size_t i = 0; i < n; i++)
		*ret_left_out += !train_fits(e, &turns[i]);
	for (size_t at = 0; *ret_left_out < n && at < n; n_rows++) {
		r.n = 0;
		train_row_fill(e, turns, n, &at, &r);
	}
	return n_rows;
}

/* Changes linearly over the epoch; the first few steps of the run warm up. */
static double train_rate_of(const struct trainer *t, const struct msg_train *train, size_t i,
			    size_t n)
{
	double part = n > 1 ? (double)i / (double)(n - 1) : 0;
	double rate = train->rate_first + (train->rate_last - train->rate_first) * part;

	if (t->n_steps < RATE_WARM_STEPS)
		rate *= (double)(t->n_steps + 1) / (RATE_WARM_STEPS + 1);
	return rate;
}

static int train_take_step(struct engine *e, double *ret_loss, struct err *err)
{
	struct trainer *t = e->trainer;
	ggml_opt_result_t result = ggml_opt_result_init();
	int64_t n = 0;

	llama_error_clear();
	llama_error_training(true);
	llama_opt_epoch(t->ctx, t->data, result, NULL, 1, NULL, NULL);
	llama_error_training(false);
	ggml_opt_result_ndata(result, &n);
	if (n > 0)
		ggml_opt_result_loss(result, ret_loss, NULL);
	ggml_opt_result_free(result);
	t->n_steps++;
	if (n == 0)
		return llama_error_set(err, "the engine took no step of training");
	if (!(*ret_loss >= 0 && *ret_loss < 1e6))
		return err_set(err, ERR_ENGINE,
			       "training diverged: the loss is no longer a number; use a smaller "
			       "--rate");
	return 0;
}

static int train_check_trainable(const struct engine *e, const struct msg_train *train,
				 struct err *err)
{
	if (!e->trainable)
		return err_set(err, ERR_ENGINE, "the model was not opened for training");
	if (e->pass.mode != PASS_FORCED || e->pass.reason_first || e->prompt.n_think > 0)
		return err_set(err, ERR_ENGINE, "training needs the label right behind the ticket");
	if (train->n_texts == 0)
		return err_set(err, ERR_ENGINE, "there are no training tickets");
	return 0;
}

static int train_open_trainer(struct engine *e, struct arena *a, const struct msg_train *train,
			      struct tokens **ret_turns, struct err *err)
{
	if (train_check_trainable(e, train, err) < 0 ||
	    train_make_turns(e, a, train, ret_turns, err) < 0)
		return -1;
	return e->trainer ? 0 : train_make_trainer(e, train, *ret_turns, train->n_texts, err);
}

/* Drops what was computed with the old weights. */
static void train_forget_prompt(struct engine *e)
{
	if (e->ctx)
		llama_memory_clear(llama_get_memory(e->ctx), true);
	e->n_parts_done = 0;
}

int engine_train(struct engine *e, struct arena *a, const struct msg_train *train, step_done *step,
		 void *ctx, struct msg_trained *ret_trained, struct err *err)
{
	int64_t start_us = clock_mono_us();
	struct tokens *turns = NULL;
	size_t n_rows, n_left_out, at = 0;
	struct trainer *t;
	double sum = 0;

	if (train_open_trainer(e, a, train, &turns, err) < 0)
		return -1;
	t = e->trainer;
	n_rows = train_count_rows(e, a, turns, train->n_texts, &n_left_out);
	if (n_rows == 0)
		return err_set(err, ERR_ENGINE, "no ticket fits into a step of %zu tokens",
			       t->n_ctx);
	for (size_t i = 0; i < n_rows; i++) {
		struct row r = { .tokens = ggml_opt_dataset_data(t->data)->data,
				 .targets = ggml_opt_dataset_labels(t->data)->data,
				 .cap = t->n_ctx };
		struct msg_step done = { (int64_t)i + 1, (int64_t)n_rows, 0 };

		train_row_fill(e, turns, train->n_texts, &at, &r);
		t->rate = train_rate_of(t, train, i, n_rows);
		if (train_take_step(e, &done.loss, err) < 0)
			return -1;
		if (!isfinite(done.loss))
			return err_set(err, ERR_ENGINE,
				       "the loss is not a number any more: the learning rate is "
				       "too high for this model, or its file is damaged");
		if (step(ctx, &done, err) < 0)
			return -1;
		sum += done.loss;
	}
	train_forget_prompt(e);
	*ret_trained = (struct msg_trained){
		.n_steps = (int64_t)n_rows,
		.n_ctx = (int64_t)t->n_ctx,
		.n_left_out = (int64_t)n_left_out,
		.loss = sum / (double)n_rows,
		.train_us = clock_mono_us() - start_us,
		.peak_rss_bytes = machine_peak_rss_bytes(),
	};
	return 0;
}

/*
 * The hidden state at the answer's place, and heads that choose the label from it. The state is
 * that of the last layer after the final norm, as the public interface gives it. With embeddings
 * on, every token is an output, which makes a long prompt up to three times as slow. So all tokens
 * but the last are decoded as usual, and only the last one with embeddings on.
 */
#include "engine/llama/llama_engine.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "engine/head_label.h"
#include "job/task/choice.h"
#include "job/task/task_several.h"

bool head_wants_state(const struct engine *e)
{
	return e->pass.hidden || e->pass.n_head > 0;
}

static size_t head_state_size(const struct engine *e)
{
	return (size_t)llama_model_n_embd_out(e->model);
}

int head_check(const struct engine *e, struct err *err)
{
	const struct msg_pass *pass = &e->pass;
	size_t wanted = pass->n_labels * (head_state_size(e) + 1);

	if (!pass->hidden && pass->n_head == 0)
		return 0;
	if ((pass->mode != PASS_FORCED && pass->asks != ASKS_EACH) || pass->reason_first ||
	    pass->think_tok > 0)
		return err_set(err, ERR_ENGINE,
			       "a head needs the label right behind the prompt: the model must not "
			       "reason, think or write freely before it");
	if (pass->n_head > 0 && pass->n_head != wanted)
		return err_set(err, ERR_ENGINE,
			       "the head has %zu numbers, but %zu labels and states of %zu numbers "
			       "need %zu: it was made for another model",
			       pass->n_head, pass->n_labels, head_state_size(e), wanted);
	return 0;
}

void head_keep(struct engine *e)
{
	double *own = arena_array(&e->pass_arena, e->pass.n_head, sizeof(*own));

	if (e->pass.n_head > 0)
		memcpy(own, e->pass.head, e->pass.n_head * sizeof(*own));
	e->pass.head = own;
}

int head_read(struct engine *e, int at, struct arena *a, struct answer *answer, struct err *err)
{
	const float *state = llama_get_embeddings_ith(e->ctx, at);

	if (!state)
		return err_set(err, ERR_ENGINE, "the engine gives no hidden state for this model");
	answer->n_hidden = head_state_size(e);
	answer->hidden = arena_array(a, answer->n_hidden, sizeof(*answer->hidden));
	for (size_t i = 0; i < answer->n_hidden; i++) {
		answer->hidden[i] = (double)state[i];
		if (!isfinite(state[i])) {
			answer->n_hidden = 0;
			llama_error_scores(answer);
		}
	}
	return 0;
}

int head_decode(struct engine *e, struct arena *a, const llama_token *tokens, size_t n,
		llama_pos pos, llama_seq_id seq, struct answer *answer, struct err *err)
{
	int r;

	if (!head_wants_state(e))
		return decode_run(e, tokens, n, pos, seq, true, err);
	if (decode_run(e, tokens, n - 1, pos, seq, false, err) < 0)
		return -1;
	llama_set_embeddings(e->ctx, true);
	r = decode_run(e, tokens + n - 1, 1, pos + (llama_pos)n - 1, seq, true, err);
	if (r == 0)
		r = head_read(e, -1, a, answer, err);
	llama_set_embeddings(e->ctx, false);
	return r;
}

static void head_drop_state(const struct engine *e, struct answer *answer)
{
	if (e->pass.hidden)
		return;
	answer->hidden = NULL;
	answer->n_hidden = 0;
}

void head_choose(const struct engine *e, struct arena *a, int64_t start_us, struct answer *answer)
{
	if (answer->outcome != OUTCOME_OK)
		return;
	answer->n_probs = e->prompt.n_labels;
	answer->probs = arena_array(a, answer->n_probs, sizeof(double));
	answer->rule = "head";
	answer->label = choice_of(e->pass.yes_at,
				  head_label(e->pass.head, e->prompt.n_labels, answer->n_hidden,
					     answer->hidden, answer->probs),
				  answer->probs);
	if (answer->label < 0)
		llama_error_scores(answer);
	answer->ttft_us = answer->label_us = clock_mono_us() - start_us;
	head_drop_state(e, answer);
}

void head_choose_each(const struct engine *e, struct arena *a, struct answer *answer)
{
	size_t n = e->pass.n_labels;
	bool *fits = arena_array(a, n, sizeof(*fits));

	if (answer->outcome != OUTCOME_OK)
		return;
	if (!head_fits(e->pass.head, n, answer->n_hidden, answer->hidden, fits))
		llama_error_scores(answer);
	else
		answer->raw = several_answer(a, e->pass.labels, fits, n);
	answer->raw_len = answer->raw ? strlen(answer->raw) : 0;
	answer->rule = "head";
	head_drop_state(e, answer);
}

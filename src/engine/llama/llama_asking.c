/*
 * From the engine's interface to the kind of model that is open. Decides which steps answer for
 * it; knows nothing of how they do.
 */
#include "engine/llama/llama_engine.h"

static const struct asking asking_writer = { writer_pass, writer_wave, writer_prefix, writer_ask,
					     writer_labels };

/* How each kind is asked; the others cannot be opened. */
static const struct asking *const askings[MODEL_KIND_COUNT] = {
	[MODEL_KIND_MODEL] = &asking_writer,
	[MODEL_KIND_ENCODER] = &asking_encoder,
	[MODEL_KIND_DECISION] = &asking_decision,
};

const struct asking *asking_of(enum model_kind kind)
{
	return askings[kind] ? askings[kind] : &asking_writer;
}

int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err)
{
	(void)a;
	context_close(e);
	arena_release(&e->pass_arena);
	e->pass = *pass;
	return e->asking->pass(e, ret_ready, err);
}

int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err)
{
	return e->asking->wave(e, wave, ret_ready, ret_outcome, err);
}

int engine_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, enum outcome *ret_outcome, struct err *err)
{
	int r = -1;

	if (e->asking->prefix)
		r = e->asking->prefix(e, prefix, ret_ready, err);
	else
		err_set(err, ERR_ENGINE, "this kind of model has no parts of a prefix");
	*ret_outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
	return r;
}

int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err)
{
	return e->asking->ask(e, a, ask, ret_answer, err);
}

int engine_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err)
{
	return e->asking->labels(e, a, n, done, ctx, err);
}

int asking_one_by_one(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		      struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct msg_ask ask = { .ticket = (int64_t)i, .known_label = -1 };
		struct answer answer;
		int r = e->asking->ask(e, a, &ask, &answer, err);

		if (r == 0)
			r = done(ctx, &answer, err);
		arena_release(a);
		if (r < 0)
			return -1;
	}
	return 0;
}

int writer_pass(struct engine *e, struct msg_pass_ready *ret_ready, struct err *err)
{
	if (head_check(e, err) < 0)
		return -1;
	head_keep(e);
	if (prompt_build(e, &e->pass_arena, ret_ready, err) < 0)
		return -1;
	return e->trainable ? trainer_prompt(e, err) : 0;
}

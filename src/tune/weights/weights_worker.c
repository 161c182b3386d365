/*
 * Workers for the tuning of weights: one that converts a file, one that learns and is tested.
 */
#include <math.h>

#include "base/array.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "tune/weights/tune_memory.h"
#include "tune/weights/weights_tuning.h"

/* Ctrl-C once ends the training and keeps the best epoch so far; twice ends everything. */
static bool weights_abandon(void *ctx)
{
	const struct weights_tuning *w = ctx;

	return interrupt_count() > (w->learning ? 0 : 1);
}

int weights_fill_settings(struct weights_tuning *w)
{
	struct session *s = &w->t->session;
	struct err *err = &w->t->cmd->err;
	struct pass_settings like;
	struct pass_row row;

	pass_row_fill(s, w->t->candidate, &row);
	row.n_gpu_layers = 0;
	if (track_settings(s, w->t->candidate, &row, &like, err) < 0)
		return -1;
	w->pass = like.pass;
	w->pass.label_only = true;
	w->settings = (struct train_settings){
		.proc = like.proc,
		.open = like.open,
		.load_timeout_us = 10 * like.load_timeout_us,
		.step_timeout_us = 10 * s->timeout_us,
		.abandon = weights_abandon,
		.ctx = w,
	};
	w->settings.open.scratch = w->scratch.dir;
	if (!like.proc.memory_bytes)
		w->settings.open.memory_bytes = tune_memory_ceiling(w->t);
	return 0;
}

/* The worker reads only the header before it converts. */
int weights_convert(struct weights_tuning *w, const char **from, size_t n_from, const char *to,
		    int64_t ftype, bool signed_by_us)
{
	const char *keys[] = { "general.finetune", "toehold.tuned.base_sha256",
			       "toehold.tuned.training_sha256", "toehold.tuned.program" };
	const char *values[] = { w->t->session.prepared.job.name, w->report.base_sha256,
				 w->record.sha256, cmd_program() };
	struct msg_convert request = { .to = to, .ftype = ftype };
	struct train_settings settings = w->settings;
	struct msg_written written = { 0 };

	if (signed_by_us) {
		request.keys = keys;
		request.values = values;
		request.n_keys = request.n_values = COUNT_OF(keys);
	}
	settings.open.paths = from;
	settings.open.n_paths = n_from;
	settings.open.inspect = true;
	if (train_convert(&settings, &request, &written, &w->t->cmd->err) < 0)
		return -1;
	if (!signed_by_us)
		w->ftype = written.from_ftype;
	return 0;
}

int weights_open_worker(struct weights_tuning *w, const char *path, bool trainable)
{
	struct train_settings settings = w->settings;
	const char **paths = arena_array(&w->t->cmd->arena, 1, sizeof(*paths));

	paths[0] = path;
	settings.open.paths = paths;
	settings.open.n_paths = 1;
	settings.open.trainable = trainable;
	return train_open(&settings, &w->pass, &w->train, &w->t->cmd->err);
}

int weights_score_held_out(struct weights_tuning *w, struct weights_score *ret)
{
	static const double LEAST = 1e-12;
	struct arena a = { 0 };
	struct answer *answers = arena_array(&a, w->n_held, sizeof(*answers));
	int r = train_test(&w->train, &a, w->texts, w->n_held, answers, &w->t->cmd->err);

	*ret = (struct weights_score){ 0 };
	for (size_t i = 0; r == 0 && i < w->n_held; i++) {
		size_t gold = (size_t)w->gold[i];
		double p = gold < answers[i].n_probs ? answers[i].probs[gold] : 0;

		ret->right += answers[i].outcome == OUTCOME_OK && answers[i].label == w->gold[i];
		ret->log_loss -= log(p > LEAST ? p : LEAST) / (double)w->n_held;
	}
	arena_release(&a);
	return r;
}

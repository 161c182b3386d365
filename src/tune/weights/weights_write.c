/*
 * From the best epoch to a model file and its record. Decides the type of the file: the type of
 * the original, or a larger one if that would lose what was learnt.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "tune/weights/weights_tuning.h"

/* A written type may have so much more held-out log loss than the best epoch. */
static const double LOSS_OF_TYPE = 0.05;

/* Writes the model in one type, and measures the written file. */
static int weights_try_type(struct weights_tuning *w, const char *name, int64_t ftype)
{
	struct weights_report *r = &w->report;
	struct weights_written *written = &r->written[r->n_written];

	if (weights_convert(w, &w->scratch.best, 1, w->scratch.final, ftype, true) < 0 ||
	    weights_open_worker(w, w->scratch.final, false) < 0 ||
	    weights_score_held_out(w, &written->held_out) < 0)
		return -1;
	train_close(&w->train);
	written->quant = name;
	r->n_written++;
	return 0;
}

static bool weights_is_faithful(const struct weights_report *r)
{
	return r->written[r->n_written - 1].held_out.log_loss <=
	       r->epochs[r->best].held_out.log_loss + LOSS_OF_TYPE;
}

/*
 * RULE: right-size the model. First tries the type of the original. If that rounds away what was
 * learnt, or cannot be made without calibration data, tries the next larger types.
 */
static int weights_quantize(struct weights_tuning *w)
{
	static const int larger[] = { QUANT_Q8_0, QUANT_F16 };
	const char *own = w->t->candidate->model->facts.quant;

	if (w->wanted >= 0)
		return weights_try_type(w, weights_quants[w->wanted].name,
					weights_quants[w->wanted].ftype);
	if (w->ftype >= 0) {
		int r = weights_try_type(w, own, w->ftype);

		if (r < 0 && w->t->cmd->err.kind != ERR_ENGINE)
			return -1;
		if (r == 0 && weights_is_faithful(&w->report))
			return 0;
		train_close(&w->train);
	}
	for (size_t i = 0; i < COUNT_OF(larger); i++) {
		if (w->ftype == weights_quants[larger[i]].ftype)
			continue;
		if (weights_try_type(w, weights_quants[larger[i]].name,
				     weights_quants[larger[i]].ftype) < 0)
			return -1;
		if (weights_is_faithful(&w->report))
			return 0;
	}
	return 0;
}

static int weights_write_record(struct weights_tuning *w)
{
	struct arena *a = &w->t->cmd->arena;
	const struct weights_report *r = &w->report;
	const struct tuned_model record = {
		.made_us = clock_wall_us(),
		.program = cmd_program(),
		.sha256 = r->sha256,
		.base_sha256 = r->base_sha256,
		.base_label = r->base_label,
		.labels = r->labels,
		.n_labels = r->n_labels,
		.training = w->record,
		.n_held_out = r->n_held_out,
		.held_out_right = r->written[r->n_written - 1].held_out.right,
		.rate = r->rate,
		.epochs = (int64_t)r->best,
		.layers = r->n_layers,
	};

	return tuned_model_write(a, r->record_path, &record, &w->t->cmd->err);
}

int weights_write(struct weights_tuning *w)
{
	struct tuning *t = w->t;
	struct weights_report *r = &w->report;
	struct arena *a = &t->cmd->arena;
	char *sha256 = arena_alloc(a, HASH_HEX_LEN + 1);
	struct file_stamp stamp;

	if (weights_quantize(w) < 0)
		return -1;
	if (hash_file(w->scratch.final, NULL, NULL, sha256, &t->cmd->err) < 0 ||
	    file_stamp_get(w->scratch.final, &stamp, &t->cmd->err) < 0)
		return -1;
	r->sha256 = sha256;
	r->n_bytes = stamp.size_bytes;
	r->record_path = tuned_model_path(a, t->out);
	/* The record first: without it the model would look untrained. */
	if (weights_write_record(w) < 0)
		return -1;
	/* Weights can reveal their training tickets, so they are as private as those. */
	if (chmod(w->scratch.final, 0600) < 0 || rename(w->scratch.final, t->out) < 0)
		return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot write '%s'", t->out);
	r->path = t->out;
	return 0;
}

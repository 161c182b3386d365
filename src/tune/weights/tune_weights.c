/*
 * The weights themselves: an F32 copy, epochs, the best one kept and quantized again. Decides what
 * is held out, when to stop, and whether anything is written at all.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "job/model/tuned.h"
#include "report/weights_text.h"
#include "tune/tune_state.h"
#include "tune/tuning.h"
#include "tune/weights/train.h"
#include "tune/weights/tune_memory.h"
#include "tune/weights/tune_scratch.h"

enum {
	PATIENCE = 2, /* epochs without a better one */
	FTYPE_F32 = 0, /* enum llama_ftype, which is part of the file format */
	FTYPE_F16 = 1,
	FTYPE_Q8_0 = 7,
};

/* Types that --quant names. */
static const struct {
	const char *name;
	int64_t ftype;
} quants[] = { { "F32", FTYPE_F32 }, { "F16", FTYPE_F16 }, { "Q8_0", FTYPE_Q8_0 } };

enum { QUANT_F16 = 1, QUANT_Q8_0, N_QUANTS };

/* A written type may have so much more held-out log loss than the best epoch. */
static const double LOSS_OF_TYPE = 0.05;

static const double RATE = 5e-5, RATE_MAX = 0.1;
/* The rate falls to this part of itself over all epochs. */
static const double RATE_LAST = 0.1;

struct weights_tuning {
	struct tuning *t;
	struct weights_report report;
	struct learnt record;
	struct head_data data; /* of all tickets */
	bool *held_out;
	const char **texts; /* that are held out */
	int *gold; /* their labels */
	size_t n_held, n_learn;
	bool learning; /* an epoch is under way */
	double rate;
	int wanted; /* index into quants, -1: the type that the model had */
	struct tune_scratch scratch;
	int64_t ftype; /* of the model as it was */
	struct train_settings settings;
	struct msg_pass pass;
	struct train train;
};

/* Ctrl-C once ends the learning, and the best epoch so far counts; twice ends everything. */
static bool weights_abandon(void *ctx)
{
	const struct weights_tuning *w = ctx;

	return interrupt_count() > (w->learning ? 0 : 1);
}

static int weights_read_rate(struct weights_tuning *w)
{
	const char *text = w->t->options->rate;
	char *end;

	w->rate = RATE;
	if (!text)
		return 0;
	w->rate = strtod(text, &end);
	if (end == text || *end || !(w->rate > 0 && w->rate <= RATE_MAX))
		return err_set(&w->t->cmd->err, ERR_USAGE,
			       "--rate %s: a learning rate is a number above 0 and at most %g",
			       text, RATE_MAX);
	return 0;
}

/* -1: as the model was. */
static int weights_read_quant(struct weights_tuning *w)
{
	const char *text = w->t->options->quant;

	w->wanted = -1;
	for (size_t i = 0; text && i < N_QUANTS; i++)
		if (strcmp(text, quants[i].name) == 0)
			w->wanted = (int)i;
	if (text && w->wanted < 0)
		return err_set(
			&w->t->cmd->err, ERR_USAGE,
			"--quant %s: the types are F32, F16 and Q8_0; by itself, the one that "
			"the model had, or a larger one",
			text);
	return 0;
}

static int weights_check_model(struct weights_tuning *w)
{
	const struct model *model = w->t->candidate->model;

	if (*model->adapter.sha256 || *model->projector.sha256)
		return err_set(
			&w->t->cmd->err, ERR_USAGE,
			"%s has an adapter or a projector: only a model by itself can learn in "
			"its weights",
			model->label);
	return tune_room_memory(w->t);
}

/* ---- what is learnt from, and what is held out */

static void weights_split(struct weights_tuning *w)
{
	struct tuning *t = w->t;
	struct arena *a = &t->cmd->arena;
	size_t *counts = arena_array(a, t->session.prepared.job.n_labels, sizeof(*counts));

	w->data = tuning_data(t);
	w->held_out = head_hold_out(a, &w->data);
	w->texts = arena_array(a, t->n, sizeof(*w->texts));
	w->gold = arena_array(a, t->n, sizeof(*w->gold));
	for (size_t i = 0; i < t->n; i++) {
		counts[t->tickets[i]->label]++;
		if (!w->held_out[i])
			continue;
		w->texts[w->n_held] = t->tickets[i]->text;
		w->gold[w->n_held++] = t->tickets[i]->label;
	}
	w->n_learn = t->n - w->n_held;
	w->record = tuning_record(t, counts);
}

static int weights_check_split(struct weights_tuning *w)
{
	if (w->t->n >= HEAD_LEAST_TICKETS && w->n_held > 0 && w->n_learn > 0)
		return 0;
	return err_set(&w->t->cmd->err, ERR_INPUT,
		       "%zu training tickets are too few to learn from and to hold some out; label "
		       "%d or more",
		       w->t->n, HEAD_LEAST_TICKETS);
}

/* ---- the worker */

/* As candidates are asked, but on the processor alone, with the scratch folder open. */
static int weights_fill_settings(struct weights_tuning *w)
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
	return 0;
}

/* Only the header is read of a file that is converted. */
static int weights_convert(struct weights_tuning *w, const char **from, size_t n_from,
			   const char *to, int64_t ftype, bool signed_by_us)
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

static int weights_open_worker(struct weights_tuning *w, const char *path, bool trainable)
{
	struct train_settings settings = w->settings;
	const char **paths = arena_array(&w->t->cmd->arena, 1, sizeof(*paths));

	paths[0] = path;
	settings.open.paths = paths;
	settings.open.n_paths = 1;
	settings.open.trainable = trainable;
	return train_open(&settings, &w->pass, &w->train, &w->t->cmd->err);
}

/* ---- learning */

static int tune_weights_score(struct weights_tuning *w, struct weights_score *ret)
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

static void weights_show_step(void *ctx, const struct msg_step *step)
{
	struct weights_tuning *w = ctx;
	struct progress *p = &w->t->session.progress;

	p->done = (size_t)step->n_done;
	p->total = (size_t)step->n_steps;
	progress_show(p);
}

/*
 * Tickets that are learnt from, in an order of this epoch's own. By lot: where labels take turns,
 * a conversation of several tickets gives the next one away.
 */
static void weights_fill_order(struct weights_tuning *w, struct arena *a, size_t epoch,
			       struct msg_train *train)
{
	const struct job *job = &w->t->session.prepared.job;
	size_t *order = head_shuffle(a, w->t->n, w->data.seed + epoch);

	train->texts = arena_array(a, w->n_learn, sizeof(*train->texts));
	train->labels = arena_array(a, w->n_learn, sizeof(*train->labels));
	for (size_t i = 0; i < w->t->n; i++) {
		const struct ticket *ticket = w->t->tickets[order[i]];

		if (w->held_out[order[i]])
			continue;
		train->texts[train->n_texts++] = ticket->text;
		train->labels[train->n_labels++] = job->labels[ticket->label].name;
	}
}

static double weights_rate_at(const struct weights_tuning *w, size_t epoch)
{
	double part = (double)epoch / (double)w->t->options->epochs;

	return w->rate * (1 - (1 - RATE_LAST) * part);
}

static int weights_learn_epoch(struct weights_tuning *w, size_t epoch)
{
	struct weights_epoch *e = &w->report.epochs[epoch];
	struct progress *p = &w->t->session.progress;
	struct msg_trained trained = { 0 };
	struct arena a = { 0 };
	struct msg_train train = { .n_ctx_max = TUNE_STEP_MAX_TOK,
				   .n_layers = w->t->options->layers,
				   .rate_first = weights_rate_at(w, epoch - 1),
				   .rate_last = weights_rate_at(w, epoch) };
	int r;

	weights_fill_order(w, &a, epoch, &train);
	progress_phase(p, "steps", arena_printf(&a, "epoch %zu", epoch), epoch, 0, 1, -1);
	r = train_epoch(&w->train, &train, weights_show_step, w, &trained, &w->t->cmd->err);
	progress_clear(p);
	arena_release(&a);
	if (r < 0)
		return -1;
	e->loss = trained.loss;
	e->train_us = trained.train_us;
	w->report.n_ctx = trained.n_ctx;
	w->report.n_steps = trained.n_steps;
	w->report.n_too_long = (size_t)trained.n_left_out;
	w->report.peak_rss_bytes = trained.peak_rss_bytes;
	return tune_weights_score(w, &e->held_out);
}

static bool weights_is_better(const struct weights_report *r, size_t epoch)
{
	return r->epochs[epoch].held_out.log_loss < r->epochs[r->best].held_out.log_loss;
}

/* Whether it was ended by hand, with something to keep. */
static bool weights_stopped_late(const struct weights_tuning *w)
{
	return w->t->cmd->err.kind == ERR_STOPPED && w->report.best > 0 && interrupt_count() == 1;
}

/* What always works where training does not. */
static int weights_with_advice(struct weights_tuning *w)
{
	struct err *err = &w->t->cmd->err;

	if (err->kind != ERR_ENGINE)
		return -1;
	return err_wrap(err,
			"the weights of %s could not be tuned (a head can: leave --weights out)",
			w->t->candidate->model->label);
}

static int weights_learn(struct weights_tuning *w)
{
	struct weights_report *r = &w->report;
	struct msg_written written;

	if (weights_open_worker(w, w->scratch.copy, true) < 0 ||
	    tune_weights_score(w, &r->epochs[0].held_out) < 0)
		return -1;
	r->ended = "all epochs were done";
	for (r->n_epochs = 1; r->n_epochs <= (size_t)w->t->options->epochs; r->n_epochs++) {
		size_t epoch = r->n_epochs;
		int done;

		if (epoch - r->best > PATIENCE) {
			r->ended = "the last epochs were no better";
			break;
		}
		w->learning = true;
		done = weights_learn_epoch(w, epoch);
		w->learning = false;
		if (done < 0 && weights_stopped_late(w)) {
			r->ended = "stopped";
			break;
		}
		if (done < 0)
			return weights_with_advice(w);
		if (!weights_is_better(r, epoch))
			continue;
		r->best = epoch;
		if (train_save(&w->train, w->scratch.best, &written, &w->t->cmd->err) < 0)
			return -1;
		unlink(w->scratch.raw);
	}
	train_close(&w->train);
	return 0;
}

/* ---- what it is measured against: a head, on the same tickets */

static int weights_try_head(struct weights_tuning *w)
{
	struct tuning *t = w->t;
	struct cmd *cmd = t->cmd;
	int64_t start_us = clock_mono_us();
	struct head_data data = w->data;
	struct states states;
	struct head_fit fit;

	if (states_get(&t->session, t->candidate, t->tickets, t->n, !t->options->no_cache, &states,
		       &cmd->err) < 0)
		return -1;
	if (states.n_failed > 0)
		return 0;
	data.rows = states.rows;
	data.n_embd = states.n_embd;
	if (head_train(&cmd->arena, &data, &fit, &cmd->err) < 0)
		return -1;
	w->report.head.log_loss = -1;
	for (size_t i = 0; i < data.n; i++)
		w->report.head.right += w->held_out[i] && fit.was_right[i];
	w->report.head_us = clock_mono_us() - start_us;
	return 0;
}

/* ---- the files that stay */

/* One type: written, and measured by what was written. */
static int weights_try_type(struct weights_tuning *w, const char *name, int64_t ftype)
{
	struct weights_report *r = &w->report;
	struct weights_written *written = &r->written[r->n_written];

	if (weights_convert(w, &w->scratch.best, 1, w->scratch.final, ftype, true) < 0 ||
	    weights_open_worker(w, w->scratch.final, false) < 0 ||
	    tune_weights_score(w, &written->held_out) < 0)
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
 * RULE: right-size the model. The type that the model had, where that keeps what was learnt; it
 * may round small changes away. Else the next larger ones. Some types cannot be made without
 * measurements that a small job does not bring.
 */
static int weights_quantize(struct weights_tuning *w)
{
	static const int larger[] = { QUANT_Q8_0, QUANT_F16 };
	const char *own = w->t->candidate->model->facts.quant;

	if (w->wanted >= 0)
		return weights_try_type(w, quants[w->wanted].name, quants[w->wanted].ftype);
	if (w->ftype >= 0) {
		int r = weights_try_type(w, own, w->ftype);

		if (r < 0 && w->t->cmd->err.kind != ERR_ENGINE)
			return -1;
		if (r == 0 && weights_is_faithful(&w->report))
			return 0;
		train_close(&w->train);
	}
	for (size_t i = 0; i < COUNT_OF(larger); i++) {
		if (w->ftype == quants[larger[i]].ftype)
			continue;
		if (weights_try_type(w, quants[larger[i]].name, quants[larger[i]].ftype) < 0)
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

static int weights_keep(struct weights_tuning *w)
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
	/* The record first: a model without it would pass for one that learnt nothing. */
	if (weights_write_record(w) < 0)
		return -1;
	/* Weights remember what they learnt from: as private as the tickets. */
	if (chmod(w->scratch.final, 0600) < 0 || rename(w->scratch.final, t->out) < 0)
		return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot write '%s'", t->out);
	r->path = t->out;
	return 0;
}

static void weights_print(const struct weights_tuning *w)
{
	struct arena *a = &w->t->cmd->arena;

	if (w->t->options->json)
		json_print(weights_to_json(&w->report), stdout);
	else
		weights_write_text(a, &w->report, stdout);
}

static void weights_fill_report(struct weights_tuning *w)
{
	const struct prepared *p = &w->t->session.prepared;
	const struct model *model = w->t->candidate->model;
	const char **labels = arena_array(&w->t->cmd->arena, p->job.n_labels, sizeof(*labels));

	for (size_t k = 0; k < p->job.n_labels; k++)
		labels[k] = p->job.labels[k].name;
	w->report = (struct weights_report){
		.base_label = model->label,
		.base_sha256 = model->sha256,
		.training = &w->record,
		.labels = labels,
		.n_labels = p->job.n_labels,
		.n_offered = p->training.n + p->training.n_refused,
		.n_held_out = w->n_held,
		.n_layers = w->t->options->layers,
		.rate = w->rate,
		.for_job = tuning_path_for_job(w->t),
		.job_path = w->t->job_path,
	};
}

static int weights_make(struct weights_tuning *w)
{
	int64_t start_us = clock_mono_us();

	if (tuning_make_folder(w->t) < 0 ||
	    tune_scratch_open(&w->t->cmd->arena, w->t->out, &w->scratch, &w->t->cmd->err) < 0 ||
	    tune_room_disk(w->t, w->scratch.dir) < 0 || weights_fill_settings(w) < 0 ||
	    weights_convert(w, w->settings.open.paths, w->settings.open.n_paths, w->scratch.copy,
			    FTYPE_F32, false) < 0 ||
	    weights_learn(w) < 0)
		return -1;
	if (interrupt_count() == 0 && weights_try_head(w) < 0)
		return -1;
	w->report.took_us = clock_mono_us() - start_us;
	return w->report.best > 0 ? weights_keep(w) : 0;
}

int tune_weights(struct tuning *t)
{
	struct weights_tuning w = { .t = t, .scratch.lock = -1 };
	int r;

	if (weights_read_rate(&w) < 0 || weights_read_quant(&w) < 0 || weights_check_model(&w) < 0)
		return -1;
	weights_split(&w);
	if (weights_check_split(&w) < 0)
		return -1;
	weights_fill_report(&w);
	progress_init(&t->session.progress, (size_t)t->options->epochs);
	r = weights_make(&w);
	train_close(&w.train);
	tune_scratch_close(&w.scratch);
	if (r < 0)
		return -1;
	weights_print(&w);
	return w.report.path ? 0 : 1;
}

/*
 * `tune --weights`: trains an F32 copy of the model for some epochs, then quantizes and writes the
 * best epoch. Decides which tickets are held out, and whether anything is written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json/json.h"
#include "flow/events/event_lines.h"
#include "flow/interrupt.h"
#include "flow/states/states.h"
#include "tune/weights/tune_memory.h"
#include "tune/weights/weights_tuning.h"

const struct weights_quant weights_quants[N_QUANTS] = {
	[QUANT_F32] = { "F32", FTYPE_F32 },
	[QUANT_F16] = { "F16", FTYPE_F16 },
	[QUANT_Q8_0] = { "Q8_0", FTYPE_Q8_0 },
};

static const double RATE = 5e-5, RATE_MAX = 0.1;

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

/* w->wanted is -1 for the type of the original. */
static int weights_read_quant(struct weights_tuning *w)
{
	const char *text = w->t->options->quant;

	w->wanted = -1;
	for (size_t i = 0; text && i < N_QUANTS; i++)
		if (strcmp(text, weights_quants[i].name) == 0)
			w->wanted = (int)i;
	if (text && w->wanted < 0)
		return err_set(
			&w->t->cmd->err, ERR_USAGE,
			"--quant %s: the types are F32, F16 and Q8_0; the default is the model's "
			"own type, or a larger one",
			text);
	return 0;
}

static int weights_check_model(struct weights_tuning *w)
{
	const struct model *model = w->t->candidate->model;

	if (*model->adapter.sha256 || *model->projector.sha256)
		return err_set(
			&w->t->cmd->err, ERR_USAGE,
			"%s has an adapter or a projector: only the weights of a plain model can "
			"be tuned",
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
		       "%zu training tickets are too few, because some are held out; label %d or "
		       "more",
		       w->t->n, HEAD_LEAST_TICKETS);
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

static void weights_print(const struct weights_tuning *w)
{
	struct arena *a = &w->t->cmd->arena;

	if (w->t->options->json)
		json_print(weights_to_json(&w->report), stdout);
	else if (!event_lines_fill_stdout(w->t->session.events.lines))
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
	return w->report.best > 0 ? weights_write(w) : 0;
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
	r = weights_make(&w);
	train_close(&w.train);
	tune_scratch_close(&w.scratch);
	if (r < 0)
		return -1;
	weights_print(&w);
	return w.report.path ? 0 : 1;
}

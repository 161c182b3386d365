/*
 * The epochs of a tuning of weights. Decides when to stop and which epoch is the best.
 */
#include <unistd.h>

#include "base/clock.h"
#include "flow/events/event_lines.h"
#include "flow/interrupt.h"
#include "flow/say/progress.h"
#include "flow/say/status.h"
#include "tune/weights/tune_memory.h"
#include "tune/weights/weights_tuning.h"

enum { PATIENCE = 2 }; /* epochs without a better one */

/* The rate falls to this part of itself over all epochs. */
static const double RATE_LAST = 0.1;

static void weights_show_step(void *ctx, const struct msg_step *step)
{
	struct weights_tuning *w = ctx;
	double n_epochs = (double)w->t->options->epochs, n_steps = (double)step->n_steps;
	double done = (double)(w->report.n_epochs - 1) * n_steps + (double)step->n_done;
	double all = n_epochs * n_steps;
	const struct event_progress event = { "steps of all epochs", (size_t)done, (size_t)all,
					      progress_left_us(done, all, w->start_us) };
	struct arena a = { 0 };

	event_lines_progress(w->t->session.events.lines, &event);
	status_line("epoch %zu of at most %.0f: step %lld of %lld%s", w->report.n_epochs, n_epochs,
		    (long long)step->n_done, (long long)step->n_steps,
		    progress_left(&a, done, all, w->start_us));
	arena_release(&a);
}

/*
 * Fills in the training tickets, shuffled for each epoch. If labels alternate, the model learns the
 * order instead of the task.
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
	struct msg_trained trained = { 0 };
	struct arena a = { 0 };
	struct msg_train train = { .n_ctx_max = TUNE_STEP_MAX_TOK,
				   .n_layers = w->t->options->layers,
				   .rate_first = weights_rate_at(w, epoch - 1),
				   .rate_last = weights_rate_at(w, epoch) };
	int r;

	weights_fill_order(w, &a, epoch, &train);
	r = train_epoch(&w->train, &train, weights_show_step, w, &trained, &w->t->cmd->err);
	status_clear();
	arena_release(&a);
	if (r < 0)
		return -1;
	e->loss = trained.loss;
	e->train_us = trained.train_us;
	w->report.n_ctx = trained.n_ctx;
	w->report.n_steps = trained.n_steps;
	w->report.n_too_long = (size_t)trained.n_left_out;
	w->report.peak_rss_bytes = trained.peak_rss_bytes;
	return weights_score_held_out(w, &e->held_out);
}

static bool weights_is_better(const struct weights_report *r, size_t epoch)
{
	return r->epochs[epoch].held_out.log_loss < r->epochs[r->best].held_out.log_loss;
}

/* Did the user stop the training after a better epoch? */
static bool weights_stopped_late(const struct weights_tuning *w)
{
	return w->t->cmd->err.kind == ERR_STOPPED && w->report.best > 0 && interrupt_count() == 1;
}

/* Advises a head, which works without training support. */
static int weights_with_advice(struct weights_tuning *w)
{
	struct err *err = &w->t->cmd->err;

	if (err->kind != ERR_ENGINE)
		return -1;
	return err_wrap(err,
			"the weights of %s cannot be tuned (but a head can: leave out --weights)",
			w->t->candidate->model->label);
}

int weights_learn(struct weights_tuning *w)
{
	struct weights_report *r = &w->report;
	struct msg_written written;

	if (weights_open_worker(w, w->scratch.copy, true) < 0 ||
	    weights_score_held_out(w, &r->epochs[0].held_out) < 0)
		return -1;
	r->ended = "all epochs were done";
	w->start_us = clock_mono_us();
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

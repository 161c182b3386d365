/*
 * Loads the run, finds and checks its candidate, then passes each batch to the one worker.
 */
#include "flow/production/labeller.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "flow/load.h"
#include "flow/rerun.h"
#include "judge/answer.h"
#include "judge/calibrate.h"

static int labeller_fail_no_pick(struct cmd *cmd, const struct result *r)
{
	int closest = r->decision.closest;
	struct arena *a = &cmd->arena;

	return err_set(&cmd->err, ERR_REFUSED,
		       "run '%s' has no pick: no candidate scored the bar%s%s%s; "
		       "see 'toehold decide %s', or name a candidate with --candidate NAME",
		       r->run->name, closest >= 0 ? " (closest: " : "",
		       closest >= 0 ? display_text(a, r->candidates[closest].row->name) : "",
		       closest >= 0 ? ")" : "", r->run->name);
}

int labeller_choose(struct cmd *cmd, const struct result *r, const char *name,
		    const struct candidate_result **ret_candidate)
{
	if (!name && r->decision.pick < 0)
		return labeller_fail_no_pick(cmd, r);
	*ret_candidate = name ? result_candidate(r, name) : &r->candidates[r->decision.pick];
	if (*ret_candidate)
		return 0;
	return err_set(&cmd->err, ERR_INPUT,
		       "run '%s' has no candidate '%s'; 'toehold show %s' lists them", r->run->name,
		       display_text(&cmd->arena, name), r->run->name);
}

static bool labeller_has_probabilities(const struct labeller *d)
{
	for (size_t i = 0; i < d->run.n_tickets; i++)
		if (d->was->answers[i] && d->was->answers[i]->label >= 0 &&
		    d->was->answers[i]->n_probs == d->run.n_labels)
			return true;
	return false;
}

/* RULE: a threshold that could hold nothing back is refused before anything is asked. */
static int labeller_check_threshold(const struct labeller *d)
{
	const char *why = "";

	if (labeller_has_probabilities(d))
		return 0;
	if (d->was->row->engine == ENGINE_HTTP)
		why = " (a server reports none)";
	else if (d->run.run->mode == MODE_FREE)
		why = " (with --free there are none)";
	return err_set(
		&d->cmd->err, ERR_INPUT,
		"%s has no label probabilities in run '%s'%s, so no threshold can be applied: "
		"omit --abstain-below to take every label, or name another candidate with "
		"--candidate",
		d->was->row->name, d->run.run->name, why);
}

static int labeller_find_in_run(struct labeller *d, const struct labeller_options *o)
{
	struct result *r = &d->run;

	if (r->run->kind != RUN_SMOKE)
		return err_set(&d->cmd->err, ERR_INPUT,
			       "run '%s' is of kind %s, and only a smoke test has a pick",
			       r->run->name, run_kind_name(r->run->kind));
	if (labeller_choose(d->cmd, r, o->candidate, &d->was) < 0)
		return -1;
	if (!d->was->pass)
		return err_set(&d->cmd->err, ERR_REFUSED, "%s did not run in '%s': %s",
			       d->was->row->name, r->run->name, d->was->row->refused);
	if (d->was->blocked)
		return err_set(&d->cmd->err, ERR_REFUSED,
			       "the licence of %s forbids %s use: it was measured for evaluation "
			       "and cannot be used in production",
			       d->was->row->name, result_use(r));
	return o->threshold ? labeller_check_threshold(d) : 0;
}

/* Finds the candidate in the present plan. */
static int labeller_find_planned(struct labeller *d)
{
	const struct plan *plan = &d->session.prepared.plan;

	for (size_t i = 0; i < plan->n && !d->candidate; i++)
		if (pass_row_is_of(d->was->pass, &plan->candidates[i]))
			d->candidate = &plan->candidates[i];
	if (!d->candidate)
		return err_set(&d->cmd->err, ERR_INPUT,
			       "%s was changed since run '%s' (sha256 %.12s): put the old file "
			       "back, or start a new run",
			       d->was->row->name, d->run.run->name, d->was->pass->model_sha256);
	if (d->candidate->refused)
		return err_set(&d->cmd->err, ERR_REFUSED, "%s: %s", d->was->row->name,
			       d->candidate->refused);
	return 0;
}

/* The answers that a calibrated candidate corrected in the run. */
static const struct candidate_result *labeller_base_of(const struct labeller *d)
{
	const char *way = way_name(way_base(d->candidate->way));

	for (size_t i = 0; i < d->run.n; i++) {
		const struct candidate_result *c = &d->run.candidates[i];

		if (c->pass && strcmp(c->pass->way, way) == 0 &&
		    strcmp(c->pass->model_sha256, d->was->pass->model_sha256) == 0 &&
		    strcmp(c->pass->adapter_sha256, d->was->pass->adapter_sha256) == 0)
			return c;
	}
	return NULL;
}

/* RULE: calibration uses the means of the run: in production there is no slice. */
static int labeller_freeze_means(struct labeller *d)
{
	const struct candidate_result *base;
	struct arena *a = &d->cmd->arena;
	const double **probs;

	if (way_base(d->candidate->way) == d->candidate->way)
		return 0;
	base = labeller_base_of(d);
	if (!base)
		return err_set(&d->cmd->err, ERR_STORE,
			       "run '%s' does not hold the answers that %s corrects",
			       d->run.run->name, d->was->row->name);
	probs = arena_array(a, d->run.n_ordinary, sizeof(*probs));
	for (size_t i = 0; i < d->run.n_ordinary; i++)
		probs[i] = base->answers[i] && base->answers[i]->n_probs == d->run.n_labels ?
				   base->answers[i]->probs :
				   NULL;
	d->means = calibrate_means(a, probs, d->run.n_ordinary, d->run.n_labels);
	return 0;
}

static int labeller_prepare_session(struct labeller *d, const struct labeller_options *o)
{
	const struct result *r = &d->run;
	const struct slice **added = arena_array(&d->cmd->arena, r->n_slices, sizeof(*added));
	struct rerun rerun = { .run = r->run,
			       .added = added,
			       .n_added = r->n_slices ? r->n_slices - 1 : 0,
			       .only = d->was,
			       .no_sandbox = o->no_sandbox };

	for (size_t i = 1; i < r->n_slices; i++)
		added[i - 1] = &r->slices[i];
	d->session.cmd = d->cmd;
	d->session.timeout_us = o->timeout_s * 1000000;
	return rerun_prepare(&d->session, r, &rerun, r->run->job_path);
}

static bool labeller_is_baseline(const struct labeller *d)
{
	return d->candidate->model->engine == ENGINE_BASELINE;
}

/* Batched labels are a setting of their own: a ticket's neighbours change its logits. */
static int labeller_settle(struct labeller *d, const struct labeller_options *o)
{
	struct pass_settings *s = &d->settings;

	if (labeller_is_baseline(d))
		return 0;
	if (track_settings(&d->session, d->candidate, d->was->pass, s, &d->cmd->err) < 0)
		return -1;
	s->device = NULL;
	s->reasons = !o->label_only && d->session.prepared.job.reason != REASON_NONE;
	s->pass.label_only = !s->reasons && s->pass.mode == PASS_FORCED;
	s->together = s->pass.label_only && !o->one_by_one;
	return 0;
}

int labeller_open(struct cmd *cmd, const struct labeller_options *o, struct labeller *ret)
{
	struct load_options load = { .name = o->run, .texts = true };

	*ret = (struct labeller){ .cmd = cmd, .finish = o->finish };
	if (load_from_store(cmd, o->store, &load, &ret->run) < 0 ||
	    labeller_find_in_run(ret, o) < 0 || labeller_prepare_session(ret, o) < 0 ||
	    labeller_find_planned(ret) < 0 || labeller_freeze_means(ret) < 0)
		return -1;
	return labeller_settle(ret, o);
}

/* If no label was forced, it is read from the text, as in the run (flow/ask/track.c). */
static void labeller_read_label(struct labeller *d, const struct answer *answer,
				struct production_row *row)
{
	struct reading reading;

	answer_read(d->arena, answer->raw ? answer->raw : "", answer->raw_len, d->run.labels,
		    d->run.n_labels, &reading);
	row->label = reading.label;
	if (reading.label < 0)
		row->outcome = OUTCOME_OFF_LABEL;
	else if (d->settings.reasons)
		row->rationale = reading.rationale;
}

static int labeller_keep_answer(void *ctx, const struct answer *answer, struct err *err)
{
	struct labeller *d = ctx;
	struct production_row *row = &d->rows[answer->ticket];
	double *probs = arena_array(d->arena, d->run.n_labels, sizeof(*probs));

	(void)err;
	row->outcome = answer->outcome;
	row->label = answer->label;
	row->label_us = answer->label_us;
	row->detail = arena_strdup(d->arena, answer->detail);
	if (answer->outcome == OUTCOME_OK && answer->label < 0)
		labeller_read_label(d, answer, row);
	if (answer->label < 0 || answer->n_probs != d->run.n_labels)
		return 0;
	memcpy(probs, answer->probs, d->run.n_labels * sizeof(*probs));
	if (d->means)
		row->label = calibrate_one(probs, d->means, d->run.n_labels, probs);
	row->probability = probs[row->label];
	d->moved[answer->ticket] = row->label != answer->label;
	return 0;
}

static int labeller_keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct labeller *d = ctx;

	(void)err;
	d->rows[reason->ticket].rationale = arena_strdup(d->arena, reason->rationale);
	return 0;
}

/* How many Ctrl-C the present batch survives. */
static int labeller_patience(const struct labeller *d)
{
	return d->finish ? 1 : 0;
}

static const char *labeller_stop_wanted(void *ctx)
{
	const struct labeller *d = ctx;

	return interrupt_count() > labeller_patience(d) ? "stopped" : NULL;
}

static bool labeller_abandon_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() > 1;
}

static void labeller_answer_baseline(struct labeller *d, const struct ticket *tickets, size_t n)
{
	const struct prepared *p = &d->session.prepared;
	double *probs = arena_array(d->arena, p->job.n_labels, sizeof(*probs));

	for (size_t i = 0; i < n; i++) {
		struct production_row *row = &d->rows[i];
		int64_t start_us = clock_mono_us();

		row->label = p->majority;
		if (d->candidate->way == WAY_BAYES)
			row->label = bayes_classify(p->bayes, tickets[i].text, probs);
		else
			memcpy(probs, p->majority_shares, p->job.n_labels * sizeof(*probs));
		row->outcome = OUTCOME_OK;
		row->probability = probs[row->label];
		row->label_us = clock_mono_us() - start_us;
	}
}

/* A reason must explain the final label: tickets whose label moved are asked for it again. */
static int labeller_ask_moved(struct labeller *d, size_t n)
{
	struct err *err = &d->cmd->err;
	size_t n_moved = 0;

	for (size_t i = 0; i < n; i++) {
		d->items[i].answered = true;
		d->items[i].reasoned = !d->moved[i];
		d->items[i].label = d->rows[i].label;
		n_moved += d->moved[i];
	}
	if (n_moved == 0 || !d->settings.reasons || interrupt_count() > labeller_patience(d))
		return 0;
	pass_next(&d->pass, d->items, n);
	if (pass_answers(&d->pass, err) < 0)
		return -1;
	return pass_reasons(&d->pass, err);
}

/* Passes a batch to the worker. The first batch starts it. */
static int labeller_ask(struct labeller *d, size_t n)
{
	const struct pass_sink sink = { d, labeller_keep_answer, labeller_keep_reason,
					labeller_stop_wanted, labeller_abandon_wanted };
	struct err *err = &d->cmd->err;

	if (d->begun) {
		pass_next(&d->pass, d->items, n);
	} else {
		d->begun = true;
		if (pass_begin(&d->pass, &d->settings, d->items, n, &sink, err) < 0)
			return -1;
	}
	if (pass_answers(&d->pass, err) < 0 || pass_reasons(&d->pass, err) < 0 ||
	    labeller_ask_moved(d, n) < 0)
		return -1;
	if (interrupt_count() > labeller_patience(d))
		return err_set(err, ERR_STOPPED, "stopped");
	return 0;
}

/* RULE: the model that answers is the one that was measured, up to the last ticket. */
static int labeller_check_weights(struct labeller *d)
{
	if (labeller_is_baseline(d) || model_is_unchanged(d->candidate->model))
		return 0;
	return err_set(&d->cmd->err, ERR_INPUT,
		       "'%s' was changed during the work; this batch is discarded",
		       display_path(&d->cmd->arena, d->candidate->model->path));
}

/* Fails if no ticket of the batch was answered: the worker is lost. */
static int labeller_check_alive(struct labeller *d, size_t n)
{
	const struct production_row *last = &d->rows[n - 1];

	for (size_t i = 0; i < n; i++)
		if (d->rows[i].outcome == OUTCOME_OK || d->rows[i].outcome == OUTCOME_TOO_LONG ||
		    d->rows[i].outcome == OUTCOME_OFF_LABEL)
			return 0;
	if (n < 2)
		return 0;
	return err_set(&d->cmd->err, ERR_ENGINE,
		       "%s: %s (%s); no ticket of this batch was answered", d->was->row->name,
		       outcome_words(last->outcome), last->detail);
}

int labeller_answer(struct labeller *d, struct arena *a, const struct ticket *tickets, size_t n,
		    struct production_row **ret_rows)
{
	d->arena = a;
	d->rows = *ret_rows = arena_array(a, n, sizeof(*d->rows));
	for (size_t i = 0; i < n; i++) {
		d->rows[i] = (struct production_row){ .id = tickets[i].id,
						      .text = tickets[i].text,
						      .label = -1,
						      .probability = -1,
						      .label_us = -1,
						      .rationale = "",
						      .detail = "" };
		d->moved[i] = false;
		d->items[i] = (struct pass_item){
			.ticket = i,
			.text = tickets[i].text,
			.image_sha256 = tickets[i].image_sha256,
			.label = -1,
		};
		if (tickets[i].image)
			d->items[i].image = file_beside(a, d->beside, tickets[i].image);
	}
	if (n == 0)
		return 0;
	if (labeller_is_baseline(d))
		labeller_answer_baseline(d, tickets, n);
	else if (labeller_ask(d, n) < 0 || labeller_check_weights(d) < 0 ||
		 labeller_check_alive(d, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (d->rows[i].label >= 0)
			d->rows[i].label_name = d->run.labels[d->rows[i].label].name;
	return 0;
}

void labeller_abstain(struct production_row *row, double below)
{
	row->abstained = row->label >= 0 && below > 0 && !(row->probability >= below);
}

const char *labeller_difference(const struct labeller *d)
{
	const struct pass_row *was = d->was->pass;
	struct arena *a = &d->cmd->arena;

	if (!d->begun)
		return NULL;
	if (strcmp(was->engine_build, d->pass.report.engine_build) != 0)
		return arena_printf(a, "the engine build differs from the run's: %s, now %s",
				    was->engine_build, d->pass.report.engine_build);
	if (strcmp(was->device, d->pass.report.device) != 0)
		return arena_printf(a, "the device differs from the run's: %s, now %s", was->device,
				    d->pass.report.device);
	if (strcmp(was->cpu, d->session.prepared.machine.cpu) != 0)
		return arena_printf(a, "the processor differs from the run's: %s, now %s", was->cpu,
				    d->session.prepared.machine.cpu);
	return NULL;
}

void labeller_close(struct labeller *d)
{
	if (d->begun)
		pass_release(&d->pass);
	d->begun = false;
}

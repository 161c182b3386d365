/*
 * Loads the run, finds and checks its candidate, then passes each batch to the one worker.
 */
#include "flow/production/labeller.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "flow/again/rerun.h"
#include "flow/ask/baseline.h"
#include "flow/ask/encoder_head.h"
#include "flow/ask/encoder_reason.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/ask/written.h"
#include "flow/interrupt.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "job/file/job_values.h"
#include "job/task/choice.h"
#include "judge/measure/calibrate.h"
#include "report/words/words.h"

static int labeller_fail_no_pick(struct cmd *cmd, const struct result *r)
{
	int closest = r->decision.closest;
	struct arena *a = &cmd->arena;
	const char *store = store_option_for(cmd, r->store_path, r->run->name);

	if (r->decision.open)
		return err_set(&cmd->err, ERR_REFUSED,
			       "run '%s' has no pick yet (%s); let it finish first: %s",
			       r->run->name, words_unfinished(a, r),
			       r->go_on ? words_go_on(a, r) : "start its smoke test again");
	if (r->decision.nothing_measured)
		return err_set(&cmd->err, ERR_REFUSED,
			       "run '%s' has no pick: no model %s; see 'toehold decide %s%s'",
			       r->run->name, nothing_measured_words(r->contenders, r->n),
			       r->run->name, store);
	return err_set(&cmd->err, ERR_REFUSED,
		       "run '%s' has no pick: no candidate scored the bar%s%s%s; "
		       "see 'toehold decide %s%s', or name a candidate with --candidate NAME",
		       r->run->name, closest >= 0 ? " (closest: " : "",
		       closest >= 0 ? display_text(a, r->candidates[closest].row->name) : "",
		       closest >= 0 ? ")" : "", r->run->name, store);
}

int labeller_choose(struct cmd *cmd, const struct result *r, const char *name,
		    const struct candidate_result **ret_candidate)
{
	if (!name && r->decision.pick < 0)
		return labeller_fail_no_pick(cmd, r);
	if (name)
		return result_find_candidate(&cmd->arena, r, name, ret_candidate, &cmd->err);
	*ret_candidate = &r->candidates[r->decision.pick];
	return 0;
}

bool labeller_writes(const struct labeller *l)
{
	return task_writes(l->run.run->task);
}

bool labeller_has_probabilities(const struct labeller *l)
{
	for (size_t i = 0; i < l->run.n_tickets; i++)
		if (answer_probability(l->was->answers[i], l->run.n_labels) >= 0)
			return true;
	return false;
}

/* RULE: a threshold that could hold nothing back is refused before anything is asked. */
static int labeller_check_threshold(const struct labeller *l)
{
	const char *why = "";

	if (labeller_has_probabilities(l))
		return 0;
	if (labeller_writes(l))
		why = " (a written answer has none)";
	else if (l->was->row->engine == ENGINE_HTTP)
		why = " (this server was asked for text, which has none)";
	else if (l->run.run->mode == MODE_FREE)
		why = " (with --free there are none)";
	return err_set(
		&l->cmd->err, ERR_INPUT,
		"%s has no label probabilities in run '%s'%s, so no threshold can be applied: "
		"take every label, or name another candidate with --candidate",
		l->was->row->name, l->run.run->name, why);
}

static int labeller_find_in_run(struct labeller *l, const struct labeller_options *o)
{
	struct result *r = &l->run;

	if (r->run->kind != RUN_SMOKE)
		return err_set(&l->cmd->err, ERR_INPUT,
			       "run '%s' is of kind %s, and only a smoke test has a pick",
			       r->run->name, run_kind_name(r->run->kind));
	if (labeller_choose(l->cmd, r, o->candidate, &l->was) < 0)
		return -1;
	if (l->was->not_reached)
		return err_set(&l->cmd->err, ERR_REFUSED,
			       "%s was not asked yet in '%s': the run ended before it; start its "
			       "smoke test again, and it resumes",
			       l->was->row->name, r->run->name);
	if (l->was->not_tried)
		return err_set(&l->cmd->err, ERR_REFUSED,
			       "%s was not tried in '%s' (--first): run its smoke test again with "
			       "--all and --name",
			       l->was->row->name, r->run->name);
	if (result_not_run(l->was))
		return err_set(&l->cmd->err, ERR_REFUSED, "%s is not measured in '%s': %s",
			       l->was->row->name, r->run->name, l->was->not_measured);
	if (l->was->blocked)
		return err_set(&l->cmd->err, ERR_REFUSED,
			       "the licence of %s forbids %s use: it was measured for evaluation "
			       "and cannot be used in production",
			       l->was->row->name, result_use(r));
	return o->threshold ? labeller_check_threshold(l) : 0;
}

/* The place in the plan of the candidate that has its name today, or the plan's length. */
static size_t labeller_find_namesake(const struct labeller *l)
{
	const struct plan *plan = &l->session.prepared.plan;
	size_t at = 0;

	while (at < plan->n && strcmp(plan->candidates[at].name, l->was->row->name) != 0)
		at++;
	return at;
}

/* Finds the candidate in the present plan. An encoder's head is made here. */
static int labeller_find_planned(struct labeller *l)
{
	const struct plan *plan = &l->session.prepared.plan;
	size_t at = 0;

	while (at < plan->n && !pass_row_asks(l->was->pass, &plan->candidates[at]))
		at++;
	if (at == plan->n && l->accept_change)
		at = labeller_find_namesake(l);
	if (at < plan->n && encoder_head_make(&l->session, at, &l->cmd->err) < 0)
		return -1;
	l->candidate = at < plan->n ? &plan->candidates[at] : NULL;
	if (!l->candidate)
		return err_set(&l->cmd->err, ERR_INPUT,
			       "%s was changed since run '%s' (sha256 %.12s): put the old file "
			       "back%s, or start a new run",
			       l->was->row->name, l->run.run->name, l->was->pass->model_sha256,
			       l->strict ? "" : ", accept it with --accept-change");
	if (l->candidate->refused)
		return err_set(&l->cmd->err, ERR_REFUSED, "%s: %s", l->was->row->name,
			       l->candidate->refused);
	return 0;
}

/* The answers that a calibrated candidate corrected in the run. */
static const struct candidate_result *labeller_base_of(const struct labeller *l)
{
	const char *way = way_name(way_base(l->candidate->way));

	for (size_t i = 0; i < l->run.n; i++) {
		const struct candidate_result *c = &l->run.candidates[i];

		if (c->pass && strcmp(c->pass->way, way) == 0 &&
		    strcmp(c->pass->system_text, l->was->pass->system_text) == 0 &&
		    strcmp(c->pass->model_sha256, l->was->pass->model_sha256) == 0 &&
		    strcmp(c->pass->adapter_sha256, l->was->pass->adapter_sha256) == 0)
			return c;
	}
	return NULL;
}

/*
 * RULE: calibration uses the means of the run: in production there is no slice. They are those of
 * the run's first slice, since each slice was corrected by its own.
 */
static int labeller_freeze_means(struct labeller *l)
{
	const struct candidate_result *base;
	struct arena *a = &l->cmd->arena;
	const double **probs;

	if (!way_is_calibrated(l->candidate->way))
		return 0;
	base = labeller_base_of(l);
	if (!base)
		return err_set(&l->cmd->err, ERR_STORE,
			       "run '%s' does not hold the answers that %s corrects",
			       l->run.run->name, l->was->row->name);
	probs = arena_array(a, l->run.n_ordinary, sizeof(*probs));
	for (size_t i = 0; i < l->run.n_ordinary; i++)
		probs[i] = l->run.slice_of[i] == 0 && base->answers[i] &&
					   base->answers[i]->n_probs == l->run.n_labels ?
				   base->answers[i]->probs :
				   NULL;
	l->means = calibrate_means(a, probs, l->run.n_ordinary, l->run.n_labels);
	return 0;
}

static int labeller_prepare_session(struct labeller *l, const struct labeller_options *o)
{
	const struct result *r = &l->run;
	const struct rerun rerun = { .only = l->was,
				     .work = true,
				     .accept_change = o->accept_change,
				     .strict = o->strict,
				     .no_sandbox = o->no_sandbox };

	l->session.cmd = l->cmd;
	l->session.no_quotes = o->no_quotes || o->label_only;
	l->session.timeout_us = o->timeout_s * 1000000;
	return rerun_prepare(&l->session, r, &rerun, r->job_path);
}

static bool labeller_is_baseline(const struct labeller *l)
{
	return l->candidate->model->engine == ENGINE_BASELINE;
}

/* An encoder writes nothing: its evidence comes with the labels, which `classify` batches. */
static void labeller_settle_encoder(struct labeller *l, bool reasons)
{
	struct pass_settings *s = &l->settings;

	l->evidence = reasons ? encoder_of(&l->session.prepared, l->candidate) : NULL;
	s->reasons = false;
	s->pass.label_only = true;
	s->pass.hidden = reasons;
}

/* Batched labels are a setting of their own: a ticket's neighbours change its logits. */
static int labeller_settle(struct labeller *l, const struct labeller_options *o)
{
	struct pass_settings *s = &l->settings;

	if (labeller_is_baseline(l))
		return 0;
	if (track_settings(&l->session, l->candidate, l->was->pass, s, &l->cmd->err) < 0)
		return -1;
	l->run_together = s->together;
	s->device = NULL;
	s->reasons = s->reasons && !o->label_only;
	s->pass.label_only = !s->reasons && s->pass.mode == PASS_FORCED;
	if (model_is_encoder(l->candidate->model))
		labeller_settle_encoder(l, !o->label_only &&
						   l->session.prepared.job.reason != REASON_NONE);
	s->together = s->pass.label_only && !o->one_by_one;
	return 0;
}

int labeller_open(struct cmd *cmd, const struct labeller_options *o, struct labeller *ret)
{
	struct load_options load = { .name = o->run, .texts = true };

	*ret = (struct labeller){ .cmd = cmd,
				  .finish = o->finish,
				  .accept_change = o->accept_change,
				  .strict = o->strict };
	if (load_from_store(cmd, o->store, &load, &ret->run) < 0 ||
	    labeller_find_in_run(ret, o) < 0 || labeller_prepare_session(ret, o) < 0 ||
	    labeller_find_planned(ret) < 0 || labeller_freeze_means(ret) < 0)
		return -1;
	return labeller_settle(ret, o);
}

/* If no label was forced, it is read from the text, as in the run. */
static void labeller_read_label(struct labeller *l, const struct answer *answer,
				struct production_row *row)
{
	const struct job *job = &l->session.prepared.job;
	struct answer read = *answer;
	const char *rationale = written_read_label(l->arena, job, &read);

	row->label = read.label;
	row->outcome = read.outcome;
	row->detail = arena_strdup(l->arena, read.detail);
	if (read.label >= 0 && l->settings.reasons)
		row->rationale = rationale;
}

/* A text that the cap cut is no answer. */
static void labeller_keep_text(struct labeller *l, const struct answer *answer,
			       struct production_row *row)
{
	if (answer->outcome == OUTCOME_OK)
		row->answer =
			arena_strndup(l->arena, answer->raw ? answer->raw : "", answer->raw_len);
}

static int labeller_keep_answer(void *ctx, const struct answer *answer, struct err *err)
{
	struct labeller *l = ctx;
	struct production_row *row = &l->rows[answer->ticket];
	double *probs = arena_array(l->arena, l->run.n_labels, sizeof(*probs));

	(void)err;
	row->outcome = answer->outcome;
	row->label = answer->label;
	row->label_us = answer->label_us;
	row->prompt_tok = answer->prompt_tok;
	row->written_tok = answer->forced_tok + answer->chosen_tok + answer->think_tok;
	row->detail = arena_strdup(l->arena, answer->detail);
	if (labeller_writes(l)) {
		labeller_keep_text(l, answer, row);
		return 0;
	}
	if (answer->label < 0 &&
	    (answer->outcome == OUTCOME_OK || (answer->outcome == OUTCOME_CUT && !*answer->detail)))
		labeller_read_label(l, answer, row);
	if (l->evidence && answer->label >= 0)
		row->rationale =
			encoder_reason_text(l->arena, &l->session.prepared, l->evidence, answer);
	if (answer->label < 0 || answer->n_probs != l->run.n_labels)
		return 0;
	memcpy(probs, answer->probs, l->run.n_labels * sizeof(*probs));
	if (l->means)
		row->label =
			choice_of(l->session.prepared.job.yes_at,
				  calibrate_one(probs, l->means, l->run.n_labels, probs), probs);
	row->probability = probs[row->label];
	row->probs = probs;
	l->moved[answer->ticket] = row->label != answer->label;
	return 0;
}

static int labeller_keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct labeller *l = ctx;

	(void)err;
	l->rows[reason->ticket].rationale = arena_strdup(l->arena, reason->rationale);
	l->rows[reason->ticket].written_tok += reason->reason_tok + reason->think_tok;
	return 0;
}

/* How many Ctrl-C the present batch survives. */
static int labeller_patience(const struct labeller *l)
{
	return l->finish ? 1 : 0;
}

static const char *labeller_stop_wanted(void *ctx)
{
	const struct labeller *l = ctx;

	return interrupt_count() > labeller_patience(l) ? "stopped" : NULL;
}

static bool labeller_abandon_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() > 1;
}

static void labeller_choose_label(struct labeller *l, const char *text, struct production_row *row)
{
	const struct prepared *p = &l->session.prepared;
	double *probs = arena_array(l->arena, p->job.n_labels, sizeof(*probs));

	row->label = baseline_label(p, l->candidate->way, text, probs);
	row->probability = probs[row->label];
	row->probs = probs;
}

static void labeller_answer_baseline(struct labeller *l, const struct ticket *tickets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct production_row *row = &l->rows[i];
		int64_t start_us = clock_mono_us();

		if (labeller_writes(l))
			row->answer = baseline_text(l->arena, &l->session.prepared,
						    l->candidate->way, tickets[i].text);
		else
			labeller_choose_label(l, tickets[i].text, row);
		row->outcome = OUTCOME_OK;
		row->label_us = clock_mono_us() - start_us;
	}
}

/* A reason must explain the final label: tickets whose label moved are asked for it again. */
static int labeller_ask_moved(struct labeller *l, size_t n)
{
	struct err *err = &l->cmd->err;
	size_t n_moved = 0;

	for (size_t i = 0; i < n; i++) {
		l->items[i].answered = true;
		l->items[i].reasoned = !l->moved[i];
		l->items[i].label = l->rows[i].label;
		n_moved += l->moved[i];
	}
	if (n_moved == 0 || !l->settings.reasons || interrupt_count() > labeller_patience(l))
		return 0;
	pass_next(&l->pass, l->items, n);
	if (pass_answers(&l->pass, err) < 0)
		return -1;
	return pass_reasons(&l->pass, err);
}

/* Passes a batch to the worker. The first batch starts it. */
static int labeller_ask(struct labeller *l, size_t n)
{
	const struct pass_sink sink = { l, labeller_keep_answer, labeller_keep_reason,
					labeller_stop_wanted, labeller_abandon_wanted };
	struct err *err = &l->cmd->err;

	if (l->begun) {
		pass_next(&l->pass, l->items, n);
	} else {
		l->begun = true;
		if (pass_begin(&l->pass, &l->settings, l->items, n, &sink, err) < 0)
			return -1;
	}
	if (pass_answers(&l->pass, err) < 0 || pass_reasons(&l->pass, err) < 0 ||
	    labeller_ask_moved(l, n) < 0)
		return -1;
	if (interrupt_count() > labeller_patience(l))
		return err_set(err, ERR_STOPPED, "stopped");
	return 0;
}

/* RULE: the model that answers is the one that was measured, up to the last ticket. */
static int labeller_check_weights(struct labeller *l)
{
	if (labeller_is_baseline(l) || model_is_unchanged(l->candidate->model))
		return 0;
	return err_set(&l->cmd->err, ERR_INPUT,
		       "'%s' was changed during the work; this batch is discarded",
		       display_path(&l->cmd->arena, l->candidate->model->path));
}

/* Outcomes that show a working worker; an image is checked before the worker is asked. */
static const bool labeller_alive[OUTCOME_COUNT] = {
	[OUTCOME_OK] = true,  [OUTCOME_TOO_LONG] = true,  [OUTCOME_OFF_LABEL] = true,
	[OUTCOME_CUT] = true, [OUTCOME_BAD_IMAGE] = true,
};

/* Fails if no ticket of the batch was answered: the worker is lost. */
static int labeller_check_alive(struct labeller *l, size_t n)
{
	const struct production_row *last = &l->rows[n - 1];

	for (size_t i = 0; i < n; i++)
		if (labeller_alive[l->rows[i].outcome])
			return 0;
	if (n < 2)
		return 0;
	return err_set(&l->cmd->err, ERR_ENGINE,
		       "%s: %s (%s); no ticket of this batch was answered", l->was->row->name,
		       outcome_words(last->outcome), last->detail);
}

int labeller_answer(struct labeller *l, struct arena *a, const struct ticket *tickets, size_t n,
		    struct production_row **ret_rows)
{
	l->arena = a;
	l->rows = *ret_rows = arena_array(a, n, sizeof(*l->rows));
	for (size_t i = 0; i < n; i++) {
		l->rows[i] = (struct production_row){ .id = tickets[i].id,
						      .text = tickets[i].text,
						      .label = -1,
						      .probability = -1,
						      .label_us = -1,
						      .rationale = "",
						      .writes = labeller_writes(l),
						      .detail = "" };
		l->moved[i] = false;
		l->items[i] = track_item(a, &tickets[i], i, l->beside);
	}
	if (n == 0)
		return 0;
	if (labeller_is_baseline(l))
		labeller_answer_baseline(l, tickets, n);
	else if (labeller_ask(l, n) < 0 || labeller_check_weights(l) < 0 ||
		 labeller_check_alive(l, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (l->rows[i].label >= 0)
			l->rows[i].label_name = l->run.labels[l->rows[i].label].name;
	return 0;
}

int labeller_ask_as_run(struct labeller *l, struct arena *a, const struct ticket *tickets, size_t n,
			struct production_row **ret_rows)
{
	const bool together = l->settings.together, reasons = l->settings.reasons;
	int r;

	l->settings.together = l->settings.reasons = false;
	l->pass.settings.together = l->pass.settings.reasons = false;
	r = labeller_answer(l, a, tickets, n, ret_rows);
	l->settings.together = l->pass.settings.together = together;
	l->settings.reasons = l->pass.settings.reasons = reasons;
	return r;
}

int labeller_read_below(struct cmd *cmd, const char *text, double *ret_below)
{
	*ret_below = 0;
	if (!text || job_parse_share(text, ret_below))
		return 0;
	return err_set(&cmd->err, ERR_USAGE, "--abstain-below takes %s, not '%s'", JOB_SHARE_WORDS,
		       display_text(&cmd->arena, text));
}

void labeller_abstain(struct production_row *row, double below)
{
	row->abstained = row->label >= 0 && below > 0 && !(row->probability >= below);
}

int labeller_difference(struct labeller *l, const char **ret_words)
{
	const struct pass_row *was = l->was->pass;
	struct arena *a = &l->cmd->arena;
	const char *build, *device, *words = "";

	*ret_words = NULL;
	if (labeller_is_baseline(l))
		return 0;
	if (track_engine(&l->session, l->candidate->model, &build, &device, &l->cmd->err) < 0)
		return -1;
	const struct {
		const char *what, *was, *now;
	} rows[] = { { "engine build", was->engine_build, build },
		     { "device", was->device, device },
		     { "processor", was->cpu, l->session.prepared.machine.cpu } };

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].was, rows[i].now) != 0)
			words = arena_add_item(a, words, ", ", "the %s was %s and is %s",
					       rows[i].what, rows[i].was, rows[i].now);
	*ret_words = *words ? words : NULL;
	return 0;
}

void labeller_close(struct labeller *l)
{
	if (l->begun)
		pass_release(&l->pass);
	l->begun = false;
}

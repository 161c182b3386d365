/*
 * Asks without a store, through the same stages and the same worker as a run.
 */
#include "flow/trial.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "base/random.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "flow/open/run_open.h"
#include "flow/prepare/privacy.h"
#include "flow/prompts.h"
#include "flow/say/progress.h"
#include "flow/say/say.h"
#include "job/file/job_variants.h"
#include "report/short_name.h"

/* Answers of all candidates. */
struct trial_count {
	struct progress progress;
	size_t done, total;
};

/* One candidate that is being asked. */
struct trying {
	struct arena *a;
	struct trial_column *column;
	struct trial_count *count;
	bool writes; /* the answer's text is what counts */
};

static int trial_keep_answer(void *ctx, const struct answer *answer, struct err *err)
{
	struct trying *t = ctx;
	struct trial_cell *cell = &t->column->cells[answer->ticket];

	(void)err;
	*cell = (struct trial_cell){ .asked = true,
				     .outcome = answer->outcome,
				     .label = answer->label,
				     .probability = -1,
				     .text = "",
				     .label_us = answer->label_us };
	if (answer->label >= 0 && answer->n_probs > 0)
		cell->probability = answer->probs[answer->label];
	if (t->writes)
		cell->text = arena_strndup(t->a, answer->raw ? answer->raw : "", answer->raw_len);
	progress_show(&t->count->progress, ++t->count->done, t->count->total);
	return 0;
}

static int trial_keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct trying *t = ctx;

	(void)err;
	t->column->cells[reason->ticket].text = arena_strdup(t->a, reason->rationale);
	return 0;
}

static const char *trial_stop_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() ? "stopped" : NULL;
}

static bool trial_abandon_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() > 0;
}

static int trial_ask(struct session *s, const struct candidate *c, struct trial_column *column,
		     struct trial_count *count)
{
	struct trying t = { &s->cmd->arena, column, count, task_writes(s->prepared.job.task) };
	const struct pass_sink sink = { &t, trial_keep_answer, trial_keep_reason, trial_stop_wanted,
					trial_abandon_wanted };
	const struct slice *slice = &s->prepared.slice;
	struct pass_item *items = arena_array(t.a, slice->n, sizeof(*items));
	struct pass_settings settings;
	struct err *err = &s->cmd->err;
	struct pass_row row;
	struct pass pass;
	int r;

	for (size_t i = 0; i < slice->n; i++)
		items[i] = track_item(t.a, &slice->tickets[i], i, slice->path);
	pass_row_fill(s, c, &row);
	row.n_gpu_layers = -1;
	if (track_engine(s, c->model, &row.engine_build, &row.device, err) < 0 ||
	    track_settings(s, c, &row, &settings, err) < 0)
		return -1;
	r = pass_begin(&pass, &settings, items, slice->n, &sink, err);
	if (r == 0)
		r = pass_answers(&pass, err);
	if (r == 0)
		r = pass_reasons(&pass, err);
	pass_release(&pass);
	return r;
}

/*
 * A word that names no file is a prompt of the job, such as a version that was kept. All prompts
 * are loaded when the first is needed.
 */
static int trial_find_prompt(struct cmd *cmd, const char *job_path, const char *word,
			     struct job_prompts *prompts, struct variant *ret)
{
	const struct prompt_version *version;

	if ((!prompts->cmd && prompts_load(cmd, job_path, prompts) < 0) ||
	    prompts_find(prompts, word, &version) < 0)
		return -1;
	*ret = (struct variant){ .name = version->id, .pattern = version->text };
	return 0;
}

/* The prompts of the command in place of the job's variants. */
static int trial_load_prompts(struct cmd *cmd, const char *job_path, const struct trial_options *o,
			      struct variant *ret)
{
	struct arena *a = &cmd->arena;
	struct job_prompts prompts = { 0 };

	if (o->prompts.n > JOB_MAX_VARIANTS)
		return err_set(&cmd->err, ERR_USAGE, "--prompt: at most %d prompts are compared",
			       JOB_MAX_VARIANTS);
	for (size_t i = 0; i < o->prompts.n; i++) {
		const char *word = o->prompts.items[i];

		if (file_exists(word) ?
			    job_variant_load(a, word, &ret[i], &cmd->err) < 0 :
			    trial_find_prompt(cmd, job_path, word, &prompts, &ret[i]) < 0)
			return -1;
	}
	return 0;
}

static const struct ticket *trial_find_ticket(const struct slice *slice, const char *id)
{
	for (size_t i = 0; i < slice->n; i++)
		if (strcmp(slice->tickets[i].id, id) == 0)
			return &slice->tickets[i];
	return NULL;
}

/* Leaves the tickets of the trial in the slice. */
static int trial_choose_tickets(struct cmd *cmd, const struct trial_options *o, struct prepared *p)
{
	size_t n = o->tickets.n ? o->tickets.n : (size_t)o->n_tickets;
	struct ticket *chosen = arena_array(&cmd->arena, n, sizeof(*chosen));
	uint64_t seed = (uint64_t)p->job.seed;
	size_t n_drawn = 0;

	for (size_t i = 0; i < o->tickets.n; i++) {
		const struct ticket *t = trial_find_ticket(&p->slice, o->tickets.items[i]);

		if (!t)
			return err_set(&cmd->err, ERR_INPUT, "'%s' has no ticket '%s'",
				       display_path(&cmd->arena, p->slice.path),
				       display_text(&cmd->arena, o->tickets.items[i]));
		chosen[i] = *t;
	}
	/* Each is taken with the chance that leaves as many as are still needed. */
	for (size_t i = 0; i < p->slice.n && o->tickets.n == 0 && n_drawn < n; i++)
		if (random_below(&seed, p->slice.n - i) < n - n_drawn)
			chosen[n_drawn++] = p->slice.tickets[i];
	p->slice.tickets = chosen;
	p->slice.n = o->tickets.n + n_drawn;
	return 0;
}

/* A prompt is for models that read one; without --models only the smallest take part. */
static size_t trial_choose_candidates(const struct trial_options *o, struct prepared *p,
				      const struct candidate **ret_chosen)
{
	const struct model *models[TRIAL_MODELS];
	size_t n = 0, n_models = 0;

	for (size_t i = 0; i < p->plan.n; i++) {
		const struct candidate *c = &p->plan.candidates[i];
		bool known = false;

		if (c->model->engine == ENGINE_BASELINE || !model_writes(c->model) ||
		    way_is_calibrated(c->way) || c->way == WAY_TUNED)
			continue;
		for (size_t k = 0; k < n_models && o->prepare.models.n == 0; k++)
			known |= models[k] == c->model;
		if (!known && o->prepare.models.n == 0) {
			if (n_models == TRIAL_MODELS)
				continue;
			models[n_models++] = c->model;
		}
		ret_chosen[n++] = c;
	}
	return n;
}

static int trial_ask_all(struct session *s, const struct candidate **chosen, struct trial *trial)
{
	struct arena *a = &s->cmd->arena;
	const char **names = arena_array(a, trial->n_columns, sizeof(*names));
	struct trial_count count = { .total = trial->n_columns * trial->n_tickets };

	for (size_t i = 0; i < trial->n_columns; i++)
		names[i] = chosen[i]->name;
	names = short_names(a, names, trial->n_columns);
	progress_begin(&count.progress, "answers", s->events.lines);
	trial->columns = arena_array(a, trial->n_columns, sizeof(*trial->columns));
	for (size_t i = 0; i < trial->n_columns; i++) {
		struct trial_column *c = &trial->columns[i];

		*c = (struct trial_column){ .name = names[i],
					    .variant = chosen[i]->variant,
					    .failed = chosen[i]->refused };
		c->cells = arena_array(a, trial->n_tickets, sizeof(*c->cells));
		if (c->failed) {
			count.total -= trial->n_tickets;
			continue;
		}
		say("asking %s\n", names[i]);
		if (trial_ask(s, chosen[i], c, &count) < 0)
			return -1;
		if (interrupt_count() > 0)
			return err_set(&s->cmd->err, ERR_STOPPED, "stopped");
	}
	return 0;
}

int trial_run(struct session *s, const char *job_path, const struct trial_options *o,
	      struct trial *ret_trial)
{
	struct cmd *cmd = s->cmd;
	struct variant *variants = arena_array(&cmd->arena, JOB_MAX_VARIANTS, sizeof(*variants));
	struct prepare_options with = o->prepare;
	const struct candidate **chosen;
	const char *words;
	struct job *job;

	s->sandbox = !o->prepare.no_sandbox;
	s->timeout_us = o->timeout_s * 1000000;
	if (trial_load_prompts(cmd, job_path, o, variants) < 0)
		return -1;
	with.variants = variants;
	with.n_variants = o->prompts.n;
	with.hash = true; /* names the kept prefix */
	if (prepare(cmd, job_path, &with, &s->prepared) < 0 ||
	    privacy_check(cmd, &s->prepared.job, &s->prepared.slice, &words) < 0 ||
	    trial_choose_tickets(cmd, o, &s->prepared) < 0)
		return -1;
	chosen = arena_array(&cmd->arena, s->prepared.plan.n, sizeof(struct candidate *));
	*ret_trial =
		(struct trial){ .n_columns = trial_choose_candidates(o, &s->prepared, chosen) };
	if (ret_trial->n_columns == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' has no model that reads a prompt; name one with --models",
			       display_path(&cmd->arena, job_path));
	s->labels_json = run_labels_json(&cmd->arena, &s->prepared.job);
	s->run = (struct run_row){ .mode = MODE_TWO_PHASE,
				   .name = "",
				   .reason_order = reason_order_name(s->prepared.job.reason),
				   .form = s->prepared.job.form };
	job = arena_alloc(&cmd->arena, sizeof(*job));
	*job = s->prepared.job;
	ret_trial->job = job;
	ret_trial->tickets = s->prepared.slice.tickets;
	ret_trial->n_tickets = s->prepared.slice.n;
	return trial_ask_all(s, chosen, ret_trial);
}

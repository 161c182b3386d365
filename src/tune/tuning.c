/*
 * The stages before training.
 */
#include "tune/tuning.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "flow/interrupt.h"
#include "flow/open/store_find.h"
#include "flow/task_verbs.h"
#include "job/ticket/leak_guard.h"

static bool tuning_has_slice(const struct tuning *t, const struct slice *slice)
{
	for (size_t i = 0; i < t->n_slices; i++)
		if (strcmp(t->slices[i]->sha256, slice->sha256) == 0)
			return true;
	return false;
}

/* False if a text was purged: the leak guard cannot compare with it. */
static bool tuning_is_whole(const struct slice *slice)
{
	for (size_t i = 0; i < slice->n; i++)
		if (slice->tickets[i].text == store_purged)
			return false;
	return true;
}

static int tuning_add_slices(struct tuning *t, struct store *store, const struct run_row *run)
{
	struct slice *slices;
	size_t n;

	if (store_get_slices(&t->cmd->arena, store, run, STORE_TEXTS, &slices, &n, &t->cmd->err) <
	    0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (slices[i].role == SLICE_POOL || tuning_has_slice(t, &slices[i]) ||
		    !tuning_is_whole(&slices[i]))
			continue;
		t->slices = arena_grow(&t->cmd->arena, t->slices, t->n_slices, &t->slices_cap,
				       sizeof(*t->slices));
		t->slices[t->n_slices++] = &slices[i];
	}
	return 0;
}

/* RULE: leak guard. Tickets under test in any run of the store are never trained on. */
static int tuning_load_tested(struct tuning *t)
{
	struct store store = { 0 };
	struct run_row *runs;
	size_t n;
	int r;

	if (!file_exists(t->store_path))
		return 0;
	r = store_open(&t->cmd->arena, t->store_path, STORE_READ, &store, &t->cmd->err);
	if (r == 0)
		r = store_list_runs(&t->cmd->arena, &store, &runs, &n, &t->cmd->err);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = tuning_add_slices(t, &store, &runs[i]);
	store_close(&store);
	return r;
}

static const struct candidate *tuning_model_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].model->engine != ENGINE_BASELINE)
			return &plan->candidates[i];
	return NULL;
}

static int tuning_check_candidate(struct tuning *t)
{
	const struct candidate *c = t->candidate;
	struct err *err = &t->cmd->err;

	if (c->model->engine == ENGINE_HTTP)
		return err_set(err, ERR_REFUSED,
			       "%s is on a server, which gives no hidden states: tune a model in a "
			       "file",
			       c->model->label);
	if (c->model->facts.kind == MODEL_KIND_DECISION)
		return err_set(err, ERR_REFUSED,
			       "%s is a decision model, which rates the labels by itself: ask it "
			       "as it is, or tune another model",
			       c->model->label);
	if (c->refused)
		return err_set(err,
			       t->session.prepared.problems[c->model - t->session.prepared.models] ?
				       ERR_INPUT :
				       ERR_REFUSED,
			       "%s cannot be tuned: %s", c->model->label, c->refused);
	if (t->session.prepared.job.reason == REASON_FIRST)
		return err_set(err, ERR_INPUT,
			       "with 'reason: first' a rationale stands between the ticket and the "
			       "label, so a head cannot be used; remove 'reason' from the job");
	return 0;
}

static int tuning_load_job(struct tuning *t)
{
	const struct tune_options *o = t->options;
	struct prepare_options prepare_with = {
		.ways = { { way_name(WAY_PLAIN) }, 1 },
		.added = t->slices,
		.n_added = t->n_slices,
		.training = o->train,
		.no_sandbox = o->no_sandbox,
		.evaluate = o->evaluate,
		.hash = true,
		.threads = o->threads,
	};
	struct prepared *p = &t->session.prepared;
	struct job job;

	if (o->model)
		prepare_with.models = (struct opt_list){ { o->model }, 1 };
	if (job_load(&t->cmd->arena, t->job_path, &job, &t->cmd->err) < 0 ||
	    task_verb_check("tune", job.task, &t->cmd->err) < 0 ||
	    prepare(t->cmd, t->job_path, &prepare_with, p) < 0)
		return -1;
	if (!o->model && p->job.n_models != 1)
		return err_set(&t->cmd->err, ERR_USAGE,
			       "the job has %zu models; choose one with --model FILE",
			       p->job.n_models);
	if (p->training.n == 0)
		return err_set(&t->cmd->err, ERR_USAGE,
			       "no training tickets: give --train FILE.jsonl, or 'training: FILE' "
			       "in the job");
	p->job.think_tok = 0; /* a head reads the position right after the ticket */
	t->candidate = tuning_model_of(&p->plan);
	return tuning_check_candidate(t);
}

/* Takes the first --number tickets of an order in which all labels come early. */
static int tuning_choose_tickets(struct tuning *t)
{
	const struct training *training = &t->session.prepared.training;
	struct arena *a = &t->cmd->arena;
	int *labels = arena_array(a, training->n, sizeof(*labels));
	struct head_data data = { .labels = labels,
				  .n = training->n,
				  .n_labels = t->session.prepared.job.n_labels,
				  .seed = (uint64_t)t->session.prepared.job.seed };
	size_t *order;

	for (size_t i = 0; i < training->n; i++) {
		labels[i] = training->items[i]->label;
		if (training->items[i]->image)
			return err_set(&t->cmd->err, ERR_INPUT,
				       "training ticket '%s' has an image, but tune learns only "
				       "from texts",
				       display_text(a, training->items[i]->id));
	}
	t->tickets = training->items;
	t->n = training->n;
	if (t->options->number == 0 || (size_t)t->options->number >= training->n)
		return 0;
	order = head_order(a, &data);
	t->n = (size_t)t->options->number;
	t->tickets = arena_array(a, t->n, sizeof(*t->tickets));
	for (size_t i = 0; i < t->n; i++)
		t->tickets[i] = training->items[order[i]];
	return 0;
}

static int tuning_choose_out(struct tuning *t)
{
	const struct tune_options *o = t->options;
	struct arena *a = &t->cmd->arena;
	const char *label = t->candidate->model->label;
	const char *name = o->name    ? o->name :
			   o->weights ? arena_printf(a, "%s-tuned", label) :
					label;

	if (o->name && strchr(o->name, '/'))
		return err_set(&t->cmd->err, ERR_USAGE,
			       "a name cannot contain '/'; use --out for the path");
	t->out = o->out ?
			 o->out :
			 file_beside(a, t->store_path,
				     arena_printf(
					     a, o->weights ? "tuned/%s.gguf" : "heads/%s.head.json",
					     name));
	if (file_is_taken(t->out) && !o->force)
		return err_set(&t->cmd->err, ERR_INPUT,
			       "'%s' already exists, and runs may name it; give another --name, or "
			       "--force",
			       display_path(a, t->out));
	return 0;
}

int tuning_make_folder(struct tuning *t)
{
	return file_make_dirs(file_beside(&t->cmd->arena, t->out, "."), 0700, &t->cmd->err);
}

const char *tuning_path_for_job(const struct tuning *t)
{
	const char *slash = strrchr(t->job_path, '/');
	size_t n = slash ? (size_t)(slash + 1 - t->job_path) : 0;

	return n > 0 && strncmp(t->out, t->job_path, n) == 0 ? t->out + n : t->out;
}

int tuning_begin(struct tuning *t)
{
	const struct tune_options *o = t->options;
	struct session *s = &t->session;
	char *store;

	if (store_path_of_job(t->cmd, o->store, t->job_path, &store) < 0)
		return -1;
	t->store_path = store;
	if (tuning_load_tested(t) < 0 || tuning_load_job(t) < 0 || tuning_choose_out(t) < 0 ||
	    tuning_choose_tickets(t) < 0)
		return -1;
	s->run = (struct run_row){ .mode = MODE_TWO_PHASE,
				   .reason_order = reason_order_name(s->prepared.job.reason) };
	s->labels_json = "";
	interrupt_catch(NULL);
	return 0;
}

struct head_data tuning_data(struct tuning *t)
{
	const struct job *job = &t->session.prepared.job;
	int *labels = arena_array(&t->cmd->arena, t->n, sizeof(*labels));

	for (size_t i = 0; i < t->n; i++)
		labels[i] = t->tickets[i]->label;
	return (struct head_data){ .labels = labels,
				   .families = guard_families(&t->cmd->arena, t->tickets, t->n),
				   .n = t->n,
				   .n_labels = job->n_labels,
				   .seed = (uint64_t)job->seed };
}

size_t tuning_families(const struct head_data *data)
{
	size_t n = 0;

	for (size_t i = 0; i < data->n; i++)
		n += data->families[i] == i;
	return n;
}

struct learnt tuning_record(struct tuning *t, size_t *counts)
{
	struct arena *a = &t->cmd->arena;
	const struct prepared *p = &t->session.prepared;
	struct learnt own = learnt_of(&p->job, &p->training);
	char *hex = arena_alloc(a, HASH_HEX_LEN + 1);

	tickets_hash(&p->job, t->tickets, t->n, hex);
	own.sha256 = hex;
	own.n = t->n;
	own.counts = counts;
	own.guarded = arena_array(a, t->n_slices + 1, sizeof(*own.guarded));
	own.guarded[own.n_guarded++] = p->slice.sha256;
	for (size_t i = 0; i < t->n_slices; i++)
		if (strcmp(t->slices[i]->sha256, p->slice.sha256) != 0)
			own.guarded[own.n_guarded++] = t->slices[i]->sha256;
	return own;
}

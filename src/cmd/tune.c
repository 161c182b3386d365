/*
 * `toehold tune JOB --model M --train FILE`: a head that chooses the label from the model's hidden
 * state, learnt from other tickets. Stages: what is under test, what may be learnt from, states,
 * learning, the file.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "flow/interrupt.h"
#include "flow/load.h"
#include "cmd/tune_state.h"
#include "job/guard.h"
#include "job/shown.h"
#include "job/ticket_rows.h"
#include "report/tune_text.h"

struct tune_options {
	const char *model, *train, *name, *out, *store;
	int64_t number, threads, timeout_s;
	bool no_cache, no_sandbox, evaluate, force, json;
};

#define AT(field) offsetof(struct tune_options, field)

static const struct opt_row rows[] = {
	{ "model", 'm', OPT_TEXT, AT(model), "FILE", "the model (default: the job's only one)", 0,
	  0 },
	{ "train", 't', OPT_TEXT, AT(train), "FILE",
	  "labelled tickets to learn from (default: the job's 'training')", 0, 0 },
	{ "number", 'n', OPT_INT, AT(number), "N",
	  "learn from so many of them, drawn by the job's seed (default: all)", 10, TICKETS_MAX },
	{ "name", 0, OPT_TEXT, AT(name), "NAME", "name of the head (default: the model's)", 0, 0 },
	{ "out", 'o', OPT_TEXT, AT(out), "HEAD.json",
	  "where to write it (default: heads/NAME.head.json beside the store)", 0, 0 },
	{ "force", 0, OPT_FLAG, AT(force), NULL, "write over a head that exists", 0, 0 },
	{ "no-cache", 0, OPT_FLAG, AT(no_cache), NULL,
	  "neither read nor keep hidden states (docs/tuning.md)", 0, 0 },
	{ "evaluate", 0, OPT_FLAG, AT(evaluate), NULL,
	  "tune also what a licence forbids to use; it is never picked", 0, 0 },
	{ "threads", 0, OPT_INT, AT(threads), "N",
	  "threads of the engine (default: physical cores)", 1, 1024 },
	{ "timeout", 0, OPT_INT, AT(timeout_s), "SECONDS",
	  "deadline of one ticket (default 120); then it is left out", 1, 86400 },
	{ "no-sandbox", 0, OPT_FLAG, AT(no_sandbox), NULL, "run the worker without a sandbox", 0,
	  0 },
	{ "store", 's', OPT_TEXT, AT(store), "FILE",
	  "its runs' tickets are not learnt from (default: beside the job)", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "the result as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "tune",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "learn a head for a model from other tickets, and say how good it would be",
	.details =
		"The model itself stays as it is. Its hidden states at the label's place are "
		"computed once and\nkept, so that a second tuning takes seconds. Tickets that "
		"(nearly) repeat one under test, in the\njob or in any run of the store, are left "
		"out. How strongly to regularise, and how sure to be, is\nchosen by "
		"cross-validation inside the training tickets. Ctrl-C keeps the states so far.",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};

/* One tuning under way. */
struct tuning {
	struct cmd *cmd;
	const struct tune_options *options;
	const char *job_path, *store_path, *out;
	struct session session;
	const struct candidate *candidate;
	const struct slice **slices; /* under test: of the store's runs */
	size_t n_slices;
	const struct ticket **tickets; /* that are learnt from */
	size_t n;
	struct states states;
	struct head_fit fit;
	struct head head;
	size_t n_families;
	int64_t fit_us;
};

static bool has_slice(const struct tuning *t, const struct slice *slice)
{
	for (size_t i = 0; i < t->n_slices; i++)
		if (strcmp(t->slices[i]->sha256, slice->sha256) == 0)
			return true;
	return false;
}

/* A text that was purged cannot be compared with. */
static bool is_whole(const struct slice *slice)
{
	for (size_t i = 0; i < slice->n; i++)
		if (slice->tickets[i].text == store_purged)
			return false;
	return true;
}

static int add_slices(struct tuning *t, struct store *store, const struct run_row *run)
{
	struct slice *slices;
	size_t n;

	if (store_get_slices(&t->cmd->arena, store, run, STORE_TEXTS, &slices, &n, &t->cmd->err) <
	    0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct slice **more;

		if (slices[i].role == SLICE_POOL || has_slice(t, &slices[i]) ||
		    !is_whole(&slices[i]))
			continue;
		more = arena_array(&t->cmd->arena, t->n_slices + 1, sizeof(*more));
		if (t->n_slices > 0)
			memcpy(more, t->slices, t->n_slices * sizeof(*more));
		more[t->n_slices++] = &slices[i];
		t->slices = more;
	}
	return 0;
}

/* RULE: leak guard. What was under test in any run of the store is not learnt from. */
static int load_tested(struct tuning *t)
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
		r = add_slices(t, &store, &runs[i]);
	store_close(&store);
	return r;
}

static const struct candidate *model_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].model->engine != ENGINE_BASELINE)
			return &plan->candidates[i];
	return NULL;
}

static int check_candidate(struct tuning *t)
{
	const struct candidate *c = t->candidate;
	struct err *err = &t->cmd->err;

	if (c->model->engine == ENGINE_HTTP)
		return err_set(err, ERR_REFUSED,
			       "%s is on a server, and a server gives no hidden states: tune a "
			       "model in a file",
			       c->model->label);
	if (c->refused)
		return err_set(err,
			       t->session.prepared.problems[c->model - t->session.prepared.models] ?
				       ERR_INPUT :
				       ERR_REFUSED,
			       "%s cannot be tuned: %s", c->model->label, c->refused);
	if (t->session.prepared.job.reason == REASON_FIRST)
		return err_set(err, ERR_INPUT,
			       "with 'reason: first' a rationale stands between the ticket and "
			       "the label: a head cannot be used; take 'reason' out of the job");
	return 0;
}

static int load_job(struct tuning *t)
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

	if (o->model)
		prepare_with.models = (struct opt_list){ { o->model }, 1 };
	if (prepare(t->cmd, t->job_path, &prepare_with, p) < 0)
		return -1;
	if (!o->model && p->job.n_models != 1)
		return err_set(&t->cmd->err, ERR_USAGE,
			       "the job has %zu models; say which one to tune: --model FILE",
			       p->job.n_models);
	if (p->training.n == 0)
		return err_set(&t->cmd->err, ERR_USAGE,
			       "say what to learn from: --train FILE.jsonl, or 'training: FILE' in "
			       "the job");
	p->job.think_tok = 0; /* a head reads the place right behind the ticket */
	t->candidate = model_of(&p->plan);
	return check_candidate(t);
}

/* The first tickets of an order in which all labels come early. */
static int choose_tickets(struct tuning *t)
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
				       "training ticket '%s' has an image: heads are learnt from "
				       "texts alone",
				       shown(a, training->items[i]->id));
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

/* Tickets that have a state; the rows move together with them. */
static void drop_failed(struct tuning *t)
{
	const struct ticket **kept = arena_array(&t->cmd->arena, t->n, sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->states.rows[i])
			continue;
		t->states.rows[n] = t->states.rows[i];
		kept[n++] = t->tickets[i];
	}
	t->tickets = kept;
	t->n = n;
}

static int learn(struct tuning *t)
{
	struct arena *a = &t->cmd->arena;
	const struct job *job = &t->session.prepared.job;
	size_t *families = guard_families(a, t->tickets, t->n);
	int *labels = arena_array(a, t->n, sizeof(*labels));
	struct head_data data = { .rows = t->states.rows,
				  .labels = labels,
				  .families = families,
				  .n = t->n,
				  .n_embd = t->states.n_embd,
				  .n_labels = job->n_labels,
				  .seed = (uint64_t)job->seed };
	int64_t start_us = clock_mono_us();

	for (size_t i = 0; i < t->n; i++) {
		labels[i] = t->tickets[i]->label;
		t->n_families += families[i] == i;
	}
	if (head_train(a, &data, &t->fit, &t->cmd->err) < 0)
		return t->states.n_failed ?
			       err_wrap(&t->cmd->err, "%zu tickets gave no hidden state (%s)",
					t->states.n_failed, t->states.failure) :
			       -1;
	t->fit_us = clock_mono_us() - start_us;
	return 0;
}

static void fill_training(struct tuning *t)
{
	struct arena *a = &t->cmd->arena;
	const struct prepared *p = &t->session.prepared;
	struct head_training *own = &t->head.training;
	struct hash h;
	char *hex = arena_alloc(a, HASH_HEX_LEN + 1);

	hash_init(&h);
	for (size_t i = 0; i < t->n; i++)
		ticket_hash(&h, &p->job, t->tickets[i]);
	hash_hex(&h, hex);
	*own = (struct head_training){ .file = str_basename(p->job.training_path),
				       .file_sha256 = p->training.file_sha256,
				       .sha256 = hex,
				       .n = t->n,
				       .counts = t->fit.counts,
				       .refused_ids = p->training.refused_ids,
				       .refused_for = p->training.refused_for,
				       .n_refused = p->training.n_refused };
	own->guarded = arena_array(a, t->n_slices + 1, sizeof(*own->guarded));
	own->guarded[own->n_guarded++] = p->slice.sha256;
	for (size_t i = 0; i < t->n_slices; i++)
		if (strcmp(t->slices[i]->sha256, p->slice.sha256) != 0)
			own->guarded[own->n_guarded++] = t->slices[i]->sha256;
}

static void fill_quality(struct tuning *t)
{
	struct head_quality *q = &t->head.quality;

	*q = (struct head_quality){
		.c = t->fit.c,
		.log_loss = t->fit.log_loss,
		.folds = HEAD_FOLDS,
		.seed = t->session.prepared.job.seed,
		.solver = "LIBLINEAR, L2-regularised logistic regression, one against the rest",
		.calibration = head_calibration_words(t->fit.calibration),
		.right = t->fit.right,
	};
	for (; q->n_curve < t->fit.n_curve; q->n_curve++) {
		q->curve_n[q->n_curve] = t->fit.curve[q->n_curve].n;
		q->curve_right[q->n_curve] = t->fit.curve[q->n_curve].right;
	}
}

static int write_head(struct tuning *t)
{
	struct arena *a = &t->cmd->arena;
	const struct job *job = &t->session.prepared.job;
	const struct model *model = t->candidate->model;
	char *system_sha256 = arena_alloc(a, HASH_HEX_LEN + 1);
	const char *slash = strrchr(t->out, '/');
	struct head *h = &t->head;

	hash_bytes(job->prompt, strlen(job->prompt), system_sha256);
	*h = (struct head){ .made_us = clock_wall_us(),
			    .program = cmd_program(),
			    .engine_build = t->states.engine_build,
			    .base_sha256 = model->sha256,
			    .base_label = model->label,
			    .adapter_sha256 = model->adapter.sha256,
			    .system_sha256 = system_sha256,
			    .template_sha256 = model->facts.template_sha256,
			    .opening = t->states.opening ? t->states.opening : "",
			    .pinned_date_s = t->states.pinned_date_s,
			    .n_labels = job->n_labels,
			    .n_embd = t->states.n_embd,
			    .weights = t->fit.weights };
	h->labels = arena_array(a, job->n_labels, sizeof(*h->labels));
	for (size_t k = 0; k < job->n_labels; k++)
		h->labels[k] = job->labels[k].name;
	fill_training(t);
	fill_quality(t);
	if (slash && slash > t->out &&
	    file_make_dirs(arena_strndup(a, t->out, (size_t)(slash - t->out)), 0700, &t->cmd->err) <
		    0)
		return -1;
	return head_write(a, t->out, h, &t->cmd->err);
}

static int choose_out(struct tuning *t)
{
	const struct tune_options *o = t->options;
	struct arena *a = &t->cmd->arena;
	const char *name = o->name ? o->name : t->candidate->model->label;

	if (o->name && strchr(o->name, '/'))
		return err_set(&t->cmd->err, ERR_USAGE,
			       "a head's name holds no '/'; say where to write it with --out");
	t->out = o->out ?
			 o->out :
			 file_beside(a, t->store_path, arena_printf(a, "heads/%s.head.json", name));
	if (file_exists(t->out) && !o->force)
		return err_set(&t->cmd->err, ERR_INPUT,
			       "'%s' exists already, and runs may name it; give another --name, or "
			       "--force",
			       shown_path(a, t->out));
	return 0;
}

/* As the job file would name it: from its own folder where it lies below that. */
static const char *path_for_job(const struct tuning *t)
{
	const char *slash = strrchr(t->job_path, '/');
	size_t n = slash ? (size_t)(slash + 1 - t->job_path) : 0;

	return n > 0 && strncmp(t->out, t->job_path, n) == 0 ? t->out + n : t->out;
}

static void print_tuned(const struct tuning *t)
{
	struct arena *a = &t->cmd->arena;
	const struct training *training = &t->session.prepared.training;
	const struct tuned tuned = {
		.head = &t->head,
		.fit = &t->fit,
		.tickets = t->tickets,
		.n_offered = training->n + training->n_refused,
		.n_families = t->n_families,
		.n_slices = t->head.training.n_guarded,
		.n_cached = t->states.n_cached,
		.n_asked = t->states.n_asked,
		.n_failed = t->states.n_failed,
		.failure = t->states.failure,
		.state_us = t->states.asked_us,
		.fit_us = t->fit_us,
		.for_job = path_for_job(t),
		.job_path = t->job_path,
	};

	if (t->options->json)
		json_print(tuned_to_json(a, &tuned), stdout);
	else
		tuned_write_text(a, &tuned, stdout);
}

static int tune(struct tuning *t)
{
	const struct tune_options *o = t->options;
	struct session *s = &t->session;

	t->store_path = o->store ? o->store : store_path_for(&t->cmd->arena, t->job_path);
	if (load_tested(t) < 0 || load_job(t) < 0 || choose_out(t) < 0 || choose_tickets(t) < 0)
		return -1;
	s->run = (struct run_row){ .mode = "two-phase",
				   .reason_order = reason_order_name(s->prepared.job.reason) };
	s->labels_json = "";
	interrupt_catch(NULL);
	if (states_get(s, t->candidate, t->tickets, t->n, !o->no_cache, &t->states, &t->cmd->err) <
	    0)
		return -1;
	drop_failed(t);
	if (learn(t) < 0 || write_head(t) < 0)
		return -1;
	print_tuned(t);
	return 0;
}

static int run(struct cmd *cmd)
{
	struct tune_options o = { .timeout_s = 120 };
	struct tuning t = { .cmd = cmd, .options = &o, .session.cmd = cmd };
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	t.job_path = args.items[0];
	t.session.sandbox = !o.no_sandbox;
	t.session.timeout_us = o.timeout_s * 1000000;
	return tune(&t);
}

const struct command cmd_tune = { &spec, run };

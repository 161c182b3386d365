/*
 * From the job's labels, examples and training tickets to the recipe of each head.
 */
#include "flow/prepare/encoders.h"

#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "flow/prepare/heads.h"
#include "job/ticket/leak_guard.h"
#include "judge/head/head.h"

/* Part of a head's key: raise it if the same recipe gives other weights. */
static const char RECIPE[] = "encoder head 1";
static const char RECIPE_SEVERAL[] = "encoder head of several labels 1";

/* What the heads of a plan are made of. */
struct recipes {
	struct cmd *cmd;
	struct prepared *p;
	const struct ticket **descriptions; /* one a label, as texts */
	struct training training; /* compared only with the job's own tickets */
	size_t *counts; /* training tickets of each label */
	const char *refusal; /* why no head can learn from the training tickets, or NULL */
};

/* "NAME: DESCRIPTION" of each label, or only its name. */
static const struct ticket **encoders_describe(struct arena *a, const struct job *job)
{
	const struct ticket **list = arena_array(a, job->n_offered, sizeof(*list));

	for (size_t k = 0; k < job->n_offered; k++) {
		const struct label *l = &job->offered[k];
		struct ticket *t = arena_array(a, 1, sizeof(*t));

		t->label = (int)k;
		t->id = l->name;
		t->text = l->description ? arena_printf(a, "%s: %s", l->name, l->description) :
					   l->name;
		t->text_len = strlen(t->text);
		list[k] = t;
	}
	return list;
}

static void encoders_warn_of_names(const struct recipes *r)
{
	struct arena *a = &r->cmd->arena;
	struct job *job = &r->p->job;
	const char *list = NULL;

	for (size_t k = 0; k < job->n_offered; k++)
		if (!job->offered[k].description)
			list = arena_add_item(a, list, ", ", "%s",
					      display_text(a, job->offered[k].name));
	if (list)
		job_warn(job, arena_printf(a,
					   "labels without a description: %s; an encoder learns "
					   "from their bare names",
					   list));
}

/*
 * RULE: leak guard. A head stays the same while a run grows, so it is compared with added tickets
 * and never made without the ones that resemble them.
 */
static const char *encoders_leak(struct recipes *r, const struct prepare_options *o)
{
	struct arena *a = &r->cmd->arena, scratch = { 0 };
	struct leak_guard guard = leak_guard_build(&scratch, o->added, o->n_added);
	const char *why = NULL;

	for (size_t i = 0; i < r->training.n && !why; i++) {
		const struct ticket *hit = leak_guard_hit(&scratch, &guard, r->training.items[i]);

		if (hit)
			why = arena_printf(a,
					   "its head learnt from the training ticket '%s', which "
					   "(nearly) repeats ticket '%s' under test: leave '%s' "
					   "out, or start a new run with it in the job's tickets",
					   display_text(a, r->training.items[i]->id),
					   display_text(a, hit->id), display_text(a, hit->id));
	}
	arena_release(&scratch);
	return why;
}

/* The job's tickets under test decide what is learnt from, whatever is added to the run later. */
static int encoders_load_training(struct recipes *r, const struct prepare_options *o)
{
	const struct slice *slices[1] = { &r->p->slice };

	r->training = r->p->training;
	if (o->n_added == 0)
		return 0;
	if (training_load(&r->cmd->arena, &r->p->job, slices, 1, &r->training, &r->cmd->err) < 0)
		return -1;
	r->refusal = encoders_leak(r, o);
	return 0;
}

static const char *encoders_training_refusal(struct arena *a, const struct recipes *r,
					     size_t n_missing)
{
	const struct job *job = &r->p->job;

	if (r->training.n < HEAD_LEAST_TICKETS)
		return arena_printf(a,
				    "%zu training ticket%s too few to learn from: label %d or more "
				    "in '%s', or leave out %s",
				    r->training.n, r->training.n == 1 ? " is" : "s are",
				    HEAD_LEAST_TICKETS, display_path(a, job->training_path),
				    job->task == TASK_SEVERAL ? "the encoders" :
								"the way 'trained'");
	if (job->task != TASK_SEVERAL && n_missing + 1 >= job->n_offered)
		return arena_printf(a,
				    "all training tickets have the label '%s', so there is nothing "
				    "to tell apart: add tickets with other labels to '%s'",
				    display_text(a, job->offered[r->training.items[0]->label].name),
				    display_path(a, job->training_path));
	return NULL;
}

static int encoders_read_training(struct recipes *r, const struct prepare_options *o)
{
	struct arena *a = &r->cmd->arena;
	size_t n_labels = r->p->job.n_offered, n_missing = 0;
	const char *why;

	if (encoders_load_training(r, o) < 0)
		return -1;
	r->counts = training_counts(a, &r->p->job, &r->training);
	for (size_t k = 0; k < n_labels; k++)
		n_missing += r->counts[k] == 0;
	why = encoders_training_refusal(a, r, n_missing);
	r->refusal = why ? why : r->refusal;
	return 0;
}

/* Everything that decides the weights, except the engine that computes the embeddings. */
static void encoders_key(const struct recipes *r, const struct encoder *e, const char *prefix,
			 char *ret_hex)
{
	const struct job *job = &r->p->job;
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, job->task == TASK_SEVERAL ? RECIPE_SEVERAL : RECIPE);
	hash_add_text(&h, e->model->sha256);
	hash_add_text(&h, e->model->adapter.sha256);
	hash_add_text(&h, way_name(e->way));
	hash_add_text(&h, prefix);
	for (size_t k = 0; k < job->n_offered; k++) {
		hash_add_text(&h, job->offered[k].name);
		hash_add_text(&h, r->descriptions[k]->text);
	}
	hash_add_text(&h, e->own.training.sha256);
	hash_add_i64(&h, job->seed);
	hash_hex(&h, ret_hex);
}

/* RULE: several labels. The thresholds of `plain` come from the labelled tickets that there are. */
static enum way encoders_way_of_tickets(const struct recipes *r, enum way way)
{
	if (r->p->job.task != TASK_SEVERAL || way != WAY_PLAIN)
		return way;
	return r->training.n > 0 ? WAY_TRAINED : WAY_EXAMPLES;
}

/* The labelled tickets of the way, and their record. */
static size_t encoders_learn_from(const struct recipes *r, enum way way, struct learnt *ret_learnt,
				  const struct ticket ***ret_items)
{
	const struct prepared *p = r->p;
	const struct training *t = &r->training;
	const char **guarded = arena_array(&r->cmd->arena, 1, sizeof(*guarded));

	*ret_learnt = (struct learnt){ .file = "", .file_sha256 = "", .sha256 = "" };
	if (way_has_examples(way)) {
		ret_learnt->sha256 = p->examples.sha256;
		ret_learnt->refused_ids = p->examples.refused_ids;
		ret_learnt->refused_for = p->examples.refused_for;
		ret_learnt->n_refused = p->examples.n_refused;
		*ret_items = p->examples.items;
		return p->examples.n;
	}
	if (way != WAY_TRAINED)
		return 0;
	guarded[0] = p->slice.sha256;
	*ret_learnt = learnt_of(&p->job, t);
	ret_learnt->counts = r->counts;
	ret_learnt->guarded = guarded;
	ret_learnt->n_guarded = 1;
	*ret_items = t->items;
	return t->n;
}

static void encoders_fill_texts(const struct recipes *r, struct encoder *e,
				const struct ticket **items, size_t n)
{
	struct arena *a = &r->cmd->arena;

	e->n_descriptions = r->p->job.n_offered;
	e->n_texts = e->n_descriptions + n;
	e->texts = arena_array(a, e->n_texts, sizeof(*e->texts));
	for (size_t i = 0; i < e->n_texts; i++)
		e->texts[i] =
			i < e->n_descriptions ? r->descriptions[i] : items[i - e->n_descriptions];
}

/* The head's identity and its record, without weights. */
static void encoders_fill_head(const struct recipes *r, struct encoder *e, const char *prefix)
{
	struct head *head = &e->own;

	head->path = "";
	head->name = way_name(e->way);
	head->engine_build = "";
	head->template_sha256 = head->opening = "";
	heads_fill_identity(&r->cmd->arena, &r->p->job, e->model, prefix, head);
	encoders_key(r, e, prefix, head->sha256);
}

static void encoders_add(const struct recipes *r, struct candidate *c)
{
	struct encoder *e = &r->p->encoders[r->p->n_encoders++];
	enum way way = encoders_way_of_tickets(r, c->way);
	const struct ticket **items = NULL;
	size_t n;

	*e = (struct encoder){ .model = c->model, .way = c->way, .head = c->head };
	n = encoders_learn_from(r, way, &e->own.training, &items);
	encoders_fill_texts(r, e, items, n);
	if (c->head)
		return;
	encoders_fill_head(r, e, c->prompts.texts[0]);
	e->head = c->head = &e->own;
	if (way == WAY_TRAINED && !c->refused)
		c->refused = r->refusal;
}

int encoders_plan(struct cmd *cmd, const struct prepare_options *options, struct prepared *p)
{
	struct recipes *r = arena_array(&cmd->arena, 1, sizeof(*r)); /* the heads borrow from it */
	bool any = false, trained = false;

	for (size_t i = 0; i < p->plan.n; i++) {
		const struct candidate *c = &p->plan.candidates[i];
		bool own = model_is_encoder(c->model);

		any |= own;
		trained |= own && (c->way == WAY_TRAINED ||
				   (p->job.task == TASK_SEVERAL && p->training.n > 0));
	}
	if (!any)
		return 0;
	r->cmd = cmd;
	r->p = p;
	r->descriptions = encoders_describe(&cmd->arena, &p->job);
	encoders_warn_of_names(r);
	if (trained && encoders_read_training(r, options) < 0)
		return -1;
	p->encoders = arena_array(&cmd->arena, p->plan.n, sizeof(*p->encoders));
	for (size_t i = 0; i < p->plan.n; i++)
		if (model_is_encoder(p->plan.candidates[i].model))
			encoders_add(r, &p->plan.candidates[i]);
	return 0;
}

struct encoder *encoder_of(const struct prepared *p, const struct candidate *c)
{
	for (size_t i = 0; i < p->n_encoders; i++)
		if (p->encoders[i].model == c->model && p->encoders[i].way == c->way &&
		    p->encoders[i].head == c->head)
			return &p->encoders[i];
	return NULL;
}

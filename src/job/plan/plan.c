/*
 * The plan: the candidates, the size and time of each, and which cannot run. Opens no file
 * (job/licence/licence.c searches for licence texts). Unknown figures are estimated by the formulas
 * below, which docs/job-file.md explains.
 */
#include "job/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "job/file/job_variants.h"
#include "job/model/decision.h"
#include "job/model/families.h"
#include "job/model/served.h"
#include "job/plan/plan_route.h"
#include "job/plan/plan_time.h"
#include "job/plan/plan_way.h"
#include "job/task/task_labels.h"

/*
 * Estimates until the model has counted. A token is about four bytes of text. A template adds
 * tokens around the prompt, an example (its label as JSON, two turns) and a ticket (turns, the
 * forced opening of the answer).
 */
enum {
	BYTES_PER_TOK = 4,
	PREFIX_EXTRA_TOK = 30,
	EXAMPLE_EXTRA_TOK = 14,
	TICKET_EXTRA_TOK = 20,
	CONTEXT_PAD_TOK = 256,
};

/*
 * Images: if the projector's header does not say, an image takes as many tokens as with LLaVA 1.5
 * (576; other models take 64 to 4,000). A pixel takes 6 bytes during decoding. The scratch space of
 * a projector is estimated as a quarter of its weights (docs/images.md has measurements).
 */
enum { IMAGE_TOK = 576, PIXEL_BYTES = 6, PROJECTOR_SCRATCH_PARTS = 4 };

/* The inputs of the plan, and figures that all candidates share. */
struct planner {
	struct arena *a;
	const struct job *job;
	const struct slice *slice;
	const struct example_set *examples;
	const struct plan_limits *limits;
	const struct model *models;
	size_t n_models;
	int64_t cap_tok; /* of one reason */
	int64_t think_tok; /* limit of thinking for one ticket; some models will not think */
	int64_t ticket_tok; /* of all tickets */
	int64_t longest_tok; /* of the longest ticket */
	const struct ticket *first_image; /* NULL if no ticket has an image */
	int64_t n_images, largest_pixels; /* of one image */
	int64_t max_wave; /* most tickets of a wave */
	int64_t *wave_tok; /* [n]: of the n longest tickets, with their reasons */
};

static int64_t plan_text_tok(size_t n_bytes)
{
	return (int64_t)(n_bytes + BYTES_PER_TOK - 1) / BYTES_PER_TOK;
}

static int plan_by_value_down(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a < b) - (a > b);
}

static void plan_count_image(struct planner *p, const struct ticket *t)
{
	if (!t->image)
		return;
	p->n_images++;
	if (!p->first_image)
		p->first_image = t;
	if (t->image_width * t->image_height > p->largest_pixels)
		p->largest_pixels = t->image_width * t->image_height;
}

/* Tokens that the model's projector makes from n images. */
static int64_t plan_images_tok(const struct model *m, int64_t n)
{
	return n * (m->projector.image_tok > 0 ? m->projector.image_tok : IMAGE_TOK);
}

static void plan_count_tickets(struct planner *p)
{
	int64_t *tok = arena_array(p->a, p->slice->n, sizeof(*tok));

	for (size_t i = 0; i < p->slice->n; i++) {
		tok[i] = plan_text_tok(p->slice->tickets[i].text_len) + TICKET_EXTRA_TOK;
		plan_count_image(p, &p->slice->tickets[i]);
		p->ticket_tok += tok[i];
	}
	if (p->slice->n) {
		qsort(tok, p->slice->n, sizeof(*tok), plan_by_value_down);
		p->longest_tok = tok[0];
	}
	p->max_wave = p->slice->n < PLAN_MAX_WAVE ? (int64_t)p->slice->n : PLAN_MAX_WAVE;
	p->wave_tok = arena_array(p->a, (size_t)p->max_wave + 1, sizeof(*p->wave_tok));
	for (int64_t i = 0; i < p->max_wave; i++)
		p->wave_tok[i + 1] = p->wave_tok[i] + tok[i] + p->think_tok + p->cap_tok;
}

/* Tokens before the ticket, in one order of the labels. */
static int64_t plan_prefix_tok(const struct planner *p, const struct candidate *c)
{
	int64_t tok = plan_text_tok(strlen(c->prompts.texts[0])) + PREFIX_EXTRA_TOK;
	const char *tools = task_tools(p->job);

	if (tools)
		tok += plan_text_tok(strlen(tools));

	if (way_has_examples(c->way))
		for (size_t i = 0; i < p->examples->n; i++)
			tok += plan_text_tok(p->examples->items[i]->text_len) + EXAMPLE_EXTRA_TOK;
	return tok;
}

static int64_t plan_ubatch_tok(const struct planner *p)
{
	int64_t most = p->limits->n_batch;

	return most > 0 && most < MODEL_UBATCH_TOK ? most : MODEL_UBATCH_TOK;
}

/* The whole projector is read into memory. The pixels of one image at a time are added. */
static void plan_add_projector(const struct planner *p, const struct model *m,
			       struct memory_need *need)
{
	if (!m->projector.path)
		return;
	need->weights_bytes += m->projector.stamp.size_bytes;
	if (p->first_image)
		need->buffer_bytes += m->projector.stamp.size_bytes / PROJECTOR_SCRATCH_PARTS +
				      p->largest_pixels * PIXEL_BYTES;
}

/*
 * Computes the memory for a wave of n_wave tickets. Each order has its own prefix. Behind the
 * orders but the first, the tickets take turns in the same cells.
 */
static void plan_wave_memory(const struct planner *p, struct candidate *c, int64_t n_wave)
{
	int64_t n_images = n_wave < p->n_images ? n_wave : p->n_images;
	int64_t n_orders = (int64_t)c->prompts.n, one_prefix_tok = c->prefix_tok / n_orders;
	int64_t turn_tok =
		n_orders > 1 ? p->longest_tok + plan_images_tok(c->model, n_images > 0) : 0;
	struct memory_ask ask = {
		.context_tok = (c->prefix_tok + p->wave_tok[n_wave] + turn_tok +
				plan_images_tok(c->model, n_images) + CONTEXT_PAD_TOK - 1) /
			       CONTEXT_PAD_TOK * CONTEXT_PAD_TOK,
		.n_seq = n_wave + n_orders + (n_orders > 1),
		.ubatch_tok = plan_ubatch_tok(p),
		.decode_tok = one_prefix_tok > p->longest_tok ? one_prefix_tok : p->longest_tok,
		.n_outputs = p->cap_tok > 0 && p->job->reason != REASON_FIRST ? n_wave : 1,
	};

	memory_estimate(c->model, &ask, &c->need);
	plan_add_projector(p, c->model, &c->need);
	/* The engine reads an adapter into memory of its own. */
	c->need.weights_bytes += c->model->adapter.stamp.size_bytes;
	if (c->head)
		c->need.weights_bytes += head_bytes(c->head);
	c->context_tok = ask.context_tok;
	c->size_bytes = memory_total(&c->need);
}

/* The machine's memory less a tenth; 0: unknown. */
static int64_t plan_usable_bytes(const struct planner *p)
{
	return p->limits->machine_bytes - p->limits->machine_bytes / PLAN_RESERVE_PARTS;
}

static bool plan_is_over_budget(const struct planner *p, const struct candidate *c)
{
	return p->job->budget.memory_bytes > 0 && c->size_bytes > p->job->budget.memory_bytes;
}

/* Memory that must stay: the system can reclaim the pages of the file that were copied. */
static int64_t plan_resident_bytes(const struct candidate *c)
{
	return c->size_bytes - c->need.copied_bytes;
}

static bool plan_is_over_machine(const struct planner *p, const struct candidate *c)
{
	return p->limits->machine_bytes > 0 && plan_resident_bytes(c) > plan_usable_bytes(p);
}

/* RULE: memory. The longest wave that fits, else a single ticket. */
static void plan_fit_wave(const struct planner *p, struct candidate *c)
{
	int64_t n_wave = p->max_wave;

	plan_wave_memory(p, c, n_wave);
	while (n_wave > 1 && (plan_is_over_budget(p, c) || plan_is_over_machine(p, c)))
		plan_wave_memory(p, c, --n_wave);
	c->n_wave = n_wave < p->max_wave ? n_wave : 0;
}

bool candidate_is_base(const struct candidate *base, const struct candidate *other)
{
	return other->model == base->model && way_base(other->way) == base->way &&
	       other->variant == base->variant;
}

/* RULE: licence. A model whose licence forbids the use is tested only if the user asks for it. */
static const char *plan_licence_refusal(const struct planner *p, const struct licence *l)
{
	if (l->verdict != LICENCE_BLOCK || p->job->evaluate)
		return NULL;
	return arena_printf(p->a,
			    "its licence (%s) forbids %s use: %s (%s); to test it anyway, write "
			    "'use: evaluate' or give --evaluate",
			    l->name, licence_use_name(p->job), l->conditions, l->why);
}

/* The sum, as text. */
static const char *plan_need_words(const struct planner *p, const struct candidate *c,
				   int64_t weights_bytes)
{
	return arena_printf(p->a, "weights %s + context of %lld tokens %s + buffers %s",
			    str_bytes(p->a, (uint64_t)weights_bytes), (long long)c->context_tok,
			    str_bytes(p->a, (uint64_t)c->need.context_bytes),
			    str_bytes(p->a, (uint64_t)c->need.buffer_bytes));
}

/* RULE: images. Only a model with a projector sees them. A server states its own abilities. */
static const char *plan_image_refusal(const struct planner *p, const struct model *m)
{
	if (!p->first_image)
		return NULL;
	if (model_is_encoder(m))
		return arena_printf(p->a,
				    "ticket '%s' has an image, but an encoder reads only text: "
				    "leave the encoder out, or the tickets with images",
				    display_text(p->a, p->first_image->id));
	if (m->engine != ENGINE_LLAMA)
		return NULL;
	if (m->facts.kind == MODEL_KIND_DECISION)
		return arena_printf(p->a,
				    "ticket '%s' has an image, but a decision model is asked about "
				    "texts only",
				    display_text(p->a, p->first_image->id));
	if (m->projector.path)
		return NULL;
	return arena_printf(p->a,
			    "ticket '%s' has an image, but this model reads only text: add its "
			    "projector, '%s + mmproj.gguf'",
			    display_text(p->a, p->first_image->id),
			    display_text(p->a, str_basename(m->path)));
}

/* RULE: budget. Why the candidate cannot run, as text, or NULL. */
static const char *plan_refusal(const struct planner *p, const struct candidate *c)
{
	const struct model *m = c->model;
	const char *why = plan_task_refusal(p->a, p->job, m);
	int64_t one_prefix_tok = c->prefix_tok / (int64_t)c->prompts.n;

	why = why ? why : model_refusal(p->a, m);
	if (!why && m->facts.kind == MODEL_KIND_DECISION)
		why = decision_refusal(p->a, &m->facts, p->job->n_labels);
	why = why ? why : plan_way_refusal(p->a, p->job, m, c->way);
	if (why)
		return why;
	if (m->has_facts && m->facts.n_ctx_train > 0 && one_prefix_tok > m->facts.n_ctx_train)
		return arena_printf(
			p->a,
			"the prompt takes about %lld tokens, but the context of the model has only "
			"%lld: shorten the prompt%s",
			(long long)one_prefix_tok, (long long)m->facts.n_ctx_train,
			way_has_examples(c->way) ? ", or lower per_label" : "");
	if (plan_is_over_budget(p, c))
		return arena_printf(
			p->a,
			"needs about %s for one ticket at a time (%s), but the budget allows %s",
			str_bytes(p->a, (uint64_t)c->size_bytes),
			plan_need_words(p, c, c->need.weights_bytes),
			str_bytes(p->a, (uint64_t)p->job->budget.memory_bytes));
	if (plan_is_over_machine(p, c))
		return arena_printf(
			p->a,
			"needs at least %s for one ticket at a time (%s), but this machine has %s, "
			"of which a tenth is kept free",
			str_bytes(p->a, (uint64_t)plan_resident_bytes(c)),
			plan_need_words(p, c, c->need.weights_bytes - c->need.copied_bytes),
			str_bytes(p->a, (uint64_t)p->limits->machine_bytes));
	why = c->head ? head_refusal(p->a, c->head, p->job) : NULL;
	why = why ? why : plan_image_refusal(p, m);
	return why ? why : plan_licence_refusal(p, c->licence);
}

/* "LABEL WAY". Models with the same label also get their number in the job. */
static const char *plan_name_of(struct arena *a, const struct model *models, size_t n_models,
				size_t at, enum way way)
{
	size_t n_same = 0, place = 0;

	if (models[at].engine == ENGINE_BASELINE)
		return models[at].label;
	for (size_t i = 0; i < n_models; i++) {
		if (models[i].repeats || strcmp(models[i].label, models[at].label) != 0)
			continue;
		n_same++;
		place += i <= at;
	}
	if (n_same > 1)
		return arena_printf(a, "%s #%zu %s", models[at].label, place, way_name(way));
	return arena_printf(a, "%s %s", models[at].label, way_name(way));
}

/* A server may not state its size. It then counts as the largest. */
static bool plan_size_is_unknown(const struct candidate *c)
{
	return c->size_bytes == 0 && c->model->engine == ENGINE_HTTP;
}

/* Baselines, then models by size, then servers of unknown size. */
static int plan_rank(const struct candidate *c)
{
	if (c->model->engine == ENGINE_BASELINE)
		return 0;
	return plan_size_is_unknown(c) ? 2 : 1;
}

/* RULE: smallest first. Ties by parameters, way, and name. */
static int plan_by_size(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	int64_t pa = a->model->facts.n_params, pb = b->model->facts.n_params;

	if (plan_rank(a) != plan_rank(b))
		return plan_rank(a) - plan_rank(b);
	if (a->size_bytes != b->size_bytes)
		return a->size_bytes < b->size_bytes ? -1 : 1;
	if (pa != pb)
		return pa < pb ? -1 : 1;
	if (a->way != b->way)
		return a->way < b->way ? -1 : 1;
	return strcmp(a->name, b->name);
}

static bool plan_takes_way(const struct job *job, const struct model *model, enum way way)
{
	if (model->repeats)
		return false;
	if (model->engine == ENGINE_BASELINE)
		return strcmp(model->spec, way_name(way)) == 0;
	return plan_way_suits(job, model, way);
}

/*
 * RULE: a server. It takes no memory on this machine, so the memory budget does not apply. Its
 * place in the order is by its weights, if it states them.
 */
static void plan_server(const struct planner *p, struct candidate *c)
{
	c->size_bytes = c->need.weights_bytes = served_bytes(&c->model->facts);
	c->estimate_us = c->most_us = -1;
	c->refused = model_refusal(p->a, c->model);
	if (!c->refused)
		c->refused = plan_choose_route(p->a, p->job, p->first_image, c);
	if (!c->refused)
		c->refused = plan_licence_refusal(p, c->licence);
	if (c->route != SERVED_CHAT)
		c->reason_tok = c->think_tok = 0;
}

/* Prompts of a ticket: both orders of a choice, or a question about each label. */
static int64_t plan_decision_prompts(const struct job *job, enum decision_type type)
{
	switch (task_asks(job)) {
	case ASKS_CHOICE:
		return decision_orders(type);
	case ASKS_EACH:
		return (int64_t)job->n_offered;
	default:
		return 1;
	}
}

/*
 * RULE: a decision model. It reads the question with every ticket, one ticket at a time, as often
 * as its type asks, and writes nothing.
 */
static void plan_decision(const struct planner *p, struct candidate *c)
{
	enum decision_type type = decision_type_by_name(c->model->facts.decision);
	struct memory_ask ask = { .n_seq = 2,
				  .ubatch_tok = plan_ubatch_tok(p),
				  .decode_tok = c->prefix_tok + p->longest_tok,
				  .n_outputs = 1 };
	int64_t cells_tok = ask.decode_tok > ask.ubatch_tok ? ask.decode_tok : ask.ubatch_tok;

	/* A prompt that does not begin with the shared prefix stands beside it, whole. */
	if (!decision_is_encoder(type))
		cells_tok += c->prefix_tok;
	ask.context_tok = (cells_tok + CONTEXT_PAD_TOK - 1) / CONTEXT_PAD_TOK * CONTEXT_PAD_TOK;
	if (decision_is_encoder(type))
		ask.ubatch_tok = ask.context_tok;
	if (type == DECISION_KEV)
		ask.n_outputs = DECISION_ROWS_TOK;
	memory_estimate(c->model, &ask, &c->need);
	/* The rows are stored a second time, when they are read. */
	if (type == DECISION_KEV)
		c->need.buffer_bytes += memory_bounded((double)c->model->facts.n_vocab *
						       sizeof(float) * DECISION_ROWS_TOK);
	c->need.weights_bytes += c->model->adapter.stamp.size_bytes;
	c->context_tok = ask.context_tok;
	c->size_bytes = memory_total(&c->need);
	c->ticket_tok += (int64_t)p->slice->n * c->prefix_tok;
	c->ticket_tok *= plan_decision_prompts(p->job, type);
	c->reason_tok = c->think_tok = 0;
}

static void plan_model(const struct planner *p, struct candidate *c, const struct model *models,
		       size_t n_models)
{
	int64_t n_orders = (int64_t)c->prompts.n;

	c->prefix_tok = n_orders * plan_prefix_tok(p, c);
	c->ticket_tok = n_orders * (p->ticket_tok + plan_images_tok(c->model, p->n_images));
	c->reason_tok = (int64_t)p->slice->n * p->cap_tok;
	c->think_tok = (int64_t)p->slice->n * p->think_tok;
	/* It reads each ticket behind a prefix, without the prompt, and writes nothing. */
	if (model_is_encoder(c->model)) {
		c->prompts.texts[0] = family_query_prefix(p->a, c->model);
		c->prefix_tok = c->reason_tok = c->think_tok = 0;
	}
	if (c->model->engine == ENGINE_HTTP) {
		plan_server(p, c);
		return;
	}
	if (c->model->facts.kind == MODEL_KIND_DECISION)
		plan_decision(p, c);
	else
		plan_fit_wave(p, c);
	/* It uses the answers of its base; only a few reasons are generated again. */
	if (way_is_calibrated(c->way))
		c->ticket_tok = c->reason_tok = c->think_tok = 0;
	plan_estimate(c, models, n_models);
	c->refused = plan_refusal(p, c);
}

/* Adds a candidate for each head that was trained on this model. */
static void plan_add_heads(const struct planner *p, struct candidate like, struct plan *plan,
			   const struct model *models, size_t n_models)
{
	const struct plan_limits *limits = p->limits;
	size_t n = 0;

	for (size_t i = 0; i < limits->n_heads; i++)
		n += head_is_for(&limits->heads[i], like.model);
	for (size_t i = 0; i < limits->n_heads; i++) {
		struct candidate *c = &plan->candidates[plan->n];

		if (!head_is_for(&limits->heads[i], like.model))
			continue;
		*c = like;
		c->head = &limits->heads[i];
		if (n > 1)
			c->name = arena_printf(p->a, "%s %s", like.name,
					       display_text(p->a, c->head->name));
		plan_model(p, c, models, n_models);
		plan->n++;
	}
}

/* RULE: the same weights under two names are asked once. The licences of all names count. */
static void plan_note_repeats(struct arena *a, const struct model *models, size_t n_models,
			      struct licence *licences, struct plan *plan)
{
	plan->repeats = arena_array(a, n_models, sizeof(*plan->repeats));
	for (size_t i = 0; i < n_models; i++) {
		struct licence *first;

		if (!models[i].repeats)
			continue;
		plan->repeats[plan->n_repeats++] = &models[i];
		first = &licences[models[i].repeats - models];
		if (licence_outweighs(&licences[i], first))
			*first = licences[i];
	}
}

/* Adds the candidate that asks with this prompt; with heads, one for each. */
static int plan_add_prompt(const struct planner *p, struct candidate like,
			   const struct variant *variant, struct plan *plan, struct err *err)
{
	const char *name = plan_name_of(p->a, p->models, p->n_models,
					(size_t)(like.model - p->models), like.way);
	struct candidate *c = &plan->candidates[plan->n];
	struct planner own = *p;
	struct job job;

	like.variant = variant;
	like.name = variant ? arena_printf(p->a, "%s:%s", name, variant->name) : name;
	if (like.model->engine == ENGINE_BASELINE) {
		like.size_bytes = like.need.weights_bytes = like.model->stamp.size_bytes;
		*c = like;
		plan->n++;
		return 0;
	}
	own.job = &job;
	if (job_with_variant(p->a, p->job, variant, &job, err) < 0 ||
	    plan_way_prompts(p->a, &job, like.way, &like.prompts, err) < 0)
		return -1;
	if (like.way == WAY_TUNED) {
		plan_add_heads(p, like, plan, p->models, p->n_models);
		return 0;
	}
	*c = like;
	plan_model(&own, c, p->models, p->n_models);
	plan->n++;
	return 0;
}

/* A variant is for models that read a prompt; a head was trained behind the job's own. */
static bool plan_takes_variants(const struct candidate *c)
{
	return c->model->engine != ENGINE_BASELINE && model_writes(c->model) &&
	       c->way != WAY_TUNED && c->way != WAY_TRAINED;
}

static int plan_add_prompts(const struct planner *p, struct candidate like, struct plan *plan,
			    struct err *err)
{
	size_t n = plan_takes_variants(&like) ? p->job->n_variants : 0;

	if (plan_add_prompt(p, like, NULL, plan, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (plan_add_prompt(p, like, &p->job->variants[i], plan, err) < 0)
			return -1;
	return 0;
}

int plan_build(struct arena *a, const struct job *job, const struct model *models, size_t n_models,
	       const struct slice *slice, const struct example_set *examples,
	       const struct plan_limits *limits, struct plan *ret_plan, struct err *err)
{
	struct planner p = { .a = a,
			     .job = job,
			     .slice = slice,
			     .examples = examples,
			     .limits = limits,
			     .models = models,
			     .n_models = n_models };
	struct licence *licences;
	struct plan plan = { 0 };

	if (n_models == 0)
		return err_set(err, ERR_INPUT,
			       "%s: no models; list them under 'models', or give --models",
			       display_path(a, job->path));
	if (job->ways[WAY_EXAMPLES] && !examples)
		return err_set(err, ERR_INPUT,
			       "%s: the way 'examples' has no examples; add the key 'examples'",
			       display_path(a, job->path));
	p.cap_tok =
		job->reason == REASON_NONE && !task_writes(job->task) ? 0 : job->budget.reason_tok;
	p.think_tok = job->think_tok;
	plan_count_tickets(&p);
	licences = arena_array(a, n_models, sizeof(*licences));
	for (size_t i = 0; i < n_models; i++)
		licence_judge_together(a, &models[i], job, &licences[i]);
	plan_note_repeats(a, models, n_models, licences, &plan);
	plan.candidates =
		arena_array(a, n_models * (WAY_ALL + limits->n_heads) * (1 + job->n_variants),
			    sizeof(*plan.candidates));
	for (size_t i = 0; i < n_models * WAY_ALL; i++) {
		const struct candidate like = { .model = &models[i / WAY_ALL],
						.way = (enum way)(i % WAY_ALL),
						.licence = &licences[i / WAY_ALL] };

		if (plan_takes_way(job, like.model, like.way) &&
		    plan_add_prompts(&p, like, &plan, err) < 0)
			return -1;
	}
	qsort(plan.candidates, plan.n, sizeof(*plan.candidates), plan_by_size);
	plan.total_us = plan_add_up(&plan);
	*ret_plan = plan;
	return 0;
}

const struct candidate *plan_find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->candidates[i].name, name) == 0)
			return &plan->candidates[i];
	return NULL;
}

/*
 * Settings to the rows of passes and candidates, and pass rows to keys.
 */
#include "flow/ask/pass_row.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/prepare/baselines.h"

bool pass_row_is_of(const struct pass_row *row, const struct candidate *c)
{
	return strcmp(row->way, way_name(c->way)) == 0 &&
	       strcmp(row->model_sha256, c->model->sha256) == 0 &&
	       strcmp(row->adapter_sha256, c->model->adapter.sha256) == 0 &&
	       strcmp(row->head_sha256, c->head ? c->head->sha256 : "") == 0;
}

bool pass_row_asks(const struct pass_row *row, const struct candidate *c)
{
	const char *prompt = c->prompts.n > 0 ? c->prompts.texts[0] : "";

	return pass_row_is_of(row, c) && strcmp(row->system_text, prompt) == 0;
}

/* Whether a prompt with examples goes through the engine that cuts it where they begin. */
static bool pass_row_is_cut(const struct pass_row *row)
{
	return *row->examples_sha256 && strcmp(row->sampler, "none") != 0 &&
	       str_starts(row->engine_build, "llama.cpp");
}

const char *pass_row_key(struct arena *a, const struct pass_row *row, const char *replay,
			 bool quotes_personal)
{
	const char *texts[] = {
		row->model_sha256,	  row->adapter_sha256, row->projector_sha256,
		row->head_sha256,	  row->slice_sha256,   row->way,
		run_mode_name(row->mode), row->reason_order,   row->system_text,
		row->examples_sha256,	  row->labels_json,    row->sampler,
		row->engine_build,	  row->device,	       row->cpu
	};
	const int64_t numbers[] = { row->seed,	    row->reason_cap_tok, row->n_threads,
				    row->n_batch,   row->n_ubatch,	 row->n_wave,
				    row->n_ctx_max, row->n_gpu_layers,	 row->think_tok,
				    row->n_parallel };
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		hash_add_text(&h, texts[i]);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		hash_add_i64(&h, numbers[i]);
	if (row->form)
		hash_add_text(&h, row->form);
	/* RULE: answers with another cut are not reused; older programs had none here. */
	if (pass_row_is_cut(row))
		hash_add_text(&h, "cut before the examples");
	if (row->yes_at > 0)
		hash_add_text(&h, arena_printf(a, "yes at %.17g", row->yes_at));
	if (*replay)
		hash_add_text(&h, replay);
	if (quotes_personal)
		hash_add_text(&h, "quotes personal data");
	hash_hex(&h, hex);
	return arena_strdup(a, hex);
}

/* With all that a later command needs to show the same examples, whatever the file holds then. */
static const char *pass_row_examples_json(struct arena *a, const struct example_set *set,
					  const struct job *job)
{
	json_t *list = json_array();

	for (size_t i = 0; i < set->n; i++) {
		const struct ticket *t = set->items[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s*, s:o, s:s*, s:s*}", "id", t->id,
						"label", job->labels[t->label].name, "gold",
						t->gold, "text", json_any_text(t->text), "lang",
						t->lang, "group", t->group));
	}
	return json_text(a, list);
}

bool pass_row_read_examples(struct arena *a, const struct pass_row *row, const struct job *job,
			    struct example_set *ret_set)
{
	json_t *list = json_loads(row->examples_json, 0, NULL), *item;
	size_t n = json_array_size(list), i;
	struct ticket *tickets = arena_array(a, n, sizeof(*tickets));

	*ret_set = (struct example_set){ .items = arena_array(a, n, sizeof(struct ticket *)) };
	json_array_foreach (list, i, item) {
		struct ticket *t = &tickets[i];
		const char *label = json_whole_text(json_object_get(item, "label"));

		t->id = arena_strdup(a, json_whole_text(json_object_get(item, "id")));
		t->text = arena_strdup(a, json_whole_text(json_object_get(item, "text")));
		t->gold = arena_strdup(a, json_whole_text(json_object_get(item, "gold")));
		t->lang = arena_strdup(a, json_whole_text(json_object_get(item, "lang")));
		t->group = arena_strdup(a, json_whole_text(json_object_get(item, "group")));
		t->label = label ? job_label_index(job, label) : -1;
		if (!t->id || !t->text || t->label < 0)
			break;
		t->text_len = strlen(t->text);
		ret_set->items[ret_set->n++] = t;
	}
	json_decref(list);
	tickets_hash(job, ret_set->items, ret_set->n, ret_set->sha256);
	return ret_set->n > 0 && ret_set->n == n &&
	       strcmp(ret_set->sha256, row->examples_sha256) == 0;
}

static const char *pass_row_refused_json(struct arena *a, const char **ids, const char **resemble,
					 size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s}", "id", ids[i], "resembles", resemble[i]));
	return json_text(a, list);
}

/* The training of a head is stored in the columns of the examples. */
static void pass_row_describe_head(struct arena *a, const struct head *head, struct pass_row *row)
{
	const struct learnt *t = &head->training;

	row->head_sha256 = head->sha256;
	row->pinned_date_s = head->pinned_date_s;
	row->think_tok = 0;
	row->examples_sha256 = t->sha256;
	row->refused_examples_json =
		pass_row_refused_json(a, t->refused_ids, t->refused_for, t->n_refused);
}

/* An encoder writes nothing. */
static void pass_row_describe_encoder(struct pass_row *row)
{
	row->sampler = "none";
	row->think_tok = row->reason_cap_tok = 0;
}

/* A baseline asks no model. What it learnt from is stored in place of examples. */
static void pass_row_describe_baseline(struct arena *a, const struct prepared *p,
				       struct pass_row *row)
{
	row->engine_build = cmd_program();
	row->device = "CPU";
	row->sampler = "none";
	row->system_text = "";
	row->n_threads = 1;
	row->think_tok = 0;
	if (p->training.n == 0)
		return;
	row->examples_sha256 = p->training.sha256;
	row->refused_examples_json = pass_row_refused_json(
		a, p->training.refused_ids, p->training.refused_for, p->training.n_refused);
}

void pass_row_fill(const struct session *s, const struct candidate *candidate,
		   struct pass_row *ret_row)
{
	struct arena *a = &s->cmd->arena;
	const struct prepared *p = &s->prepared;
	const struct example_set none = { 0 };
	const struct example_set *set = way_has_examples(candidate->way) ? &p->examples : &none;

	*ret_row = (struct pass_row){
		.model_sha256 = candidate->model->sha256,
		.adapter_sha256 = candidate->model->adapter.sha256,
		.projector_sha256 = candidate->model->projector.sha256,
		.head_sha256 = "",
		.slice_sha256 = p->slice.sha256,
		.way = way_name(candidate->way),
		.mode = s->run.mode,
		.reason_order = s->run.reason_order,
		.system_text = candidate->prompts.n > 0 ? candidate->prompts.texts[0] : "",
		.examples_sha256 = set->n ? set->sha256 : "",
		.examples_json = pass_row_examples_json(a, set, &p->job),
		.refused_examples_json = pass_row_refused_json(a, set->refused_ids,
							       set->refused_for, set->n_refused),
		.labels_json = s->labels_json,
		.form = s->run.form,
		.yes_at = s->run.yes_at,
		.sampler = "greedy",
		.seed = p->job.seed,
		.reason_cap_tok = p->job.budget.reason_tok,
		.n_threads = p->n_threads,
		.n_batch = p->n_batch,
		.n_ubatch = p->n_ubatch,
		.n_wave = candidate->n_wave,
		.think_tok = p->job.think_tok,
		.n_parallel = candidate->model->engine == ENGINE_HTTP ? p->job.n_parallel : 1,
		.pinned_date_s = clock_wall_us() / 1000000,
		.cpu = p->machine.cpu,
		.created_us = clock_wall_us(),
	};
	if (candidate->model->engine == ENGINE_BASELINE)
		pass_row_describe_baseline(a, p, ret_row);
	if (!model_writes(candidate->model))
		ret_row->think_tok = 0;
	if (candidate->head)
		pass_row_describe_head(a, candidate->head, ret_row);
	if (model_is_encoder(candidate->model))
		pass_row_describe_encoder(ret_row);
}

static const char *pass_row_or_none(const char *text)
{
	return text ? text : "";
}

/* How what it learnt was fitted; "" if it learnt nothing. */
static const char *pass_row_head_record(const struct session *s, const struct candidate *c)
{
	if (c->way == WAY_WORDS)
		return baselines_words_record(&s->cmd->arena, &s->prepared);
	if (!c->head || !c->head->weights || c->head->quality.folds == 0)
		return "";
	return head_record_text(&s->cmd->arena, c->head);
}

void pass_row_candidate(const struct session *s, const struct candidate *c,
			struct candidate_row *ret_row)
{
	const struct model_facts *f = &c->model->facts;
	const struct licence *l = c->licence;
	bool baseline = c->model->engine == ENGINE_BASELINE;

	*ret_row = (struct candidate_row){
		.run_id = s->run.id,
		.name = c->name,
		.spec = c->model->spec,
		.path = c->model->path,
		.label = c->model->label,
		.engine = c->model->engine,
		.origin = pass_row_or_none(c->model->origin.store),
		.origin_name = pass_row_or_none(c->model->origin.name),
		.origin_digest = pass_row_or_none(c->model->origin.digest),
		.adapter_path = pass_row_or_none(c->model->adapter.path),
		.projector_path = pass_row_or_none(c->model->projector.path),
		.head_path = c->head ? c->head->path : "",
		.head_json = pass_row_head_record(s, c),
		.quant = f->quant,
		.arch = f->arch,
		.model_name = f->name,
		.licence = f->licence,
		.licence_verdict = baseline ? "" : licence_verdict_name(l->verdict),
		.licence_id = l->id,
		.licence_source = l->source,
		.licence_conditions = l->conditions,
		.licence_why = l->why,
		.licence_text_sha256 = l->text_sha256,
		.licence_judged_us = l->judged_us,
		.n_params = f->n_params,
		.size_bytes = c->size_bytes,
		.file_bytes = c->model->stamp.size_bytes,
		.refused = c->refused ? c->refused : "",
	};
}

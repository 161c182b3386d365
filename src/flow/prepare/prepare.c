/*
 * What happens before anything is asked.
 */
#include "flow/prepare/prepare.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/hash.h"
#include "flow/prepare/baselines.h"
#include "flow/prepare/encoders.h"
#include "flow/prepare/heads.h"
#include "flow/prepare/identify.h"
#include "flow/prepare/server.h"
#include "flow/say/say.h"
#include "flow/say/status.h"
#include "job/model/adapter_beside.h"
#include "job/model/places.h"
#include "job/plan/duplicate.h"
#include "job/ticket/repeats.h"

static void prepare_show_hashing(void *ctx, uint64_t done_bytes)
{
	const struct model *model = ctx;

	status_line("checksum of %s: %3.0f%%", model->label,
		    100.0 * (double)done_bytes / (double)model->stamp.size_bytes);
}

int prepare_hash(struct arena *a, struct model *model, struct err *err)
{
	int r = model_hash(a, model, prepare_show_hashing, model, err);

	status_clear();
	return r;
}

int prepare_model(struct cmd *cmd, struct model_cache *cache, struct model *model, bool sandbox,
		  bool hash, const char **ret_problem)
{
	const struct identify_options options = { .sandbox = sandbox, .hash = hash };

	*ret_problem = NULL;
	if (model->engine == ENGINE_HTTP)
		return server_identify(cmd, sandbox, model, 1, ret_problem);
	return identify_models(cmd, cache, &options, model, 1, ret_problem);
}

static int prepare_models(struct cmd *cmd, const struct prepare_options *o, struct prepared *p)
{
	const struct identify_options options = { .sandbox = !o->no_sandbox,
						  .hash = o->hash,
						  .hash_alike = true };
	struct model_cache cache;
	struct err unused;
	int r = 0;
	size_t most = p->job.n_models + MAX_BASELINES;

	p->models = arena_array(&cmd->arena, most, sizeof(*p->models));
	p->problems = arena_array(&cmd->arena, most, sizeof(*p->problems));
	if (model_cache_open(&cmd->arena, &cache, &cmd->err) < 0)
		return -1;
	for (; r == 0 && p->n_models < p->job.n_models; p->n_models++)
		r = model_find(&cmd->arena, p->job.models[p->n_models], p->job.path,
			       &p->models[p->n_models], &cmd->err);
	if (r == 0)
		r = identify_models(cmd, &cache, &options, p->models, p->n_models, p->problems);
	if (r == 0)
		r = server_identify(cmd, !o->no_sandbox, p->models, p->n_models, p->problems);
	if (r == 0)
		duplicate_mark(p->models, p->problems, p->n_models);
	if (model_cache_close(&cache, r < 0 ? &unused : &cmd->err) < 0)
		return -1;
	return r;
}

/* Doubts about an adapter are only notes: its maker may know better. */
static void prepare_note_adapters(struct cmd *cmd, struct prepared *p)
{
	const char *doubts[ADAPTER_MOST_DOUBTS];

	for (size_t i = 0; i < p->n_models; i++) {
		const struct model *m = &p->models[i];

		for (size_t k = 0; k < m->n_extras; k++) {
			size_t n = m->extras[k].facts.kind == MODEL_KIND_ADAPTER ?
					   adapter_doubts(&cmd->arena, m, &m->extras[k], doubts) :
					   0;

			for (size_t d = 0; d < n; d++)
				job_warn(&p->job, doubts[d]);
		}
	}
}

static int prepare_load_training(struct cmd *cmd, const struct prepare_options *o,
				 struct prepared *p)
{
	const struct slice **slices = arena_array(&cmd->arena, o->n_added + 1, sizeof(*slices));

	if (!p->job.training_path)
		return 0;
	slices[0] = &p->slice;
	for (size_t i = 0; i < o->n_added; i++)
		slices[i + 1] = o->added[i];
	return training_load(&cmd->arena, &p->job, slices, o->n_added + 1, &p->training, &cmd->err);
}

/* How the files of tickets were understood. */
static void prepare_note_files(struct prepared *p)
{
	const char *notes[] = { p->slice.note, p->examples.note, p->training.note };

	for (size_t i = 0; i < COUNT_OF(notes); i++)
		if (notes[i])
			job_warn(&p->job, notes[i]);
}

static int prepare_fail_no_models(struct cmd *cmd, const struct job *job)
{
	struct place_list places;
	const char *found = "; 'toehold pull' fetches one";

	places_list(&cmd->arena, &places);
	if (places.n)
		found = arena_printf(
			&cmd->arena,
			"; %zu %s on this machine, such as '%s' ('toehold models' lists them)",
			places.n, places.n == 1 ? "is" : "are",
			display_path(&cmd->arena, *places.items[0].name ? places.items[0].name :
									  places.items[0].file));
	return err_set(&cmd->err, ERR_INPUT,
		       "'%s' names no models: add 'models:' with a list of GGUF files, or give "
		       "--models FILE,...%s",
		       job->path, found);
}

/* What the command line overrides in the job file. */
static int prepare_override(struct cmd *cmd, const struct prepare_options *o, struct job *job)
{
	if (o->models.n) {
		job->models = arena_array(&cmd->arena, o->models.n, sizeof(*job->models));
		job->n_models = o->models.n;
		for (size_t i = 0; i < o->models.n; i++)
			job->models[i] = o->models.items[i];
	}
	if (o->no_models)
		job->n_models = 0;
	if (o->ways.n)
		memset(job->ways, 0, sizeof(job->ways));
	for (size_t i = 0; i < o->ways.n; i++) {
		int way = way_by_name(o->ways.items[i]);

		if (way < 0)
			return err_set(
				&cmd->err, ERR_USAGE,
				"there is no way '%s'; the ways are plain, examples, rotated, "
				"letters, letters+rotated, trained and tuned, and calibrated, "
				"examples+calibrated, rotated+calibrated and "
				"letters+rotated+calibrated",
				o->ways.items[i]);
		job->ways[way] = true;
	}
	job_complete_ways(job);
	if (o->training)
		job->training_path = o->training;
	if (o->n_variants) {
		job->variants = o->variants;
		job->n_variants = o->n_variants;
	}
	job->evaluate |= o->evaluate;
	if (job->ways[WAY_TUNED] && job->n_heads == 0)
		return err_set(
			&cmd->err, ERR_INPUT,
			"the way 'tuned' needs a head: make one with 'toehold tune', and add "
			"'heads: [FILE]' to '%s'",
			job->path);
	if (job->ways[WAY_TRAINED] && !job->training_path)
		return err_set(&cmd->err, ERR_INPUT,
			       "the way 'trained' needs training tickets: add 'training: "
			       "FILE.jsonl' to '%s'",
			       job->path);
	if (job->ways[WAY_EXAMPLES] && !job->examples_path)
		return err_set(&cmd->err, ERR_INPUT,
			       "the way 'examples' needs %lld tickets of each label that are not "
			       "under test: add 'examples: examples.jsonl' to '%s', and make the "
			       "file with 'toehold import EXPORT.csv -o examples.jsonl'",
			       (long long)job->examples_per_label, job->path);
	if (job->n_models == 0 && !o->no_models)
		return prepare_fail_no_models(cmd, job);
	return 0;
}

/* Candidates with an unreadable model are refused, with the reason. */
static void prepare_note_problems(struct prepared *p)
{
	for (size_t i = 0; i < p->plan.n; i++) {
		size_t at = (size_t)(p->plan.candidates[i].model - p->models);

		if (p->problems[at])
			p->plan.candidates[i].refused = p->problems[at];
	}
}

/* RULE: repeats are one piece of evidence, and contradictions are an error of the tickets. */
static int prepare_find_repeats(struct cmd *cmd, struct prepared *p)
{
	const char *words;

	if (repeats_find(&cmd->arena, &p->job, NULL, 0, &p->slice, &cmd->err) < 0)
		return -1;
	words = repeats_words(&cmd->arena, &p->slice);
	if (words)
		job_warn(&p->job, words);
	return 0;
}

static int prepare_load_job(struct cmd *cmd, const char *job_path,
			    const struct prepare_options *options, struct prepared *p)
{
	int r = options->job_text ?
			job_parse(&cmd->arena, job_path, options->job_text, &p->job, &cmd->err) :
			job_load(&cmd->arena, job_path, &p->job, &cmd->err);

	if (r < 0 || prepare_override(cmd, options, &p->job) < 0)
		return -1;
	if (options->slice) { /* from a run, which has looked for repeats */
		p->slice = *options->slice;
		return 0;
	}
	if (slice_load(&cmd->arena, &p->job, p->job.tickets_path, SLICE_ORDINARY, &p->slice,
		       &cmd->err) < 0)
		return -1;
	return prepare_find_repeats(cmd, p);
}

static int prepare_draw_examples(struct cmd *cmd, const struct prepare_options *options,
				 struct prepared *p)
{
	const struct slice *slices[] = { &p->slice };

	if (!p->job.ways[WAY_EXAMPLES])
		return 0;
	if (!options->examples)
		return examples_draw(&cmd->arena, &p->job, slices, 1, &p->examples, &cmd->err);
	p->examples = *options->examples;
	return 0;
}

int prepare(struct cmd *cmd, const char *job_path, const struct prepare_options *options,
	    struct prepared *ret_prepared)
{
	struct prepared *p = ret_prepared;
	struct prepare_options with = *options;
	struct plan_limits limits;

	*p = (struct prepared){ 0 };
	machine_get(&p->machine);
	p->n_threads = options->threads ? options->threads : p->machine.n_cores;
	p->n_batch = options->batch ? options->batch : N_BATCH;
	p->n_ubatch = p->n_batch < N_UBATCH ? p->n_batch : N_UBATCH;
	limits = (struct plan_limits){ .machine_bytes = p->machine.memory_bytes,
				       .n_batch = p->n_batch };
	if (prepare_load_job(cmd, job_path, options, p) < 0 ||
	    prepare_draw_examples(cmd, options, p) < 0)
		return -1;
	if (prepare_load_training(cmd, options, p) < 0 || heads_load(cmd, p) < 0)
		return -1;
	prepare_note_files(p);
	with.hash |= p->n_heads > 0; /* heads name their model by its checksum */
	if (prepare_models(cmd, &with, p) < 0)
		return -1;
	prepare_note_adapters(cmd, p);
	limits.heads = p->heads;
	limits.n_heads = p->n_heads;
	baselines_train(cmd, p);
	if (plan_build(&cmd->arena, &p->job, p->models, p->n_models, &p->slice, &p->examples,
		       &limits, &p->plan, &cmd->err) < 0)
		return -1;
	prepare_note_problems(p);
	return heads_guard(cmd, options, p) < 0 ? -1 : encoders_plan(cmd, options, p);
}

void prepare_learn_speed(struct cmd *cmd, struct model *model, struct prepare_speed speed)
{
	struct model_cache cache;
	struct err unused;

	if (model->engine == ENGINE_HTTP) /* a server may run on another machine */
		return;
	if (speed.prompt_tok_per_s > 0)
		model->prompt_tok_per_s = speed.prompt_tok_per_s;
	if (speed.reason_tok_per_s > 0)
		model->reason_tok_per_s = speed.reason_tok_per_s;
	if (speed.reason_mean_tok > 0)
		model->reason_mean_tok = speed.reason_mean_tok;
	if (model_cache_open(&cmd->arena, &cache, &unused) < 0)
		return;
	model_cache_put(&cache, model);
	(void)!model_cache_close(&cache, &unused);
}

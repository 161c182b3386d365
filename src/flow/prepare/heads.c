/*
 * From head files to the plan.
 */
#include "flow/prepare/heads.h"

#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "job/model/tuned.h"

int heads_load(struct cmd *cmd, struct prepared *p)
{
	const struct job *job = &p->job;

	if (!job->ways[WAY_TUNED])
		return 0;
	p->heads = arena_array(&cmd->arena, job->n_heads, sizeof(*p->heads));
	for (; p->n_heads < job->n_heads; p->n_heads++)
		if (head_load(&cmd->arena, job->heads[p->n_heads], &p->heads[p->n_heads],
			      &cmd->err) < 0)
			return -1;
	return 0;
}

void heads_fill_identity(struct arena *a, const struct job *job, const struct model *model,
			 const char *system, struct head *head)
{
	char *system_sha256 = arena_alloc(a, HASH_HEX_LEN + 1);

	hash_bytes(system, strlen(system), system_sha256);
	head->program = cmd_program();
	head->base_sha256 = model->sha256;
	head->base_label = model->label;
	head->adapter_sha256 = model->adapter.sha256;
	head->system_sha256 = system_sha256;
	head->n_labels = job->n_offered;
	head->labels = arena_array(a, job->n_offered, sizeof(*head->labels));
	for (size_t k = 0; k < job->n_offered; k++)
		head->labels[k] = job->offered[k].name;
}

static struct candidate *heads_candidate_of(struct prepared *p, const struct head *head)
{
	for (size_t i = 0; i < p->plan.n; i++)
		if (p->plan.candidates[i].head == head)
			return &p->plan.candidates[i];
	return NULL;
}

static void heads_warn_unused(struct cmd *cmd, struct prepared *p, const struct head *head)
{
	struct arena *a = &cmd->arena;

	job_warn(&p->job,
		 arena_printf(a,
			      "the head '%s' is not used: it was made for %s (sha256 %.12s), which "
			      "is not among the models",
			      display_path(a, head->path), display_text(a, head->base_label),
			      head->base_sha256));
}

/* A model with tuned weights has a record beside it. Checked once a model, for all its ways. */
static int heads_guard_models(struct cmd *cmd, struct prepared *p,
			      const struct slice *const *slices, size_t n_slices)
{
	for (size_t i = 0; i < p->n_models; i++) {
		const struct model *model = &p->models[i];
		const char *refusal = NULL;

		if (model->path && tuned_model_guard(&cmd->arena, model->path, &p->job, slices,
						     n_slices, &refusal, &cmd->err) < 0)
			return -1;
		for (size_t k = 0; refusal && k < p->plan.n; k++) {
			struct candidate *c = &p->plan.candidates[k];

			if (c->model == model && !c->refused)
				c->refused = refusal;
		}
	}
	return 0;
}

int heads_guard(struct cmd *cmd, const struct prepare_options *options, struct prepared *p)
{
	const struct slice **slices =
		arena_array(&cmd->arena, options->n_added + 1, sizeof(*slices));
	const char *refusal;

	slices[0] = &p->slice;
	for (size_t i = 0; i < options->n_added; i++)
		slices[i + 1] = options->added[i];
	if (heads_guard_models(cmd, p, slices, options->n_added + 1) < 0)
		return -1;
	for (size_t i = 0; i < p->n_heads; i++) {
		struct candidate *c = heads_candidate_of(p, &p->heads[i]);

		if (!c) {
			heads_warn_unused(cmd, p, &p->heads[i]);
			continue;
		}
		if (head_guard(&cmd->arena, &p->heads[i], &p->job, slices, options->n_added + 1,
			       &refusal, &cmd->err) < 0)
			return -1;
		if (refusal && !c->refused)
			c->refused = refusal;
	}
	return 0;
}

int heads_check_opening(const struct candidate *c, const struct pass_report *report,
			struct err *err)
{
	if (!c->head || !*c->head->opening || !*report->opening ||
	    strcmp(report->opening, c->head->opening) == 0)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s: its head was trained with answers that open with '%s', and this "
		       "program opens them with '%s': tune again",
		       c->name, c->head->opening, report->opening);
}

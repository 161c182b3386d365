/*
 * Upper estimates of memory and disk, before anything starts.
 */
#include "tune/weights/tune_memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/str.h"
#include "job/plan/memory.h"
#include "work/message.h"

/* Estimates the tokens of a step without a tokenizer, at about three bytes a token. */
static int64_t tune_step_guess(const struct job *job)
{
	int64_t n = 2 * (int64_t)strlen(job->prompt) / 3;

	n = n < TRAIN_STEP_LEAST_TOK ? TRAIN_STEP_LEAST_TOK :
	    n > TUNE_STEP_MAX_TOK    ? TUNE_STEP_MAX_TOK :
				       n;
	return (n + TRAIN_STEP_GRAIN_TOK - 1) / TRAIN_STEP_GRAIN_TOK * TRAIN_STEP_GRAIN_TOK;
}

/*
 * Upper estimate of the memory of training: four numbers for each trained weight (itself, its
 * gradient, two averages), one for the others, and what a step computes. Measured: docs/weights.md.
 */
static int64_t memory_need(const struct model_facts *f, int64_t n_ctx, int64_t n_layers)
{
	int64_t token = f->n_vocab * f->n_embd;
	int64_t changing = f->n_params > token ? f->n_params - token : f->n_params;
	int64_t logits = 6 * 4 * n_ctx * f->n_vocab;
	int64_t layer = 4 * n_ctx * (3 * n_ctx * f->n_head + 16 * f->n_embd);

	if (n_layers > 0 && n_layers < f->n_layer)
		changing = changing / f->n_layer * n_layers;
	return 16 * changing + 4 * (f->n_params - changing) + logits + f->n_layer * layer;
}

/* The number of last layers that fit; 0: not even one. */
static int64_t tune_layers_that_fit(const struct model_facts *f, int64_t n_ctx,
				    int64_t memory_bytes)
{
	int64_t n = f->n_layer;

	while (n > 0 && memory_need(f, n_ctx, n) > memory_bytes)
		n--;
	return n;
}

/* RULE: mind the memory. */
int tune_room_memory(const struct tuning *t)
{
	const struct prepared *p = &t->session.prepared;
	const struct model_facts *f = &t->candidate->model->facts;
	int64_t n_ctx = tune_step_guess(&p->job), need = memory_need(f, n_ctx, t->options->layers);
	int64_t has = p->machine.memory_available_bytes, fit;
	struct arena *a = &t->cmd->arena;
	char advice[64] = "a head needs far less";

	if (p->job.budget.memory_bytes > 0 && p->job.budget.memory_bytes < has)
		has = p->job.budget.memory_bytes;
	if (has <= 0 || need <= has)
		return 0;
	fit = tune_layers_that_fit(f, n_ctx, has);
	if (fit > 0)
		snprintf(advice, sizeof(advice), "--layers %lld would fit", (long long)fit);
	return err_set(
		&t->cmd->err, ERR_REFUSED,
		"training the weights of %s needs about %s of memory, but only %s is available: %s",
		t->candidate->model->label, str_bytes(a, (uint64_t)need),
		str_bytes(a, (uint64_t)has), advice);
}

int64_t tune_memory_ceiling(const struct tuning *t)
{
	const struct prepared *p = &t->session.prepared;
	int64_t need = memory_need(&t->candidate->model->facts, tune_step_guess(&p->job),
				   t->options->layers);

	return memory_ceiling(need, p->machine.memory_bytes);
}

int tune_room_disk(const struct tuning *t, const char *folder)
{
	enum { COPIES = 3, BYTES_EACH = 4 };
	const struct model *model = t->candidate->model;
	int64_t need = COPIES * BYTES_EACH * model->facts.n_params + model->stamp.size_bytes, has;
	struct arena *a = &t->cmd->arena;
	struct statvfs disk;

	if (statvfs(folder, &disk) < 0)
		return 0;
	has = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	if (need <= has)
		return 0;
	return err_set(
		&t->cmd->err, ERR_INPUT,
		"training the weights of %s needs about %s of disk space, but the disk of '%s' has "
		"%s: make room, or give --out on another disk",
		model->label, str_bytes(a, (uint64_t)need), t->out, str_bytes(a, (uint64_t)has));
}

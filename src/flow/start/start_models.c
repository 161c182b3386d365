/*
 * Chooses among the models that are there.
 */
#include "flow/start/start_models.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "flow/prepare/prepare.h"
#include "job/plan/memory.h"

/* A job that takes hours is not a first look; the others are written as comments. */
enum { START_MOST_MODELS = 8, START_CONTEXT_TOK = 4096 };

static bool start_is_same_file(const struct model *x, const struct model *y)
{
	if (*x->sha256 && strcmp(x->sha256, y->sha256) == 0)
		return x->n_extras == y->n_extras;
	return x->n_extras == 0 && y->n_extras == 0 && file_stamp_equal(&x->stamp, &y->stamp);
}

static bool start_is_listed(const struct model_list *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!list->problems[i] && start_is_same_file(&list->items[i], &list->items[at]))
			return true;
	return false;
}

/* The name under which a job in any folder finds the model, as short as possible. */
static const char *start_spec_of(struct arena *a, const struct model *model)
{
	const char *name = str_basename(model->path);
	struct model found;
	struct err unused;
	char *path, *real;

	if (*model->origin.name || model->n_extras)
		return model->spec;
	if (model_find(a, name, NULL, &found, &unused) == 0 &&
	    strcmp(found.path, model->path) == 0 && strcmp(name, model->path) != 0)
		return name;
	real = realpath(model->path, NULL);
	path = arena_strdup(a, real ? real : model->path);
	free(real);
	return path;
}

static int64_t start_memory_of(const struct model *model)
{
	const struct memory_ask ask = { .context_tok = START_CONTEXT_TOK,
					.n_seq = 3,
					.ubatch_tok = N_UBATCH,
					.decode_tok = N_BATCH,
					.n_outputs = 1 };
	struct memory_need need;

	memory_estimate(model, &ask, &need);
	return memory_total(&need);
}

static const char *start_why_not(struct arena *a, const struct start_model *m,
				 const struct machine *machine)
{
	if (m->licence->verdict == LICENCE_BLOCK)
		return arena_printf(a, "its licence forbids commercial use (%s)",
				    *m->licence->name ? m->licence->name : m->licence->source);
	if (machine->memory_bytes > 0 && m->bytes > machine->memory_bytes / 10 * 9)
		return arena_printf(a, "it needs about %s, and this machine has %s",
				    str_bytes(a, (uint64_t)m->bytes),
				    str_bytes(a, (uint64_t)machine->memory_bytes));
	return NULL;
}

static int start_by_size(const void *x, const void *y)
{
	const struct start_model *a = x, *b = y;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? -1 : 1;
	return strcmp(a->spec, b->spec);
}

static void start_choose_models(struct arena *a, const struct model_list *list,
				struct start_models *models)
{
	struct machine machine;

	machine_get(&machine);
	models->items = arena_array(a, list->n, sizeof(*models->items));
	for (size_t i = 0; i < list->n; i++) {
		const struct model *model = &list->items[i];
		struct start_model *m = &models->items[models->n];

		if (list->problems[i] || model_refusal(a, model) || start_is_listed(list, i))
			continue;
		*m = (struct start_model){ .spec = start_spec_of(a, model),
					   .size = str_bytes(a, (uint64_t)model->stamp.size_bytes),
					   .licence = &list->licences[i],
					   .bytes = start_memory_of(model) };
		m->why_not = start_why_not(a, m, &machine);
		models->n++;
	}
	if (models->n > 1)
		qsort(models->items, models->n, sizeof(*models->items), start_by_size);
	for (size_t i = 0; i < models->n; i++) {
		struct start_model *m = &models->items[i];

		if (!m->why_not && models->n_taken == START_MOST_MODELS)
			m->why_not =
				arena_printf(a, "the job has %d smaller ones", START_MOST_MODELS);
		models->n_taken += !m->why_not;
	}
}

int start_models_find(struct cmd *cmd, const char *const *names, size_t n, bool sandbox,
		      struct start_models *ret_models)
{
	const struct identify_options how = { .sandbox = sandbox, .hash_alike = true };
	struct start_models models = { 0 };
	struct model_list *list = arena_alloc(&cmd->arena, sizeof(*list));

	if (model_list_collect(cmd, names, n, list) < 0 || model_list_identify(cmd, &how, list) < 0)
		return -1;
	start_choose_models(&cmd->arena, list, &models);
	*ret_models = models;
	return 0;
}

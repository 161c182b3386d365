/*
 * `toehold models [MODEL|FOLDER ...]`: which models are there, in every place that this program
 * knows, and what they say of themselves.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/file.h"
#include "cmd/command.h"
#include "flow/prepare/identify.h"
#include "flow/say.h"
#include "job/licence/licence.h"
#include "job/model/model_path.h"
#include "job/model/places.h"
#include "report/models_text.h"

struct models_options {
	bool json, no_hash, no_sandbox;
};

#define AT(field) offsetof(struct models_options, field)

static const struct opt_row rows[] = {
	OPT_FLAG("no-hash", 0, AT(no_hash), "do not compute checksums that are not cached"),
	OPT_FLAG("no-sandbox", 0, AT(no_sandbox), "read headers without a sandbox"),
	OPT_FLAG("json", 'j', AT(json), "as JSON, with every detail"),
};

static const struct opt_spec spec = {
	.verb = "models",
	.args = "[MODEL|FOLDER ...]",
	.max_args = OPT_LIST_MAX,
	.summary = "list the models on this machine, or inspect some",
	.details =
		"Without arguments: the folders of TOEHOLD_MODELS (or the current folder), and\n"
		"the places where the Hugging Face tools, llama.cpp, Ollama and LM Studio keep\n"
		"models. Folders are searched with their subfolders. The same model under several\n"
		"names is listed once. MODEL: a file, or a name: hf:ORG/REPO/FILE,\n"
		"ollama:NAME:TAG, lmstudio:PUBLISHER/MODEL/FILE (docs/models.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct models_options),
};

struct list {
	struct model *items;
	const char **problems; /* see identify_models() */
	size_t n, cap;
	bool cut;
};

static void models_add(struct arena *a, struct list *list, const struct model *model,
		       const char *problem)
{
	size_t cap = list->cap;

	list->items = arena_grow(a, list->items, list->n, &cap, sizeof(*list->items));
	list->problems =
		arena_grow(a, list->problems, list->n, &list->cap, sizeof(*list->problems));
	list->items[list->n] = *model;
	list->problems[list->n++] = problem;
}

/* Also lists unusable files, with the reason. */
static void models_add_places(struct arena *a, struct list *list, const struct place_list *places)
{
	list->cut |= places->cut;
	for (size_t i = 0; i < places->n; i++) {
		const struct place_item *item = &places->items[i];
		const char *name = *item->name ? item->name : item->path;
		struct model model;
		struct err err;

		if (model_of_place(a, name, item, &model, &err) == 0) {
			models_add(a, list, &model, NULL);
			continue;
		}
		model = (struct model){ .spec = name,
					.path = item->path,
					.label = item->file,
					.n_parts = 1,
					.origin = { .store = item->store,
						    .name = item->name,
						    .digest = item->digest } };
		models_add(a, list, &model, arena_strdup(a, err.msg));
	}
}

/* Only the current folder: its subfolders may be the whole home directory. */
static int models_add_here(struct cmd *cmd, struct list *list)
{
	struct model *found;
	size_t n;

	if (model_scan(&cmd->arena, ".", &found, &n, &cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		models_add(&cmd->arena, list, &found[i], NULL);
	return 0;
}

static int models_collect(struct cmd *cmd, const struct opt_args *args, struct list *list)
{
	struct arena *a = &cmd->arena;
	struct place_list places;
	const char **unused;
	size_t n_folders;

	for (size_t i = 0; i < args->n; i++) {
		struct model one;

		if (file_is_dir(args->items[i])) {
			places_list_folder(a, args->items[i], &places);
			models_add_places(a, list, &places);
		} else {
			if (model_find(a, args->items[i], ".", &one, &cmd->err) < 0)
				return -1;
			models_add(a, list, &one, NULL);
		}
	}
	if (args->n)
		return 0;
	model_folders(a, &unused, &n_folders);
	if (n_folders == 0 && models_add_here(cmd, list) < 0)
		return -1;
	places_list(a, &places);
	models_add_places(a, list, &places);
	return 0;
}

static int models_identify(struct cmd *cmd, const struct models_options *o, struct list *list)
{
	const struct identify_options options = { .sandbox = !o->no_sandbox, .hash = !o->no_hash };
	struct model_cache cache;
	struct err unused;
	int r;

	if (model_cache_open(&cmd->arena, &cache, &cmd->err) < 0)
		return -1;
	r = identify_models(cmd, &cache, &options, list->items, list->n, list->problems);
	if (model_cache_close(&cache, r < 0 ? &unused : &cmd->err) < 0)
		return -1;
	return r;
}

/* Without a job, judges for commercial use, the strictest. */
static struct licence *models_judge_licences(struct cmd *cmd, const struct list *list)
{
	struct licence *licences = arena_array(&cmd->arena, list->n, sizeof(*licences));

	for (size_t i = 0; i < list->n; i++)
		if (!list->problems[i])
			licence_judge(&cmd->arena, &list->items[i], NULL, &licences[i]);
	return licences;
}

static void models_print(struct cmd *cmd, const struct list *list, bool json)
{
	const struct licence *licences = models_judge_licences(cmd, list);
	struct arena *a = &cmd->arena;

	if (json) {
		models_write_json(a, list->items, licences, list->problems, list->n, stdout);
	} else if (list->n == 1 && !list->problems[0]) {
		model_write_text(a, &list->items[0], stdout);
		model_write_licence(a, &licences[0], stdout);
		model_write_family(a, &list->items[0], stdout);
	} else if (list->n == 0) {
		say("no models found; name a folder that has some, or fetch one: toehold pull "
		    "hf:ORG/REPO/FILE\n");
	} else {
		models_write_text(a, list->items, licences, list->problems, list->n, stdout);
	}
	if (list->cut)
		say("there are more than %d files, and the rest was skipped; name folders to "
		    "search\n",
		    PLACES_MAX_ITEMS);
}

static int models_run(struct cmd *cmd, void *options)
{
	const struct models_options *o = options;
	struct list list = { 0 };

	if (models_collect(cmd, &cmd->args, &list) < 0 || models_identify(cmd, o, &list) < 0)
		return -1;
	models_print(cmd, &list, o->json);
	return list.n == 1 && list.problems[0] ? err_exit_code(ERR_INPUT) : 0;
}

const struct command cmd_models = { &spec, models_run };

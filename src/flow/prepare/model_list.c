/*
 * Collects models from the places, and identifies them together.
 */
#include "flow/prepare/model_list.h"

#include "base/file.h"
#include "job/model/model_format.h"
#include "job/model/model_path.h"
#include "job/model/places.h"

static void model_list_add(struct arena *a, struct model_list *list, const struct model *model,
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
static void model_list_add_places(struct arena *a, struct model_list *list,
				  const struct place_list *places)
{
	list->cut |= places->cut;
	for (size_t i = 0; i < places->n; i++) {
		const struct place_item *item = &places->items[i];
		const char *name = *item->name ? item->name : item->path;
		struct model model;
		struct err err;

		if (model_of_place(a, name, item, &model, &err) == 0) {
			model_list_add(a, list, &model, NULL);
			continue;
		}
		model = (struct model){ .spec = name,
					.path = item->path,
					.label = item->file,
					.n_parts = 1,
					.origin = { .store = item->store,
						    .name = item->name,
						    .digest = item->digest } };
		model_list_add(a, list, &model, arena_strdup(a, err.msg));
	}
}

/* Only the current folder: its subfolders may be the whole home directory. */
static int model_list_add_here(struct cmd *cmd, struct model_list *list)
{
	struct model *found;
	size_t n;

	if (model_scan(&cmd->arena, ".", &found, &n, &cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		model_list_add(&cmd->arena, list, &found[i], NULL);
	return 0;
}

int model_list_collect(struct cmd *cmd, const char *const *names, size_t n,
		       struct model_list *ret_list)
{
	struct model_list list = { 0 };
	struct arena *a = &cmd->arena;
	struct place_list places;
	const char **unused;
	size_t n_folders;

	for (size_t i = 0; i < n; i++) {
		struct model one;

		if (file_is_dir(names[i])) {
			const char *format = model_format_of_folder(a, names[i]);

			places_list_folder(a, names[i], &places);
			if (places.n == 0 && format)
				return model_format_fail(a, names[i], format, &cmd->err);
			model_list_add_places(a, &list, &places);
		} else {
			if (model_find(a, names[i], ".", &one, &cmd->err) < 0)
				return -1;
			model_list_add(a, &list, &one, NULL);
		}
	}
	if (n == 0) {
		model_folders(a, &unused, &n_folders);
		if (n_folders == 0 && model_list_add_here(cmd, &list) < 0)
			return -1;
		places_list(a, &places);
		model_list_add_places(a, &list, &places);
	}
	*ret_list = list;
	return 0;
}

int model_list_identify(struct cmd *cmd, const struct identify_options *options,
			struct model_list *list)
{
	struct model_cache cache;
	struct err unused;
	int r;

	if (model_cache_open(&cmd->arena, &cache, &cmd->err) < 0)
		return -1;
	r = identify_models(cmd, &cache, options, list->items, list->n, list->problems);
	if (model_cache_close(&cache, r < 0 ? &unused : &cmd->err) < 0)
		return -1;
	list->licences = arena_array(&cmd->arena, list->n, sizeof(*list->licences));
	for (size_t i = 0; r == 0 && i < list->n; i++)
		if (!list->problems[i])
			licence_judge(&cmd->arena, &list->items[i], NULL, &list->licences[i]);
	return r;
}

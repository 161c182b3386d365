/*
 * Builds lists of models, and reads plain folders: LM Studio's and the user's own.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/str.h"
#include "job/model/model_path.h"
#include "job/model/places_rows.h"

struct place_item *place_add(struct place_list *list, const char *store)
{
	struct place_item *item;

	if (list->n == PLACES_MAX_ITEMS) {
		list->cut = true;
		return NULL;
	}
	list->items =
		arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	item = &list->items[list->n++];
	*item = (struct place_item){ .store = store,
				     .name = "",
				     .base = "",
				     .revision = "",
				     .refs = "",
				     .digest = "",
				     .file = "",
				     .path = "",
				     .stated_sha256 = "" };
	return item;
}

bool place_is_name(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return *text && str_utf8_error(text, strlen(text)) < 0;
}

bool place_is_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int folder_by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

char **place_names(struct arena *a, const char *dir, size_t *ret_n)
{
	DIR *d = opendir(dir);
	char **names = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;

	while (d && n < PLACE_MAX_ENTRIES && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		names = arena_grow(a, names, n, &cap, sizeof(*names));
		names[n++] = arena_strdup(a, entry->d_name);
	}
	if (d)
		closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), folder_by_name);
	*ret_n = n;
	return names;
}

/* A repository in a Hugging Face cache: places_hub.c reads those of models. */
static bool folder_is_repository(const char *name)
{
	return str_starts(name, "models--") || str_starts(name, "datasets--") ||
	       str_starts(name, "spaces--");
}

static void folder_walk_below(struct place_list *list, const char *dir, const char *below,
			      int depth,
			      void (*visit)(struct place_list *list, void *ctx, const char *path,
					    const char *below),
			      void *ctx)
{
	struct arena *a = list->arena;
	size_t n;
	char **names = place_names(a, dir, &n);

	for (size_t i = 0; i < n && !list->cut; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);
		const char *inner = arena_printf(a, "%s%s%s", below, *below ? "/" : "", names[i]);
		int64_t part = 1, n_parts;

		if (place_is_dir(path)) {
			if (depth > 0 && !folder_is_repository(names[i]))
				folder_walk_below(list, path, inner, depth - 1, visit, ctx);
			continue;
		}
		if (!str_ends(names[i], MODEL_ENDING) || file_is_dir(path) ||
		    (model_split_name(names[i], &part, &n_parts) && part > 1))
			continue;
		visit(list, ctx, path, inner);
	}
}

void place_walk(struct place_list *list, const char *dir, int depth,
		void (*visit)(struct place_list *list, void *ctx, const char *path,
			      const char *below),
		void *ctx)
{
	folder_walk_below(list, dir, "", depth, visit, ctx);
}

static void folder_visit_file(struct place_list *list, void *ctx, const char *path,
			      const char *below)
{
	struct place_item *item = place_add(list, ctx);

	(void)below;
	if (!item)
		return;
	item->path = path;
	item->file = str_basename(path);
}

static void folder_visit_lmstudio(struct place_list *list, void *ctx, const char *path,
				  const char *below)
{
	struct place_item *item;

	if (!place_is_name(below))
		return;
	item = place_add(list, ctx);
	if (!item)
		return;
	item->path = path;
	item->file = str_basename(path);
	item->name = item->base = arena_printf(list->arena, "lmstudio:%s", below);
}

/* PUBLISHER/MODEL/FILE.gguf */
void place_read_lmstudio(struct place_list *list, const char *store, const char *root)
{
	place_walk(list, root, PLACE_MAX_DEPTH, folder_visit_lmstudio, (void *)store);
}

static bool folder_holds(struct arena *a, const char *root, const char *name)
{
	return file_is_dir(arena_printf(a, "%s/%s", root, name));
}

void place_read_folder(struct place_list *list, const char *store, const char *root)
{
	if (folder_holds(list->arena, root, "manifests") &&
	    folder_holds(list->arena, root, "blobs")) {
		place_read_ollama(list, "ollama", root);
		return;
	}
	place_read_hub(list, "hugging face", root);
	place_walk(list, root, PLACE_MAX_DEPTH, folder_visit_file, (void *)store);
}

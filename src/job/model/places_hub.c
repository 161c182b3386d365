/*
 * Reads the cache of the Hugging Face Hub, which llama.cpp has shared since 2026 (hub-docs,
 * docs/hub/local-cache.md), and llama.cpp's older flat cache (common/common.cpp):
 *   models--ORG--REPO/refs/NAME              a file that holds a commit
 *   models--ORG--REPO/snapshots/COMMIT/FILE  a link to ../../blobs/X, or a copy
 *   ORG_REPO_FILE.gguf, and manifest=ORG=REPO=TAG.json beside it
 * The blob of a large file is named by its sha256. That is only stated: model_hash() verifies it.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/places_rows.h"

enum { COMMIT_LEN = 40, REF_MAX_BYTES = 256, MAX_REFS = 256, REF_DEPTH = 3 };

struct ref {
	const char *name, *commit;
};

/* The repository that is being read. */
struct repo {
	const char *store, *path, *name; /* name: "ORG/REPO" */
	struct ref refs[MAX_REFS];
	size_t n_refs;
	const char *commit, *commit_refs, *licence_path, *card_path; /* of the current snapshot */
};

/* Whether the path, with links resolved, is inside the repository. */
static bool hub_stays_inside(const struct repo *repo, const char *path)
{
	char *real = realpath(path, NULL), *root = realpath(repo->path, NULL);
	size_t n = root ? strlen(root) : 0;
	bool inside = real && root && strncmp(real, root, n) == 0 && real[n] == '/';

	free(real);
	free(root);
	return inside;
}

static void hub_read_refs(struct arena *a, struct repo *repo, const char *dir, const char *below,
			  int depth)
{
	size_t n;
	char **names = place_names(a, dir, &n);

	for (size_t i = 0; i < n && repo->n_refs < MAX_REFS; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);
		const char *name = arena_printf(a, "%s%s", below, names[i]);
		struct err unused;
		char *commit;
		size_t len;

		if (place_is_dir(path) && depth > 0) {
			hub_read_refs(a, repo, path, arena_printf(a, "%s/", name), depth - 1);
			continue;
		}
		if (!place_is_name(name) || strchr(name, ' ') || !hub_stays_inside(repo, path) ||
		    file_read(a, path, REF_MAX_BYTES, &commit, &len, &unused) < 0)
			continue;
		commit[strcspn(commit, " \r\n")] = '\0';
		if (hash_is_hex(commit, COMMIT_LEN))
			repo->refs[repo->n_refs++] = (struct ref){ name, commit };
	}
}

static const char *hub_refs_of(struct arena *a, const struct repo *repo, const char *commit)
{
	const char *all = "";

	for (size_t i = 0; i < repo->n_refs; i++)
		if (strcmp(repo->refs[i].commit, commit) == 0)
			all = arena_printf(a, "%s%s ", *all ? all : " ", repo->refs[i].name);
	return all;
}

/* Finds the licence and card of a snapshot. They apply to its subfolders too. */
static void hub_find_texts(struct arena *a, struct repo *repo, const char *dir)
{
	size_t n;
	char **names = place_names(a, dir, &n);

	repo->licence_path = repo->card_path = NULL;
	for (size_t i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);

		if (!repo->licence_path &&
		    (strncasecmp(names[i], "LICENSE", 7) == 0 ||
		     strncasecmp(names[i], "LICENCE", 7) == 0) &&
		    hub_stays_inside(repo, path))
			repo->licence_path = path;
		if (strcmp(names[i], "README.md") == 0 && hub_stays_inside(repo, path))
			repo->card_path = path;
	}
}

static void hub_check_target(struct arena *a, struct place_item *item, const char *path)
{
	char *real = realpath(path, NULL);

	if (!real) {
		item->problem = "its link is broken: the download is incomplete, or the blob was "
				"deleted; download it again";
		return;
	}
	item->path = path;
	if (hash_is_hex(str_basename(real), HASH_HEX_LEN))
		item->stated_sha256 = arena_strdup(a, str_basename(real));
	free(real);
}

static void hub_visit_snapshot(struct place_list *list, void *ctx, const char *path,
			       const char *below)
{
	const struct repo *repo = ctx;
	struct arena *a = list->arena;
	struct place_item *item;

	if (!place_is_name(below))
		return;
	item = place_add(list, repo->store);
	if (!item)
		return;
	item->base = arena_printf(a, "hf:%s/%s", repo->name, below);
	item->name = arena_printf(a, "%s@%s", item->base, repo->commit);
	item->revision = item->digest = repo->commit;
	item->refs = repo->commit_refs;
	item->file = str_basename(path);
	item->licence_path = repo->licence_path;
	item->card_path = repo->card_path;
	hub_check_target(a, item, path);
}

/* "models--ORG--REPO" → "ORG/REPO"; NULL for other names. */
static const char *hub_repo_name(struct arena *a, const char *folder)
{
	const char *name = folder + strlen("models--"), *dashes;

	if (!str_starts(folder, "models--") || !place_is_name(name))
		return NULL;
	dashes = strstr(name, "--");
	return dashes ? arena_printf(a, "%.*s/%s", (int)(dashes - name), name, dashes + 2) : name;
}

static void hub_read_repo(struct place_list *list, const char *store, const char *path,
			  const char *name)
{
	struct arena *a = list->arena;
	struct repo repo = { .store = store, .path = path, .name = name };
	const char *snapshots = arena_printf(a, "%s/snapshots", path);
	size_t n;
	char **commits = place_names(a, snapshots, &n);

	hub_read_refs(a, &repo, arena_printf(a, "%s/refs", path), "", REF_DEPTH);
	for (size_t i = 0; i < n; i++) {
		const char *dir = arena_printf(a, "%s/%s", snapshots, commits[i]);

		if (!hash_is_hex(commits[i], COMMIT_LEN) || !place_is_dir(dir))
			continue;
		repo.commit = commits[i];
		repo.commit_refs = hub_refs_of(a, &repo, commits[i]);
		hub_find_texts(a, &repo, dir);
		place_walk(list, dir, PLACE_MAX_DEPTH, hub_visit_snapshot, &repo);
	}
}

void place_read_hub(struct place_list *list, const char *store, const char *root)
{
	struct arena *a = list->arena;
	size_t n;
	char **names = place_names(a, root, &n);

	for (size_t i = 0; i < n; i++) {
		const char *path = arena_printf(a, "%s/%s", root, names[i]);
		const char *name = hub_repo_name(a, names[i]);

		if (name && place_is_dir(path))
			hub_read_repo(list, store, path, name);
	}
}

/* Finds the repository of a file by the name of its manifest: "manifest=ORG=REPO=TAG.json". */
static const char *hub_flat_base(struct arena *a, char **names, size_t n, const char *file)
{
	for (size_t i = 0; i < n; i++) {
		const char *org = names[i] + strlen("manifest="), *repo, *tag;
		const char *start;

		if (!str_starts(names[i], "manifest=") || !place_is_name(names[i]))
			continue;
		repo = strchr(org, '=');
		tag = repo ? strchr(repo + 1, '=') : NULL;
		if (!tag)
			continue;
		start = arena_printf(a, "%.*s_%.*s_", (int)(repo - org), org, (int)(tag - repo - 1),
				     repo + 1);
		if (str_starts(file, start) && file[strlen(start)])
			return arena_printf(a, "hf:%.*s/%.*s/%s", (int)(repo - org), org,
					    (int)(tag - repo - 1), repo + 1, file + strlen(start));
	}
	return "";
}

struct flat {
	const char *store;
	char **names;
	size_t n;
};

static void hub_visit_flat(struct place_list *list, void *ctx, const char *path, const char *below)
{
	const struct flat *flat = ctx;
	struct place_item *item = place_add(list, flat->store);

	if (!item)
		return;
	item->path = path;
	item->file = str_basename(path);
	item->base =
		place_is_name(below) ? hub_flat_base(list->arena, flat->names, flat->n, below) : "";
	item->name = item->base;
}

void place_read_flat(struct place_list *list, const char *store, const char *root)
{
	struct flat flat = { .store = store };

	flat.names = place_names(list->arena, root, &flat.n);
	place_walk(list, root, 0, hub_visit_flat, &flat);
}

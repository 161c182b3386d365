/*
 * The table of places, and the search for names in them. Must not know the layout of a place (its
 * reader does: places_hub.c, places_ollama.c, places_folder.c).
 */
#include "job/model/places.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/model/model_path.h"
#include "job/model/places_rows.h"

enum { MAX_ROOTS = 32, MIN_COMMIT_DIGITS = 4 };

/* A folder of a place: the value of a variable and a path below it, or a fixed path. */
struct root_row {
	const char *variable; /* NULL: `below` is the whole path */
	const char *below;
	bool decides; /* if the variable is set, later rows do not count */
};

static const struct root_row hub_roots[] = {
	{ "HF_HUB_CACHE", "", true },
	{ "HUGGINGFACE_HUB_CACHE", "", true },
	{ "HF_HOME", "/hub", true },
	{ "XDG_CACHE_HOME", "/huggingface/hub", true },
	{ "HOME", "/.cache/huggingface/hub", true },
};

static const struct root_row llama_roots[] = {
	{ "LLAMA_CACHE", "", true },
	{ "XDG_CACHE_HOME", "/llama.cpp", true },
	{ "HOME", "/.cache/llama.cpp", false },
	{ "HOME", "/Library/Caches/llama.cpp", false },
};

static const struct root_row ollama_roots[] = {
	{ "OLLAMA_MODELS", "", true },
	{ "HOME", "/.ollama/models", false },
	{ NULL, "/usr/share/ollama/.ollama/models", false },
};

static const struct root_row lmstudio_roots[] = {
	{ "HOME", "/.lmstudio/models", false },
	{ "HOME", "/.cache/lm-studio/models", false },
};

static void places_read_llama(struct place_list *list, const char *store, const char *root)
{
	place_read_hub(list, store, root);
	place_read_flat(list, store, root);
}

static const struct place_row {
	const char *store, *scheme;
	const struct root_row *roots;
	size_t n_roots;
	void (*read)(struct place_list *list, const char *store, const char *root);
	bool can_pull; /* `toehold pull` gets a missing model */
} place_rows[] = {
	{ "hugging face", "hf:", hub_roots, COUNT_OF(hub_roots), place_read_hub, true },
	{ "llama.cpp", "hf:", llama_roots, COUNT_OF(llama_roots), places_read_llama, true },
	{ "ollama", "ollama:", ollama_roots, COUNT_OF(ollama_roots), place_read_ollama, true },
	{ "lm studio", "lmstudio:", lmstudio_roots, COUNT_OF(lmstudio_roots), place_read_lmstudio,
	  false },
};

static const struct place_row *places_row_of(const char *spec)
{
	for (size_t i = 0; i < COUNT_OF(place_rows); i++)
		if (str_starts(spec, place_rows[i].scheme))
			return &place_rows[i];
	return NULL;
}

bool places_is_spec(const char *spec)
{
	return places_row_of(spec) != NULL;
}

static const char *places_root_path(struct arena *a, const struct root_row *row)
{
	const char *value = row->variable ? getenv(row->variable) : "";

	if (!value || (row->variable && !*value))
		return NULL;
	return arena_printf(a, "%s%s", value, row->below);
}

const char *places_home(struct arena *a, const char *scheme)
{
	const struct place_row *row = places_row_of(scheme);
	const char *path = NULL;

	for (size_t i = 0; row && !path && i < row->n_roots; i++)
		path = places_root_path(a, &row->roots[i]);
	return path;
}

/* Returns false if the folder is missing or was searched before under another name. */
static bool places_enter_root(struct place_list *list, const char *path)
{
	char *real = realpath(path, NULL);
	bool is_new = real != NULL && file_is_dir(real) && list->n_roots < MAX_ROOTS;

	for (size_t i = 0; i < list->n_roots && is_new; i++) {
		char *other = realpath(list->roots[i], NULL);

		is_new = !other || strcmp(other, real) != 0;
		free(other);
	}
	free(real);
	if (is_new)
		list->roots[list->n_roots++] = path;
	return is_new;
}

static void places_list_place(struct place_list *list, const struct place_row *row)
{
	for (size_t i = 0; i < row->n_roots; i++) {
		const char *path = places_root_path(list->arena, &row->roots[i]);

		if (path && places_enter_root(list, path))
			row->read(list, row->store, path);
		if (path && row->roots[i].decides)
			return;
	}
}

static struct place_list places_new_list(struct arena *a)
{
	struct place_list list = { .arena = a };

	list.roots = arena_array(a, MAX_ROOTS, sizeof(*list.roots));
	return list;
}

void places_list(struct arena *a, struct place_list *ret_list)
{
	struct place_list list = places_new_list(a);
	const char **dirs;
	size_t n_dirs;

	model_folders(a, &dirs, &n_dirs);
	for (size_t i = 0; i < n_dirs; i++)
		if (places_enter_root(&list, dirs[i]))
			place_read_folder(&list, "file", dirs[i]);
	for (size_t i = 0; i < COUNT_OF(place_rows); i++)
		places_list_place(&list, &place_rows[i]);
	*ret_list = list;
}

void places_list_folder(struct arena *a, const char *dir, struct place_list *ret_list)
{
	*ret_list = places_new_list(a);
	if (places_enter_root(ret_list, dir))
		place_read_folder(ret_list, "file", dir);
}

/* The folders of a scheme, for a message: 'A', 'B' (missing). */
static const char *places_looked_in(struct arena *a, const char *scheme)
{
	const char *text;
	struct buf b;

	buf_init(&b, 400);
	for (size_t i = 0; i < COUNT_OF(place_rows); i++) {
		const struct place_row *row = &place_rows[i];

		for (size_t k = 0; k < row->n_roots && strcmp(row->scheme, scheme) == 0; k++) {
			const char *path = places_root_path(a, &row->roots[k]);

			if (path)
				buf_add_item(&b, ", ", "'%s'%s", display_path(a, path),
					     file_is_dir(path) ? "" : " (missing)");
			if (path && row->roots[k].decides)
				break;
		}
	}
	text = buf_to_arena(&b, a);
	return *text ? text : "no folder: HOME is not set";
}

/* Whether a place's name is this one but for case, its scheme, or an omitted ":latest". */
static bool places_is_almost(const char *name, const char *spec)
{
	static const char *const omitted[] = { "", ":latest", MODEL_ENDING };
	const char *bare = strchr(name, ':') ? strchr(name, ':') + 1 : name;
	size_t n = strlen(spec);

	for (int i = 0; i < 2 && *name && n > 0; i++, name = bare)
		for (size_t k = 0; k < COUNT_OF(omitted); k++)
			if (strncasecmp(name, spec, n) == 0 &&
			    strcasecmp(name + n, omitted[k]) == 0)
				return true;
	return false;
}

static const char *places_almost(const struct place_list *list, const char *spec)
{
	for (size_t i = 0; i < list->n; i++)
		if (places_is_almost(list->items[i].base, spec))
			return list->items[i].base;
	return NULL;
}

static bool places_begins_with_whole(const char *text, const char *start)
{
	size_t n = strlen(start);

	return *start && strncmp(text, start, n) == 0 && (text[n] == ':' || text[n] == '/');
}

/* A name with few different letters, else the same file elsewhere, else one of the same model. */
static const char *places_nearest_name(struct arena *a, const struct place_list *list,
				       const char *spec)
{
	const char **names = arena_array(a, list->n + 1, sizeof(*names)), *near;
	const char *colon = strrchr(spec, ':');
	const char *model = colon && places_row_of(spec) ?
				    arena_strndup(a, spec, (size_t)(colon - spec)) :
				    spec;

	for (size_t i = 0; i < list->n; i++)
		names[i] = list->items[i].base;
	near = places_almost(list, spec);
	if (!near)
		near = str_nearest(spec, names, list->n);
	for (size_t i = 0; i < list->n && !near; i++)
		if (strcasecmp(str_basename(spec), list->items[i].file) == 0)
			near = names[i];
	for (size_t i = 0; i < list->n && !near && strchr(model, ':'); i++)
		if (places_begins_with_whole(names[i], model))
			near = names[i];
	return near && *near ? near : NULL;
}

const char *places_nearest(struct arena *a, const char *spec)
{
	struct place_list list;
	const char **files, *near;
	size_t at = 0;

	places_list(a, &list);
	near = places_almost(&list, spec);
	if (near)
		return near;
	files = arena_array(a, list.n + 1, sizeof(*files));
	for (size_t i = 0; i < list.n; i++)
		files[i] = list.items[i].file;
	near = str_nearest(spec, files, list.n);
	for (size_t i = 0; i < list.n && !near; i++)
		if (strcasecmp(str_basename(spec), files[i]) == 0)
			near = files[i];
	while (near && files[at] != near)
		at++;
	if (near && *list.items[at].base)
		return list.items[at].base;
	return near;
}

/* Splits "hf:NAME@REVISION"; *ret_revision is "" if there is none. Returns the name. */
static const char *places_split_revision(struct arena *a, const char *spec,
					 const char **ret_revision)
{
	const char *at = strrchr(spec, '@');

	*ret_revision = "";
	if (!at || !str_starts(spec, "hf:"))
		return spec;
	*ret_revision = at + 1;
	return arena_strndup(a, spec, (size_t)(at - spec));
}

static bool places_has_ref(const struct place_item *item, const char *ref)
{
	size_t n = strlen(ref);

	for (const char *p = item->refs; n > 0 && (p = strstr(p, ref)); p++)
		if (p > item->refs && p[-1] == ' ' && p[n] == ' ')
			return true;
	return false;
}

/* Whether `revision` is a ref of the item, its commit, or the beginning of its commit. */
static bool places_is_revision(const struct place_item *item, const char *revision)
{
	return places_has_ref(item, revision) ||
	       (strlen(revision) >= MIN_COMMIT_DIGITS && str_starts(item->revision, revision));
}

static bool places_is_base(const char *base, const char *wanted)
{
	size_t n = strlen(wanted);

	return strcmp(base, wanted) == 0 ||
	       (strncmp(base, wanted, n) == 0 && strcmp(base + n, MODEL_ENDING) == 0 &&
		!str_ends(wanted, "/"));
}

static int places_fail_absent(struct arena *a, const struct place_list *list, const char *spec,
			      const char *base, struct err *err)
{
	const struct place_row *row = places_row_of(spec);
	const char *near = places_nearest_name(a, list, base), *seen = display_path(a, spec);
	const char *get = row->can_pull ? arena_printf(a, "Get it: toehold pull %s", seen) :
					  "Download it in LM Studio";

	return err_set(err, ERR_INPUT, "no model '%s'; looked in %s. %s%s%s%s", seen,
		       places_looked_in(a, row->scheme), near ? "Did you mean '" : "",
		       near ? display_text(a, near) : "", near ? "'? " : "", get);
}

static int places_fail_several(struct arena *a, const char *spec, const char *what,
			       const struct place_item *const *found, size_t n, struct err *err)
{
	enum { MOST = 6 };
	struct buf names;

	buf_init(&names, 500);
	for (size_t i = 0; i < n && i < MOST; i++)
		buf_add_item(&names, ", ", "'%s'",
			     display_path(a, *found[i]->name ? found[i]->name : found[i]->path));
	err_set(err, ERR_INPUT, "'%s' names %zu %s; choose one: %s%s", display_path(a, spec), n,
		what, buf_text(&names), n > MOST ? ", ..." : "");
	buf_release(&names);
	return -1;
}

static int places_take(struct arena *a, const struct place_item *item, const char *spec,
		       struct place_item *ret_item, struct err *err)
{
	if (item->problem)
		return err_set(err, ERR_INPUT, "'%s' cannot be used: %s", display_path(a, spec),
			       item->problem);
	*ret_item = *item;
	return 0;
}

/* Without a revision in the spec: the revision of the ref `main`, or the only one. */
static const struct place_item *places_without_revision(const struct place_item *const *found,
							size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (places_has_ref(found[i], "main"))
			return found[i];
	for (size_t i = 1; i < n; i++)
		if (strcmp(found[i]->revision, found[0]->revision) != 0)
			return NULL;
	return found[0];
}

/* NULL if several commits begin with `revision`. The same commit in two places counts once. */
static const struct place_item *places_with_revision(const struct place_item *const *found,
						     size_t n, const char *revision)
{
	const struct place_item *only = NULL;

	for (size_t i = 0; i < n; i++) {
		if (places_has_ref(found[i], revision) || strcmp(found[i]->revision, revision) == 0)
			return found[i];
		if (only && strcmp(only->revision, found[i]->revision) != 0)
			return NULL;
		only = only ? only : found[i];
	}
	return only;
}

int places_find(struct arena *a, const char *spec, struct place_item *ret_item, struct err *err)
{
	const char *revision, *base = places_split_revision(a, spec, &revision);
	const struct place_item **found, *item;
	struct place_list list;
	size_t n = 0;

	if (str_starts(spec, "ollama:")) {
		base = place_ollama_name(a, spec + strlen("ollama:"));
		if (!base)
			return err_set(err, ERR_INPUT,
				       "'%s' is not an Ollama name; write ollama:MODEL:TAG, "
				       "ollama:NAMESPACE/MODEL:TAG or "
				       "ollama:HOST/NAMESPACE/MODEL:TAG",
				       display_path(a, spec));
	}
	places_list(a, &list);
	found = arena_array(a, list.n + 1, sizeof(struct place_item *));
	for (size_t i = 0; i < list.n; i++) {
		const struct place_item *at = &list.items[i];

		if (places_is_base(at->base, base) &&
		    (!*revision || places_is_revision(at, revision)))
			found[n++] = at;
	}
	if (n == 0)
		return places_fail_absent(a, &list, spec, base, err);
	item = *revision ? places_with_revision(found, n, revision) :
			   places_without_revision(found, n);
	if (!item)
		return places_fail_several(a, spec, "revisions", found, n, err);
	return places_take(a, item, spec, ret_item, err);
}

/* "hf:ORG/REPO/FILE" → "FILE" if the item is a file of that repository, in any case; or NULL. */
static const char *places_file_in(const struct place_item *item, const char *repo)
{
	size_t n = strlen(repo);
	const char *name = item->base;

	if (!str_starts(name, "hf:"))
		return NULL;
	name += strlen("hf:");
	return strncasecmp(name, repo, n) == 0 && name[n] == '/' ? name + n + 1 : NULL;
}

/* No file of the repository that fits is here. */
static int places_fail_repo(struct arena *a, const struct place_list *list,
			    const struct hub_name *name, const struct place_item *other,
			    struct err *err)
{
	const char *text = hub_name_text(a, name);
	const char *ollama = arena_printf(a, "ollama:hf.co/%s%s%s", name->repo,
					  *name->quant ? ":" : "", name->quant);
	const char *near = places_almost(list, ollama);

	if (near)
		return err_set(err, ERR_INPUT, "no model '%s'; did you mean '%s'?",
			       display_path(a, text), display_text(a, near));
	if (other)
		return err_set(err, ERR_INPUT,
			       "no file of '%s' here has '%s' in its name; there is '%s'. Get it: "
			       "toehold pull %s",
			       display_path(a, name->repo), display_text(a, name->quant),
			       display_path(a, other->base), display_path(a, text));
	return err_set(err, ERR_INPUT,
		       "no file of the repository '%s' is here; looked in %s. List or get them: "
		       "toehold pull %s",
		       display_path(a, name->repo), places_looked_in(a, "hf:"),
		       display_path(a, text));
}

int places_find_repo(struct arena *a, const struct hub_name *name, const char **ret_spec,
		     struct err *err)
{
	const struct place_item **found, *other = NULL;
	struct place_list list;
	size_t n = 0, one;

	places_list(a, &list);
	found = arena_array(a, list.n + 1, sizeof(struct place_item *));
	for (size_t i = 0; i < list.n; i++) {
		const struct place_item *at = &list.items[i];
		const char *file = places_file_in(at, name->repo);
		bool known = !file || !hub_name_choose(&file, 1, name->quant, &one);

		if (file && known && hub_name_choose(&file, 1, "", &one))
			other = at;
		for (size_t k = 0; k < n && !known; k++)
			known = strcmp(found[k]->base, at->base) == 0;
		if (!known)
			found[n++] = at;
	}
	if (n == 0)
		return places_fail_repo(a, &list, name, other, err);
	if (n > 1)
		return places_fail_several(a, hub_name_text(a, name), "files", found, n, err);
	*ret_spec = *name->revision ? arena_printf(a, "%s@%s", found[0]->base, name->revision) :
				      found[0]->base;
	return 0;
}

static bool places_is_same_file(const struct place_item *x, const struct place_item *y)
{
	struct file_stamp sx, sy;
	struct err unused;

	if (*x->stated_sha256 && strcmp(x->stated_sha256, y->stated_sha256) == 0)
		return true;
	return file_stamp_get(x->path, &sx, &unused) == 0 &&
	       file_stamp_get(y->path, &sy, &unused) == 0 && file_stamp_equal(&sx, &sy);
}

int places_find_file(struct arena *a, const char *file, struct place_item *ret_item,
		     struct err *err)
{
	const struct place_item **found;
	struct place_list list;
	size_t n = 0;

	places_list(a, &list);
	*ret_item = (struct place_item){ .path = "" };
	found = arena_array(a, list.n + 1, sizeof(struct place_item *));
	for (size_t i = 0; i < list.n; i++) {
		const struct place_item *at = &list.items[i];
		bool known = !places_is_base(at->file, file) || at->problem;

		for (size_t k = 0; k < n && !known; k++)
			known = places_is_same_file(found[k], at);
		if (!known)
			found[n++] = at;
	}
	if (n > 1)
		return places_fail_several(a, file, "different files", found, n, err);
	return n ? places_take(a, found[0], file, ret_item, err) : 0;
}

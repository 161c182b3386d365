/*
 * Model files: from a spec that a person writes to an existing file (or its parts) and its hash.
 * Decides where to search and which files belong together. Never parses a model file: it is
 * hostile until a sandboxed worker has read it.
 */
#include "job/model/model.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/decision.h"
#include "job/model/hub_name.h"
#include "job/model/model_format.h"
#include "job/model/model_path.h"
#include "job/model/places.h"
#include "job/model/served.h"

#define PLUS " + "
enum { MODEL_MAX_PARTS = 1000, SCAN_MAX_FILES = 10000 };

const char *model_part(struct arena *a, const struct model *model, int64_t i)
{
	return model->n_parts > 1 ? model_part_path(a, model->path, i + 1, model->n_parts) :
				    model->path;
}

static int64_t model_count_parts(const struct model *model)
{
	return model->n_parts > 1 ? model->n_parts : 1;
}

static const char *model_label_of(struct arena *a, const char *path)
{
	const char *name = str_basename(path);
	size_t n = strlen(name);
	int64_t part, n_parts;

	if (model_split_name(name, &part, &n_parts))
		n -= MODEL_PART_LEN;
	else if (str_ends(name, MODEL_ENDING))
		n -= strlen(MODEL_ENDING);
	else if (str_ends(name, SCRIPT_ENDING))
		n -= strlen(SCRIPT_ENDING);
	return n ? arena_strndup(a, name, n) : arena_strdup(a, name);
}

/* Fails if a part is missing, empty or not readable. */
static int model_stamp_parts(struct arena *a, const struct model *model,
			     struct file_stamp *ret_stamp, struct err *err)
{
	struct file_stamp all = { 0 };

	for (int64_t i = 0; i < model_count_parts(model); i++) {
		const char *path = model_part(a, model, i);
		struct file_stamp one;

		if (model->n_parts > 1 && !file_exists(path))
			return err_set(
				err, ERR_INPUT,
				"part %lld of %lld is missing: '%s'; put all parts in one folder",
				(long long)i + 1, (long long)model->n_parts, display_path(a, path));
		if (file_stamp_get(path, &one, err) < 0)
			return -1;
		if (one.size_bytes == 0)
			return err_set(err, ERR_INPUT, "'%s' is empty; download the model again",
				       display_path(a, path));
		if (i == 0) {
			all = one;
			continue;
		}
		all.size_bytes += one.size_bytes;
		if (one.ctime_ns > all.ctime_ns)
			all.ctime_ns = one.ctime_ns;
	}
	*ret_stamp = all;
	return 0;
}

static int model_fail_folder(struct arena *a, const char *path, struct err *err)
{
	struct model *models;
	size_t n;

	if (model_scan(a, path, &models, &n, err) < 0)
		return -1;
	if (n == 0 && model_format_of_folder(a, path))
		return model_format_fail(a, path, model_format_of_folder(a, path), err);
	return err_set(err, ERR_INPUT, "'%s' is a folder; name a model file in it%s%s%s",
		       display_path(a, path), n ? ", such as '" : "",
		       n ? display_text(a, str_basename(models[0].path)) : "", n ? "'" : "");
}

/* The file at `path`, which exists, as a model. */
static int model_from_path(struct arena *a, const char *spec, char *path, struct model *ret_model,
			   struct err *err)
{
	struct model model = { .spec = arena_strdup(a, spec),
			       .path = path,
			       .n_parts = 1,
			       .origin = { .store = "file", .name = "", .digest = "" } };
	int64_t part;

	if (file_is_dir(path))
		return model_fail_folder(a, path, err);
	if (model_format_of_file(path))
		return model_format_fail(a, path, model_format_of_file(path), err);
	model.engine = str_ends(path, SCRIPT_ENDING) ? ENGINE_SCRIPT : ENGINE_LLAMA;
	if (model_split_name(path, &part, &model.n_parts)) {
		if (model.n_parts > MODEL_MAX_PARTS)
			return err_set(err, ERR_INPUT, "'%s': %lld parts; the limit is %d",
				       display_path(a, path), (long long)model.n_parts,
				       MODEL_MAX_PARTS);
		model.path = model_part_path(a, path, 1, model.n_parts);
	}
	model.label = model_label_of(a, model.path);
	if (model_stamp_parts(a, &model, &model.stamp, err) < 0)
		return -1;
	*ret_model = model;
	return 0;
}

/* The paths where a model may be, in the order of the search. */
struct places {
	char **paths;
	size_t n;
};

static void model_add_place(struct places *places, char *path)
{
	for (size_t i = 0; i < places->n; i++)
		if (strcmp(places->paths[i], path) == 0)
			return;
	places->paths[places->n++] = path;
}

static struct places model_places_of(struct arena *a, const char *spec, const char *job_path)
{
	const char *home = getenv("HOME");
	struct places places = { 0 };
	const char **dirs;
	size_t n_dirs;

	model_folders(a, &dirs, &n_dirs);
	places.paths = arena_array(a, n_dirs + 2, sizeof(*places.paths));
	if (str_starts(spec, "~/") && home) {
		model_add_place(&places, arena_printf(a, "%s/%s", home, spec + 2));
		return places;
	}
	model_add_place(&places, arena_strdup(a, spec));
	if (job_path)
		model_add_place(&places, file_beside(a, job_path, spec));
	if (!strchr(spec, '/'))
		for (size_t i = 0; i < n_dirs; i++)
			model_add_place(&places, arena_printf(a, "%s/%s", dirs[i], spec));
	return places;
}

/* A model file in the folder of one of the places with a name similar to `name`, or NULL. */
static const char *model_nearest_file(struct arena *a, const struct places *places,
				      const char *name)
{
	for (size_t i = 0; i < places->n; i++) {
		const char *dir = file_beside(a, places->paths[i], ".");
		struct err ignored;
		struct model *models;
		const char **names, *near;
		size_t n;

		if (model_scan(a, dir, &models, &n, &ignored) < 0)
			continue;
		names = arena_array(a, n, sizeof(*names));
		for (size_t j = 0; j < n; j++)
			names[j] = str_basename(models[j].path);
		near = str_nearest(name, names, n);
		for (size_t j = 0; j < n && !near && *name; j++)
			near = str_starts(names[j], name) ? names[j] : NULL;
		if (near)
			return near;
	}
	return NULL;
}

/* Copies what the place states; it is verified later. */
static void model_take_origin(struct model *model, const struct place_item *item)
{
	model->origin = (struct model_origin){
		.store = item->store,
		.name = item->name,
		.digest = item->digest,
		.licence_path = item->licence_path,
		.card_path = item->card_path,
		.stated_sha256 = *item->stated_sha256 ? item->stated_sha256 : NULL,
	};
	if (item->label)
		model->label = item->label;
}

int model_of_place(struct arena *a, const char *spec, const struct place_item *item,
		   struct model *ret_model, struct err *err)
{
	struct model model;

	if (item->problem)
		return err_set(err, ERR_INPUT, "%s", item->problem);
	if (model_from_path(a, spec, arena_strdup(a, item->path), &model, err) < 0)
		return -1;
	model_take_origin(&model, item);
	model.extras = arena_array(a, item->n_extras + 1, sizeof(*model.extras));
	for (; model.n_extras < item->n_extras; model.n_extras++) {
		struct model *extra = &model.extras[model.n_extras];
		const char *path = item->extras[model.n_extras];

		if (model_from_path(a, path, arena_strdup(a, path), extra, err) < 0)
			return -1;
		extra->origin.store = item->store;
		extra->origin.stated_sha256 = item->extras_sha256[model.n_extras];
	}
	*ret_model = model;
	return 0;
}

/* Behind the last slash of any system. */
static const char *model_basename(const char *spec)
{
	const char *back = strrchr(spec, '\\'), *name = str_basename(spec);

	return back && back + 1 > name ? back + 1 : name;
}

/* Whether it can be "ORG/REPO" or "ORG/REPO:QUANT" of the Hub. */
static bool model_is_repo(struct arena *a, const char *spec, struct hub_name *ret_name)
{
	const char *slash = strchr(spec, '/');
	struct err ignored;

	return slash && !strchr(slash + 1, '/') && !strchr("./~", *spec) &&
	       hub_name_read(a, arena_printf(a, "hf:%s", spec), ret_name, &ignored) == 0;
}

/* The file of such a repository that is here, or NULL. */
static const char *model_nearest_repo(struct arena *a, const char *spec)
{
	const char *found;
	struct hub_name name;
	struct err ignored;

	if (!model_is_repo(a, spec, &name) || places_find_repo(a, &name, &found, &ignored) < 0)
		return NULL;
	return found;
}

/* What a name that is no path of this machine may be, or "". */
static const char *model_foreign_hint(struct arena *a, const char *spec)
{
	struct hub_name name;

	if (strchr(spec, '\\'))
		return " (this is a path of Windows; in WSL, C:\\ is /mnt/c/)";
	if (model_is_repo(a, spec, &name) && !str_ends(spec, ".gguf") && !str_ends(spec, ".json"))
		return arena_printf(
			a,
			" (if it is a name of Hugging Face: toehold pull 'hf:%s', where "
			"it has .gguf files)",
			display_path(a, spec));
	return "";
}

static int model_fail_missing(struct arena *a, const char *spec, const struct places *places,
			      struct err *err)
{
	const char *name = model_basename(spec);
	const char *near = model_nearest_file(a, places, name);
	struct buf tried;

	if (!near)
		near = places_nearest(a, strchr(spec, '/') ? spec : name);
	if (!near)
		near = model_nearest_repo(a, spec);
	buf_init(&tried, sizeof(err->msg));
	for (size_t i = 0; i < places->n; i++)
		buf_add_item(&tried, ", ", "'%s'", display_path(a, places->paths[i]));
	if (near)
		err_set(err, ERR_INPUT, "no model '%s'; did you mean '%s'? Tried: %s",
			display_path(a, spec), display_text(a, near), buf_text(&tried));
	else
		err_set(err, ERR_INPUT,
			"no model '%s'; give a path, set TOEHOLD_MODELS to its folder, or take one "
			"that 'toehold models' lists%s. Tried: %s",
			display_path(a, spec), model_foreign_hint(a, spec), buf_text(&tried));
	buf_release(&tried);
	return -1;
}

/* A name of the Hub in any form, as the place's own. */
static int model_understand(struct arena *a, const char **spec, struct err *err)
{
	struct hub_name name;

	if (hub_name_read(a, *spec, &name, err) < 0)
		return -1;
	if (!*name.file)
		return places_find_repo(a, &name, spec, err);
	*spec = hub_name_text(a, &name);
	return 0;
}

/* Finds one file, without extras. */
static int model_find_one(struct arena *a, const char *spec, const char *job_path,
			  struct model *ret_model, struct err *err)
{
	struct place_item item;
	struct places places;

	if (*spec == '\0')
		return err_set(err, ERR_INPUT,
			       "a model's name is empty; give the path of a GGUF file");
	spec = place_ollama_page(a, spec);
	if (hub_name_is(spec) && model_understand(a, &spec, err) < 0)
		return -1;
	if (served_is_spec(spec))
		return served_find(a, spec, ret_model, err);
	if (places_is_spec(spec)) {
		if (places_find(a, spec, &item, err) < 0)
			return -1;
		return model_of_place(a, spec, &item, ret_model, err);
	}
	places = model_places_of(a, spec, job_path);
	for (size_t i = 0; i < places.n; i++)
		if (file_exists(places.paths[i]))
			return model_from_path(a, spec, places.paths[i], ret_model, err);
	if (strchr(spec, '/'))
		return model_fail_missing(a, spec, &places, err);
	if (places_find_file(a, spec, &item, err) < 0)
		return -1;
	return *item.path ? model_of_place(a, spec, &item, ret_model, err) :
			    model_fail_missing(a, spec, &places, err);
}

/* Adds the file behind a "+". Its header will tell whether it is an adapter or a projector. */
static int model_add_extra(struct arena *a, struct model *model, const char *spec,
			   const char *job_path, struct err *err)
{
	struct model *extra = &model->extras[model->n_extras];

	if (model_find_one(a, spec, job_path, extra, err) < 0)
		return -1;
	if (extra->n_parts > 1)
		return err_set(err, ERR_INPUT,
			       "'%s' comes in parts; an adapter or projector must be one file",
			       display_path(a, spec));
	model->label = arena_printf(a, "%s+%s", model->label, extra->label);
	model->n_extras++;
	return 0;
}

static int model_find_with_extras(struct arena *a, const char *spec, const char *job_path,
				  struct model *model, struct err *err)
{
	char *specs = arena_strdup(a, spec), *next = strstr(specs, PLUS);
	struct model *own;

	*next = '\0';
	if (model_find_one(a, specs, job_path, model, err) < 0)
		return -1;
	own = model->extras;
	model->extras = arena_array(a, model->n_extras + MODEL_MAX_EXTRAS, sizeof(*own));
	for (size_t i = 0; i < model->n_extras; i++)
		model->extras[i] = own[i];
	for (int n = 0; next; n++) {
		char *at = next + strlen(PLUS);

		if (n == MODEL_MAX_EXTRAS)
			return err_set(err, ERR_INPUT,
				       "'%s': a model can have one adapter and one projector",
				       display_path(a, spec));
		next = strstr(at, PLUS);
		if (next)
			*next = '\0';
		if (model_add_extra(a, model, at, job_path, err) < 0)
			return -1;
		if (model->engine == ENGINE_HTTP ||
		    model->extras[model->n_extras - 1].engine == ENGINE_HTTP)
			return err_set(
				err, ERR_INPUT,
				"'%s': a server cannot be combined with files; name it alone",
				display_path(a, spec));
	}
	return 0;
}

int model_find(struct arena *a, const char *spec, const char *job_path, struct model *ret_model,
	       struct err *err)
{
	struct model model;

	if (!strstr(spec, PLUS) || file_exists(spec))
		return model_find_one(a, spec, job_path, ret_model, err);
	if (model_find_with_extras(a, spec, job_path, &model, err) < 0)
		return -1;
	model.spec = arena_strdup(a, spec);
	*ret_model = model;
	return 0;
}

int model_hash(struct arena *a, struct model *model,
	       void (*progress)(void *ctx, uint64_t done_bytes), void *ctx, struct err *err)
{
	char hex[HASH_HEX_LEN + 1];
	struct file_stamp after;
	uint64_t done_bytes = 0;
	struct hash h;
	int r = 0;

	hash_init(&h);
	for (int64_t i = 0; i < model_count_parts(model) && r == 0; i++)
		r = hash_add_file(&h, model_part(a, model, i), &done_bytes, progress, ctx, err);
	hash_hex(&h, hex);
	if (r < 0 || model_stamp_parts(a, model, &after, err) < 0)
		return -1;
	if (!file_stamp_equal(&model->stamp, &after))
		return err_set(
			err, ERR_INPUT,
			"'%s' changed while it was read; wait until its download is complete",
			display_path(a, model->path));
	memcpy(model->sha256, hex, sizeof(hex));
	return 0;
}

bool model_is_encoder(const struct model *model)
{
	return model->has_facts && model->facts.kind == MODEL_KIND_ENCODER &&
	       model->engine != ENGINE_HTTP;
}

const char *model_refusal(struct arena *a, const struct model *m)
{
	static const struct {
		const char *what, *why;
	} rows[MODEL_KIND_COUNT] = {
		[MODEL_KIND_RERANKER] = { "a reranker",
					  ": it rates how well two texts match, and cannot "
					  "choose a label" },
		[MODEL_KIND_PROJECTOR] = { "a projector",
					   ", which shows images to a model: name both, as 'MODEL "
					   "+ PROJECTOR'" },
		[MODEL_KIND_ADAPTER] = { "an adapter", ", which changes a model: name both, as "
						       "'MODEL + ADAPTER'" },
		[MODEL_KIND_VOCABULARY] = { "only a vocabulary",
					    ", or one part of several: it has no weights" },
		[MODEL_KIND_IMATRIX] = { "an importance matrix",
					 ": statistics that help to quantize a model; name the "
					 "model's own file" },
		[MODEL_KIND_CONTROL] = { "a control vector",
					 ", which shifts the states of a model, and is not "
					 "supported; name the model's own file" },
	};
	const struct model_facts *facts = &m->facts;

	if (!m->has_facts)
		return NULL;
	if (m->engine == ENGINE_HTTP)
		return facts->kind == MODEL_KIND_ENCODER ?
			       "it turns text into numbers and cannot answer" :
			       NULL;
	if (facts->kind == MODEL_KIND_ENCODER && !*facts->pooling)
		return arena_printf(
			a,
			"it is an encoder (%s), but its file does not state how a text's vector is "
			"made: the key '%s.pooling_type' is missing, 0 or unknown. Convert it "
			"again, from a folder with 1_Pooling/config.json, or use another file of "
			"it",
			display_text(a, facts->arch), display_text(a, facts->arch));
	if (facts->kind == MODEL_KIND_DECISION)
		return decision_refusal(a, facts, 0);
	if (!rows[facts->kind].what)
		return NULL;
	return arena_printf(a, "it is %s%s%s", rows[facts->kind].what,
			    *facts->arch ? arena_printf(a, " (%s)", display_text(a, facts->arch)) :
					   "",
			    rows[facts->kind].why);
}

bool model_writes(const struct model *model)
{
	return model->facts.kind != MODEL_KIND_DECISION && model->facts.kind != MODEL_KIND_ENCODER;
}

int64_t model_encoder_tok(int64_t n_vocab)
{
	enum { LEAST = 32 };
	int64_t n = n_vocab > 0 ? MODEL_ENCODER_ROWS_BYTES / (int64_t)sizeof(float) / n_vocab :
				  MODEL_ENCODER_TOK;

	if (n > MODEL_ENCODER_TOK)
		return MODEL_ENCODER_TOK;
	return n < LEAST ? LEAST : n;
}

static const char *const model_engines[] = { ENGINES(NAMES_TEXT) };

const struct names engine_names = { model_engines, COUNT_OF(model_engines) };

const char *engine_kind_name(enum engine_kind engine)
{
	return model_engines[engine];
}

static const char *const model_kinds[] = { MODEL_KINDS(NAMES_TEXT) };

const struct names model_kind_names = { model_kinds, COUNT_OF(model_kinds) };

const char *model_kind_name(enum model_kind kind)
{
	return model_kinds[kind];
}

bool model_is_unchanged(const struct model *model)
{
	struct arena a = { 0 };
	const struct model_file *with[] = { &model->adapter, &model->projector };
	struct file_stamp now;
	struct err unused;
	bool same =
		model->engine == ENGINE_HTTP || (model_stamp_parts(&a, model, &now, &unused) == 0 &&
						 file_stamp_equal(&model->stamp, &now));

	for (size_t i = 0; i < COUNT_OF(with) && same; i++)
		same = !with[i]->path || (file_stamp_get(with[i]->path, &now, &unused) == 0 &&
					  file_stamp_equal(&with[i]->stamp, &now));
	arena_release(&a);
	return same;
}

static int model_by_path(const void *x, const void *y)
{
	return strcmp(((const struct model *)x)->path, ((const struct model *)y)->path);
}

int model_scan(struct arena *a, const char *dir, struct model **ret_models, size_t *ret_n,
	       struct err *err)
{
	DIR *d = opendir(dir);
	struct model *models = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;

	if (!d)
		return err_sys(err, ERR_INPUT, errno, "cannot open folder '%s'",
			       display_path(a, dir));
	while (n < SCAN_MAX_FILES && (entry = readdir(d))) {
		char *path = arena_printf(a, "%s/%s", dir, entry->d_name);
		int64_t part = 1, n_parts;
		struct err ignored;

		if (entry->d_name[0] == '.' || !str_ends(entry->d_name, MODEL_ENDING) ||
		    (model_split_name(path, &part, &n_parts) && part > 1) || file_is_dir(path))
			continue;
		models = arena_grow(a, models, n, &cap, sizeof(*models));
		n += model_from_path(a, path, path, &models[n], &ignored) == 0;
	}
	closedir(d);
	if (n)
		qsort(models, n, sizeof(*models), model_by_path);
	*ret_models = models;
	*ret_n = n;
	return 0;
}

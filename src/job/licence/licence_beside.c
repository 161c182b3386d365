/*
 * Licence texts beside a model. Decides which file belongs to which model: if a folder holds
 * several models, a text without a model's name may belong to any of them.
 */
#include "job/licence/licence_rows.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/model_path.h"

enum { TEXT_MAX_BYTES = 256 << 10, MAX_TEXTS = 16, MAX_ENTRIES = 100000 };

static const char *const text_names[] = { "LICENSE", "LICENCE", "COPYING", "NOTICE" };
static const char *const model_endings[] = { MODEL_ENDING, SCRIPT_ENDING };

struct folder {
	struct arena *a;
	const struct model *model;
	const char *dir; /* ends with '/' */
	struct licence_text *texts;
	size_t n;
	bool other_models;
};

static bool beside_begins(const char *name, const char *start)
{
	return strncasecmp(name, start, strlen(start)) == 0;
}

static bool beside_holds(const char *name, const char *part)
{
	for (; *name; name++)
		if (beside_begins(name, part))
			return true;
	return false;
}

static bool beside_is_text_name(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(text_names); i++)
		if (beside_begins(name, text_names[i]))
			return true;
	return false;
}

/* The text's name after the model's file name or label: "LICENSE" of "tiny-q4.gguf.LICENSE". */
static const char *beside_after_model(const struct model *m, const char *name)
{
	const char *starts[] = { str_basename(m->path), m->label };

	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		size_t n = strlen(starts[i]);

		if (n > 0 && strncmp(name, starts[i], n) == 0 && name[n] && strchr(".-_", name[n]))
			return name + n + 1;
	}
	return NULL;
}

static void beside_add_file(struct folder *f, const char *path, const char *from, bool shared)
{
	struct licence_text *t = &f->texts[f->n];
	const char *name = str_basename(path);
	struct err ignored;
	size_t len;
	char *text;

	if (f->n == MAX_TEXTS || file_read(f->a, path, TEXT_MAX_BYTES, &text, &len, &ignored) < 0)
		return;
	*t = (struct licence_text){ .file = name, .from = from, .shared = shared };
	t->row = licence_text_of(f->a, text, len, &t->more);
	hash_bytes(text, len, t->sha256);
	f->n += t->row || !beside_holds(name, "NOTICE");
}

static void beside_add_text(struct folder *f, const char *name, bool shared)
{
	const char *path = arena_printf(f->a, "%s%s", f->dir, name);

	beside_add_file(f, path, arena_printf(f->a, "%s beside the file", display_text(f->a, name)),
			shared);
}

/* A text that the model's store keeps outside the model's folder. */
static void beside_add_kept_text(struct folder *f)
{
	const char *path = f->model->origin.licence_path;
	size_t n_dir = path ? (size_t)(str_basename(path) - path) : 0;

	if (!path)
		return;
	if (strcmp(f->model->origin.store, "ollama") == 0)
		beside_add_file(f, path, "Ollama's licence layer", false);
	else if (strlen(f->dir) != n_dir || strncmp(f->dir, path, n_dir) != 0)
		beside_add_file(f, path,
				arena_printf(f->a, "%s of the repository",
					     display_text(f->a, str_basename(path))),
				false);
}

static void beside_take_entry(struct folder *f, const char *name)
{
	const char *rest = beside_after_model(f->model, name);

	if (rest && beside_is_text_name(rest))
		beside_add_text(f, name, false);
	else if (beside_is_text_name(name) && !beside_holds(name, "CODE"))
		beside_add_text(f, name, true);
	for (size_t i = 0; i < COUNT_OF(model_endings); i++)
		f->other_models |= str_ends(name, model_endings[i]) &&
				   strcmp(name, str_basename(f->model->path)) != 0;
}

/* A snapshot in the Hugging Face cache is one repository, so its licence covers all its files. */
static bool beside_is_one_repository(const char *dir)
{
	return strstr(dir, "/models--") && strstr(dir, "/snapshots/");
}

/* Whether a file is another part of the same model. */
static bool beside_is_part(struct arena *a, const struct model *m, const char *name)
{
	for (int64_t i = 1; i < m->n_parts; i++)
		if (strcmp(str_basename(model_part(a, m, i)), name) == 0)
			return true;
	return false;
}

static int beside_by_file(const void *x, const void *y)
{
	return strcmp(((const struct licence_text *)x)->file,
		      ((const struct licence_text *)y)->file);
}

void licence_texts_beside(struct arena *a, const struct model *model,
			  struct licence_text **ret_texts, size_t *ret_n)
{
	size_t n_dir = (size_t)(str_basename(model->path) - model->path);
	struct folder f = { .a = a, .model = model };
	struct dirent *entry;
	DIR *d;

	f.dir = n_dir ? arena_strndup(a, model->path, n_dir) : "./";
	f.texts = arena_array(a, MAX_TEXTS + 1, sizeof(*f.texts));
	beside_add_kept_text(&f);
	d = opendir(f.dir);
	for (int i = 0; d && i < MAX_ENTRIES && (entry = readdir(d)); i++)
		if (!beside_is_part(a, model, entry->d_name))
			beside_take_entry(&f, entry->d_name);
	if (d)
		closedir(d);
	for (size_t i = 0; i < f.n; i++)
		f.texts[i].shared &= f.other_models && !beside_is_one_repository(f.dir);
	if (f.n > 1)
		qsort(f.texts, f.n, sizeof(*f.texts), beside_by_file);
	*ret_texts = f.texts;
	*ret_n = f.n;
}

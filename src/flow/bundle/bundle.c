/*
 * The stages: models, licences, job, program, documents, sums.
 */
#include "flow/bundle/bundle.h"

#include <dirent.h>
#include <errno.h>
#ifdef __linux__
#include <link.h>
#endif
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/installed.h"
#include "flow/interrupt.h"
#include "flow/prepare/privacy.h"
#include "flow/say/say.h"
#include "job/file/job.h"
#include "job/licence/licence_rows.h"
#include "job/model/model_path.h"
#include "work/child.h"

static const char launcher[] =
	"#!/bin/sh\n"
	"# Starts toehold from this folder, wherever it is; finds its models by their names.\n"
	"here=$(cd \"$(dirname \"$0\")\" && pwd) || exit 1\n"
	"TOEHOLD_MODELS=\"$here/models${TOEHOLD_MODELS:+:$TOEHOLD_MODELS}\"\n"
	"export TOEHOLD_MODELS\n"
	"exec \"$here/bin/toehold\" \"$@\"\n";

/* ---- models */

static int bundle_check_model(struct bundle *b, size_t i)
{
	const struct model *m = &b->models.items[i];
	struct arena *a = &b->cmd->arena;
	const struct licence *licence = &b->models.licences[i];

	if (m->url)
		return err_set(&b->cmd->err, ERR_INPUT,
			       "'%s' is a server, and its weights are not here; name a file",
			       display_path(a, m->spec));
	if (b->models.problems[i])
		return err_set(&b->cmd->err, ERR_INPUT, "%s: %s", display_path(a, m->label),
			       b->models.problems[i]);
	if (licence->verdict != LICENCE_BLOCK || b->options->blocked)
		return 0;
	return err_set(&b->cmd->err, ERR_REFUSED,
		       "the licence of %s forbids commercial use (%s: %s); leave it out, or give "
		       "--evaluate",
		       display_path(a, m->label), licence->id, licence->source);
}

static int bundle_find_models(struct bundle *b)
{
	const struct bundle_options *o = b->options;
	const struct identify_options how = { .sandbox = o->sandbox, .hash = true };

	if (model_list_collect(b->cmd, o->models, o->n_models, &b->models) < 0 ||
	    model_list_identify(b->cmd, &how, &b->models) < 0)
		return -1;
	for (size_t i = 0; i < b->models.n; i++)
		if (bundle_check_model(b, i) < 0)
			return -1;
	return 0;
}

/* A name for a file whose place gives it none, as Ollama's store: "llama3.2-1b.gguf". */
static const char *bundle_file_name(struct arena *a, const struct model *m, const char *path)
{
	const char *base = str_basename(path), *from = strchr(m->spec, ':');
	char *name;

	if (str_ends(base, MODEL_ENDING) || str_ends(base, SCRIPT_ENDING))
		return base;
	name = arena_printf(a, "%s" MODEL_ENDING, from ? from + 1 : m->label);
	for (char *p = name; *p; p++)
		if (strchr("/\\: \t", *p))
			*p = '-';
	return name;
}

static int bundle_copy_weights(struct bundle *b, const struct model *m, const char **ret_name)
{
	struct arena *a = &b->cmd->arena;

	*ret_name = bundle_file_name(a, m, m->path);
	for (int64_t i = 0; i < m->n_parts; i++) {
		const char *part = model_part(a, m, i);
		const char *to = arena_printf(a, "models/%s", bundle_file_name(a, m, part));

		if (bundle_tree_has(&b->tree, to))
			return err_set(&b->cmd->err, ERR_INPUT,
				       "two models have the name '%s'; rename one of the files",
				       display_path(a, str_basename(to)));
		say("%s ...\n", to);
		if (bundle_tree_copy(&b->tree, part, to, true) < 0)
			return -1;
	}
	return 0;
}

/* Beside the weights, with the model's name before it, as toehold finds it there again. */
static int bundle_copy_texts(struct bundle *b, const struct model *m)
{
	struct arena *a = &b->cmd->arena;
	struct licence_text *texts;
	size_t n;

	licence_texts_beside(a, m, &texts, &n);
	for (size_t i = 0; i < n; i++) {
		const char *from = file_beside(a, m->path, texts[i].file);
		const char *name = str_starts(texts[i].file, m->label) ?
					   texts[i].file :
					   arena_printf(a, "%s.%s", m->label, texts[i].file);
		const char *to = arena_printf(a, "models/%s", name);

		if (!file_exists(from) && m->origin.licence_path) {
			from = m->origin.licence_path;
			to = arena_printf(a, "models/%s.LICENSE", m->label);
		}
		if (file_exists(from) && !bundle_tree_has(&b->tree, to) &&
		    bundle_tree_copy(&b->tree, from, to, false) < 0)
			return -1;
	}
	return 0;
}

static int bundle_copy_models(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;

	b->names = arena_array(a, b->models.n, sizeof(*b->names));
	for (size_t i = 0; i < b->models.n; i++) {
		const struct model *m = &b->models.items[i];
		const char *extra;

		if (bundle_copy_weights(b, m, &b->names[i]) < 0 || bundle_copy_texts(b, m) < 0)
			return -1;
		for (size_t k = 0; k < m->n_extras; k++) {
			if (bundle_copy_weights(b, &m->extras[k], &extra) < 0)
				return -1;
			b->names[i] = arena_printf(a, "%s + %s", b->names[i], extra);
		}
	}
	return 0;
}

/* ---- the job */

/* A file that the job names: inside its folder, and not among its secrets. */
static int bundle_copy_named(struct bundle *b, const struct job *job, const char *path)
{
	struct arena *a = &b->cmd->arena;
	const char *folder = file_beside(a, job->path, "");
	const char *inside = path, *from;

	if (str_starts(path, folder))
		inside = path + strlen(folder);
	while (str_starts(inside, "./"))
		inside += 2;
	if (*inside == '/' || strstr(inside, "..") || str_starts(inside, "secrets/"))
		return err_set(
			&b->cmd->err, ERR_REFUSED,
			"the job names '%s', which is among its secrets or outside its folder; "
			"move it into the job's folder, or leave out --job",
			display_path(a, path));
	from = file_beside(a, job->path, inside);
	inside = arena_printf(a, "job/%s", inside);
	return bundle_tree_has(&b->tree, inside) ? 0 :
						   bundle_tree_copy(&b->tree, from, inside, false);
}

static int bundle_copy_job(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;
	const char *redaction;
	struct slice slice;
	struct job job;

	if (job_load(a, b->options->job_path, &job, &b->cmd->err) < 0 ||
	    slice_load(a, &job, job.tickets_path, SLICE_ORDINARY, &slice, &b->cmd->err) < 0 ||
	    privacy_check(b->cmd, &job, &slice, &redaction) < 0 ||
	    bundle_tree_copy(&b->tree, job.path, "job/job.yaml", false) < 0 ||
	    bundle_copy_named(b, &job, job.tickets_path) < 0 ||
	    (job.examples_path && bundle_copy_named(b, &job, job.examples_path) < 0) ||
	    (job.training_path && bundle_copy_named(b, &job, job.training_path) < 0))
		return -1;
	for (size_t i = 0; i < job.n_heads; i++)
		if (bundle_copy_named(b, &job, job.heads[i]) < 0)
			return -1;
	for (size_t i = 0; i < job.n_variants; i++)
		if (job.variants[i].path && bundle_copy_named(b, &job, job.variants[i].path) < 0)
			return -1;
	return 0;
}

/* ---- the program */

static bool bundle_needs_script(const struct bundle *b)
{
	for (size_t i = 0; i < b->models.n; i++)
		if (b->models.items[i].engine == ENGINE_SCRIPT)
			return true;
	return false;
}

/* Every worker of the folder that has one: a package has several of an engine (docs/engine.md). */
static int bundle_copy_workers(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;
	const struct dirent *entry;
	char *one;
	int r = 0;
	DIR *d;

	if (child_find_program(a, "toehold-llama", "", &one, &b->cmd->err) < 0 &&
	    child_find_program(a, "toehold-http", "", &one, &b->cmd->err) < 0)
		return -1;
	d = opendir(file_beside(a, one, "."));
	if (!d)
		return err_sys(&b->cmd->err, ERR_INPUT, errno, "cannot read the folder of '%s'",
			       display_path(a, one));
	while (r == 0 && (entry = readdir(d))) {
		const char *name = entry->d_name;
		const char *from = file_beside(a, one, name);

		if (!str_starts(name, "toehold-") || file_is_dir(from) ||
		    (str_starts(name, "toehold-script") && !bundle_needs_script(b)))
			continue;
		r = bundle_tree_copy(&b->tree, from, arena_printf(a, "libexec/toehold/%s", name),
				     false);
	}
	closedir(d);
	return r;
}

static int bundle_copy_documents(struct bundle *b)
{
	static const char *const sources[] = { "LICENSE", "THIRD_PARTY.md", "README.md" };
	struct arena *a = &b->cmd->arena;
	char *demo, *docs;

	if (installed_find(a, "share/toehold/demo", "demo", &demo, &b->cmd->err) < 0 ||
	    bundle_tree_copy_folder(&b->tree, demo, "share/toehold/demo") < 0 ||
	    installed_find(a, "share/doc/toehold", "docs", &docs, &b->cmd->err) < 0)
		return -1;
	if (installed_is(a))
		return bundle_tree_copy_folder(&b->tree, docs, "share/doc/toehold");
	for (size_t i = 0; i < COUNT_OF(sources); i++)
		if (bundle_tree_copy(&b->tree, arena_printf(a, "%s/../%s", docs, sources[i]),
				     arena_printf(a, "share/doc/toehold/%s", sources[i]),
				     false) < 0)
			return -1;
	return bundle_tree_copy_folder(&b->tree, docs, "share/doc/toehold/docs");
}

#ifdef __linux__
static int bundle_see_library(struct dl_phdr_info *info, size_t size, void *ctx)
{
	static const char *const always[] = {
		"libc.so",  "libm.so",	"libpthread.so", "libdl.so",
		"librt.so", "ld-linux", "linux-vdso",	 "linux-gate"
	};
	struct bundle *b = ctx;
	const char *name = str_basename(info->dlpi_name);

	(void)size;
	for (size_t i = 0; i < COUNT_OF(always); i++)
		if (str_starts(name, always[i]))
			return 0;
	if (*name) {
		b->libraries = b->libraries ? b->libraries :
					      arena_array(&b->cmd->arena, OPT_LIST_MAX,
							  sizeof(*b->libraries));
		if (b->n_libraries < OPT_LIST_MAX)
			b->libraries[b->n_libraries++] = arena_strdup(&b->cmd->arena, name);
	}
	return 0;
}
#endif

static int bundle_fill(struct bundle *b)
{
	const char *dir = file_program_dir(&b->cmd->arena);

#ifdef __linux__
	dl_iterate_phdr(bundle_see_library, b);
#endif
	if ((b->options->job_path && bundle_copy_job(b) < 0) || bundle_copy_models(b) < 0 ||
	    bundle_tree_copy(&b->tree, arena_printf(&b->cmd->arena, "%s/toehold", dir),
			     "bin/toehold", false) < 0 ||
	    bundle_copy_workers(b) < 0 || bundle_copy_documents(b) < 0 ||
	    bundle_tree_put(&b->tree, "toehold", 0755, launcher) < 0 ||
	    bundle_tree_put(&b->tree, "LICENCES.txt", 0644, bundle_licences(b)) < 0 ||
	    bundle_tree_put(&b->tree, "README.txt", 0644, bundle_readme(b)) < 0)
		return -1;
	return bundle_tree_finish(&b->tree);
}

int bundle_make(struct cmd *cmd, const struct bundle_options *options, struct bundle *ret_bundle)
{
	struct bundle b = { .cmd = cmd, .options = options };

	if (bundle_find_models(&b) < 0 || bundle_tree_open(cmd, options->out, &b.tree) < 0)
		return -1;
	interrupt_catch(NULL);
	if (bundle_fill(&b) < 0) {
		bundle_tree_drop(&b.tree);
		return -1;
	}
	*ret_bundle = b;
	return 0;
}

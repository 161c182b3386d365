/*
 * A folder of small files: prompts/NAME-HASH.txt.
 */
#include "flow/prompts.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job_edit.h"
#include "job/file/job_variants.h"

enum { SHORT_HASH = 12, HASH_LEAST = 4 };

static const char kept_ending[] = ".txt";
static const char of_job[] = "job";

static struct prompt_version prompts_version(enum prompt_kind kind, const char *id,
					     const char *text)
{
	struct prompt_version v = { .kind = kind, .id = id, .name = id, .text = text };

	hash_bytes(text, strlen(text), v.sha256);
	return v;
}

static void prompts_add(struct job_prompts *p, struct prompt_version version)
{
	p->list.items = arena_grow(&p->cmd->arena, p->list.items, p->list.n, &p->cap,
				   sizeof(*p->list.items));
	p->list.items[p->list.n++] = version;
}

/* The name in "NAME-HASH.txt"; NULL if a file is called otherwise. */
static const char *prompts_name_of(struct arena *a, const char *file)
{
	size_t n = strlen(file), n_tail = 1 + SHORT_HASH + sizeof(kept_ending) - 1;
	const char *name, *hash;

	if (n <= n_tail || !str_ends(file, kept_ending))
		return NULL;
	name = arena_strndup(a, file, n - n_tail);
	hash = file + n - n_tail + 1;
	return hash[-1] == '-' && strspn(hash, "0123456789abcdef") == SHORT_HASH &&
			       job_variant_is_name(name) ?
		       name :
		       NULL;
}

/* Adds a file if it is a version that nobody changed. Whatever else lies there is left alone. */
static void prompts_add_file(struct job_prompts *p, const char *file)
{
	struct arena *a = &p->cmd->arena;
	const char *name = prompts_name_of(a, file), *path;
	struct prompt_version v;
	struct variant variant;
	struct err unused;
	struct stat st;

	if (!name)
		return;
	path = arena_printf(a, "%s/%s", p->dir, file);
	if (job_variant_load(a, path, &variant, &unused) < 0 || stat(path, &st) < 0)
		return;
	v = prompts_version(PROMPT_KEPT, arena_strndup(a, file, strlen(file) - strlen(kept_ending)),
			    variant.pattern);
	v.name = name;
	v.path = path;
	v.kept_us = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	if (strncmp(v.sha256, file + strlen(name) + 1, SHORT_HASH) == 0)
		prompts_add(p, v);
}

static int prompts_by_time(const void *x, const void *y)
{
	const struct prompt_version *a = x, *b = y;

	if (a->kept_us != b->kept_us)
		return (a->kept_us > b->kept_us) - (a->kept_us < b->kept_us);
	return strcmp(a->id, b->id);
}

static void prompts_add_kept(struct job_prompts *p)
{
	DIR *dir = opendir(p->dir);
	const struct dirent *entry;
	size_t first = p->list.n;

	while (dir && (entry = readdir(dir)))
		prompts_add_file(p, entry->d_name);
	if (dir)
		closedir(dir);
	qsort(p->list.items + first, p->list.n - first, sizeof(*p->list.items), prompts_by_time);
}

int prompts_load(struct cmd *cmd, const char *job_path, struct job_prompts *ret_prompts)
{
	struct job_prompts *p = ret_prompts;

	*p = (struct job_prompts){ .cmd = cmd,
				   .dir = file_beside(&cmd->arena, job_path, "prompts") };
	if (job_load(&cmd->arena, job_path, &p->job, &cmd->err) < 0)
		return -1;
	p->list.job_path = job_path;
	prompts_add(p, prompts_version(PROMPT_OF_JOB, of_job, p->job.prompt_pattern));
	for (size_t i = 0; i < p->job.n_variants; i++)
		prompts_add(p, prompts_version(PROMPT_VARIANT, p->job.variants[i].name,
					       p->job.variants[i].pattern));
	prompts_add_kept(p);
	return 0;
}

/* RULE: "job" is the job's own prompt; a kept version goes before a variant of its name. */
static const struct prompt_version *prompts_by_name(const struct job_prompts *p, const char *word)
{
	if (strcmp(of_job, word) == 0)
		return &p->list.items[0];
	for (size_t i = p->list.n; i-- > 1;)
		if (strcmp(p->list.items[i].id, word) == 0 ||
		    strcmp(p->list.items[i].name, word) == 0)
			return &p->list.items[i];
	return NULL;
}

/* Of several that begin with it, all must be one text. */
static const struct prompt_version *prompts_by_hash(const struct job_prompts *p, const char *word)
{
	const struct prompt_version *found = NULL;
	size_t n = strlen(word);

	for (size_t i = 0; n >= HASH_LEAST && i < p->list.n; i++) {
		const struct prompt_version *v = &p->list.items[i];

		if (strncmp(v->sha256, word, n) != 0)
			continue;
		if (found && strcmp(found->sha256, v->sha256) != 0)
			return NULL;
		found = v;
	}
	return found;
}

int prompts_find(const struct job_prompts *p, const char *word,
		 const struct prompt_version **ret_version)
{
	struct arena *a = &p->cmd->arena;
	const struct prompt_version *found = prompts_by_name(p, word);

	*ret_version = found ? found : prompts_by_hash(p, word);
	if (*ret_version)
		return 0;
	return err_set(&p->cmd->err, ERR_INPUT,
		       "there is no prompt '%s'; 'toehold prompts %s' lists them",
		       display_text(a, word), display_shell_word(a, p->list.job_path));
}

/* RULE: nothing else has the name that means the job's own prompt. */
static int prompts_check_name(struct cmd *cmd, const char *name)
{
	if (!job_variant_is_name(name))
		return err_set(&cmd->err, ERR_INPUT, "'%s': a name has %s, such as 'short'",
			       display_text(&cmd->arena, name), job_variant_names);
	if (strcmp(name, of_job) == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' means the job's own prompt; choose another name", of_job);
	return 0;
}

/* RULE: a version that somebody changed by hand is theirs: it is not written over. */
static int prompts_check_place(struct cmd *cmd, const struct prompt_version *v)
{
	struct variant there;
	struct err unused;

	if (!file_is_taken(v->path) ||
	    (job_variant_load(&cmd->arena, v->path, &there, &unused) == 0 &&
	     strcmp(there.pattern, v->text) == 0))
		return 0;
	return err_set(&cmd->err, ERR_INPUT, "'%s' was changed by hand; rename it first",
		       display_path(&cmd->arena, v->path));
}

int prompts_keep(struct job_prompts *p, const char *name, const char *text, size_t n_bytes,
		 struct prompt_version *ret_version)
{
	struct cmd *cmd = p->cmd;
	struct arena *a = &cmd->arena;
	struct prompt_version v;

	if (prompts_check_name(cmd, name) < 0 ||
	    job_prompt_take(a, text, n_bytes, &text, &cmd->err) < 0 ||
	    file_make_dirs(p->dir, 0700, &cmd->err) < 0)
		return -1;
	v = prompts_version(PROMPT_KEPT, "", text);
	v.name = name;
	v.id = arena_printf(a, "%s-%.*s", name, SHORT_HASH, v.sha256);
	v.path = arena_printf(a, "%s/%s%s", p->dir, v.id, kept_ending);
	v.kept_us = clock_wall_us();
	if (prompts_check_place(cmd, &v) < 0)
		return -1;
	*ret_version = v;
	text = arena_printf(a, "%s\n", text);
	return file_write(v.path, 0600, text, strlen(text), &cmd->err);
}

static const struct variant *prompts_variant(const struct job *job, const char *name)
{
	for (size_t i = 0; i < job->n_variants; i++)
		if (strcmp(job->variants[i].name, name) == 0)
			return &job->variants[i];
	return NULL;
}

int prompts_use(struct job_prompts *p, const struct prompt_version *version, const char *name,
		bool *ret_was_there, const char **ret_line)
{
	struct cmd *cmd = p->cmd;
	struct arena *a = &cmd->arena;
	struct job_entry entry = { "variants", name ? name : version->name, NULL };
	const struct variant *there;

	if (version->kind != PROMPT_KEPT)
		return err_set(&cmd->err, ERR_INPUT, "the job has the prompt '%s' already",
			       display_text(a, version->id));
	if (prompts_check_name(cmd, entry.name) < 0)
		return -1;
	entry.path = arena_printf(a, "prompts/%s%s", version->id, kept_ending);
	*ret_line = job_entry_line(a, &entry);
	there = prompts_variant(&p->job, entry.name);
	*ret_was_there = there && strcmp(there->pattern, version->text) == 0;
	if (*ret_was_there)
		return 0;
	if (there)
		return err_set(&cmd->err, ERR_INPUT,
			       "the job has another variant '%s'; choose a name with --as",
			       entry.name);
	return job_edit_add(a, &p->job, &entry, &cmd->err);
}

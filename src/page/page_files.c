/*
 * One folder and those in it: what `toehold init` makes, and what commands in that folder find.
 */
#include "page/page_files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/draft/draft.h"
#include "flow/open/store_find.h"
#include "job/file/job.h"

/* Of all folders together: the page may be opened in a large one. */
enum { SEEN_MAX = 5000 };

static bool files_is_yaml(const char *name)
{
	return str_ends(name, ".yaml") || str_ends(name, ".yml");
}

static bool files_is_data(const char *name)
{
	static const char *const endings[] = { ".jsonl", ".csv", ".tsv", ".xlsx", ".json", ".txt" };

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (str_ends_any_case(name, endings[i]))
			return true;
	return false;
}

/* Whether a file of YAML is meant as a job: others have other keys. */
static bool files_is_meant(struct arena *a, const char *path)
{
	static const char key[] = "tickets:";
	struct err unused;
	char *text;
	size_t n;

	return file_read(a, path, JOB_MAX_BYTES, &text, &n, &unused) == 0 &&
	       (str_starts(text, key) || strstr(text, "\ntickets:"));
}

static void files_add_job(struct arena *a, struct page_folder *f, const char *path)
{
	struct page_job job = { .path = path, .name = str_basename(path) };
	struct err err = { 0 };
	struct job read;

	if (job_load(a, path, &read, &err) == 0) {
		job.name = read.name;
		job.task = read.task;
	} else if ((f->first && strcmp(path, f->first) == 0) || files_is_meant(a, path)) {
		job.problem = arena_strdup(a, err.msg);
	} else {
		return;
	}
	f->jobs = arena_grow(a, f->jobs, f->n_jobs, &f->cap_jobs, sizeof(*f->jobs));
	f->jobs[f->n_jobs++] = job;
}

static int files_by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The names in a folder that are not hidden, sorted, as paths. */
static const char **files_names(struct arena *a, const char *dir, size_t *ret_n)
{
	const char **names = NULL;
	const struct dirent *entry;
	size_t cap = 0, n = 0;
	DIR *d = opendir(dir);

	while (d && (entry = readdir(d)) && n < SEEN_MAX) {
		if (entry->d_name[0] == '.')
			continue;
		names = arena_grow(a, names, n, &cap, sizeof(*names));
		names[n++] = strcmp(dir, ".") == 0 ? arena_strdup(a, entry->d_name) :
						     arena_printf(a, "%s/%s", dir, entry->d_name);
	}
	if (d)
		closedir(d);
	if (n > 1)
		qsort(names, n, sizeof(*names), files_by_text);
	*ret_n = n;
	return names;
}

/* A folder with a journal of labels, if the export is still in it. */
static void files_add_draft(struct arena *a, struct page_folder *f, const char *dir)
{
	const char *journal = arena_printf(a, "%s/" DRAFT_JOURNAL, dir);
	const char *rows = arena_printf(a, "%s/" DRAFT_ROWS, dir), **names;
	struct stat st;
	size_t n;

	if (stat(journal, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	names = files_names(a, arena_printf(a, "%s/secrets", dir), &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], rows) == 0 || str_ends(names[i], ".key"))
			continue;
		f->drafts =
			arena_grow(a, f->drafts, f->n_drafts, &f->cap_drafts, sizeof(*f->drafts));
		f->drafts[f->n_drafts++] = (struct page_draft){ dir, names[i], st.st_size > 0 };
		return;
	}
}

/*
 * Adds the files of a folder; `below`: of its folders too. RULE: not those of `secrets`, which hold
 * personal data.
 */
static void files_add_folder(struct arena *a, struct page_folder *f, const char *dir, bool below)
{
	size_t n;
	const char **names = files_names(a, dir, &n);

	for (size_t i = 0; i < n && f->n_seen < SEEN_MAX; i++) {
		f->n_seen++;
		if (file_is_dir(names[i]))
			continue;
		if (files_is_yaml(names[i]) || (f->first && strcmp(names[i], f->first) == 0))
			files_add_job(a, f, names[i]);
		if (!files_is_data(names[i]))
			continue;
		f->files = arena_grow(a, f->files, f->n_files, &f->cap_files, sizeof(*f->files));
		f->files[f->n_files++] = names[i];
	}
	for (size_t i = 0; below && i < n && f->n_seen < SEEN_MAX; i++) {
		if (!file_is_dir(names[i]) || strcmp(names[i], "secrets") == 0)
			continue;
		files_add_draft(a, f, names[i]);
		files_add_folder(a, f, names[i], false);
	}
}

void page_folder_list(struct arena *a, struct page_folder *folder)
{
	files_add_folder(a, folder, ".", true);
}

const struct page_job *page_folder_job(const struct page_folder *folder, const char *id)
{
	const char *wanted = id ? id : folder->first;

	for (size_t i = 0; wanted && i < folder->n_jobs; i++)
		if (strcmp(folder->jobs[i].path, wanted) == 0)
			return &folder->jobs[i];
	for (size_t i = 0; id && i < folder->n_jobs; i++)
		if (file_is_same(folder->jobs[i].path, id))
			return &folder->jobs[i];
	return id || folder->n_jobs == 0 ? NULL : &folder->jobs[0];
}

const char *page_folder_file(const struct page_folder *folder, const char *id)
{
	for (size_t i = 0; i < folder->n_files; i++)
		if (strcmp(folder->files[i], id) == 0)
			return folder->files[i];
	for (size_t i = 0; i < folder->n_files; i++)
		if (file_is_same(folder->files[i], id))
			return folder->files[i];
	return NULL;
}

const struct page_draft *page_folder_draft(const struct page_folder *folder, const char *id)
{
	for (size_t i = 0; i < folder->n_drafts; i++)
		if (strcmp(folder->drafts[i].dir, id) == 0)
			return &folder->drafts[i];
	return NULL;
}

int page_folder_store(struct cmd *cmd, const struct page_folder *folder, const struct page_job *job,
		      const char **ret_path)
{
	char *path;

	*ret_path = folder->store;
	if (folder->store)
		return 0;
	if (store_path_of_job(cmd, NULL, job->path, &path) < 0)
		return -1;
	*ret_path = path;
	return 0;
}

json_t *page_jobs_json(const struct page_folder *folder)
{
	json_t *list = json_array();

	for (size_t i = 0; i < folder->n_jobs; i++) {
		const struct page_job *job = &folder->jobs[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s, s:o}", "id",
						      json_any_text(job->path), "name",
						      json_any_text(job->name), "path",
						      json_any_text(job->path), "task",
						      task_names.texts[job->task], "problem",
						      json_any_text(job->problem)));
	}
	return list;
}

json_t *page_files_json(const struct page_folder *folder)
{
	json_t *list = json_array();

	for (size_t i = 0; i < folder->n_files; i++)
		json_array_append_new(list,
				      json_pack("{s:o, s:o}", "id", json_any_text(folder->files[i]),
						"name", json_any_text(folder->files[i])));
	return list;
}

json_t *page_drafts_json(const struct page_folder *folder)
{
	json_t *list = json_array();

	for (size_t i = 0; i < folder->n_drafts; i++)
		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:b}", "id", json_any_text(folder->drafts[i].dir),
				  "file", json_any_text(str_basename(folder->drafts[i].upload)),
				  "ready", folder->drafts[i].ready));
	return list;
}

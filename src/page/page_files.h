/*
 * The folder of the page: its jobs, their stores, and files of tickets. A browser names them by the
 * ids of this list, so no text of a browser is ever a path.
 */
#ifndef PAGE_PAGE_FILES_H
#define PAGE_PAGE_FILES_H

#include <jansson.h>

#include "flow/cmd.h"
#include "job/task/task.h"

struct page_job {
	const char *path; /* from the folder on; also its id */
	const char *name;
	const char *problem; /* why it cannot be read, or NULL */
	enum task task;
};

/* A draft of labels (flow/draft). */
struct page_draft {
	const char *dir; /* also its id */
	const char *upload; /* the export in it */
	bool ready; /* its tickets are imported */
};

struct page_folder {
	struct page_job *jobs;
	size_t n_jobs, cap_jobs;
	const char **files; /* tickets and prompts: paths, which are their ids too */
	size_t n_files, cap_files;
	struct page_draft *drafts;
	size_t n_drafts, cap_drafts;
	size_t n_seen; /* names that were looked at */
	const json_t
		*models; /* the paths of models that the page has listed, as members; or NULL */
	const char *first; /* the job that the page was opened with, or NULL */
	const char *store; /* the store of all jobs if the user named one, or NULL */
};

/* Lists the current folder, and the folders in it. Fails never: what cannot be read is left out. */
void page_folder_list(struct arena *a, struct page_folder *folder);

/* The job of an id, or the first one if it is NULL; NULL if there is none. */
const struct page_job *page_folder_job(const struct page_folder *folder, const char *id);

/* The path of a file in the list, or NULL. */
const char *page_folder_file(const struct page_folder *folder, const char *id);

/* NULL if there is none of that name. */
const struct page_draft *page_folder_draft(const struct page_folder *folder, const char *id);

/* The store of a job. */
int page_folder_store(struct cmd *cmd, const struct page_folder *folder, const struct page_job *job,
		      const char **ret_path) MUST_USE;

/* For /api/state. */
json_t *page_jobs_json(const struct page_folder *folder);
json_t *page_files_json(const struct page_folder *folder);
json_t *page_drafts_json(const struct page_folder *folder);

#endif

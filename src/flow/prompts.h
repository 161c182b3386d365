/*
 * The prompts of a job: its own, its variants, and versions that a person keeps while trying some.
 * Decides where versions are kept, how they are named, and which one a word means. A version never
 * changes: its file is named by the hash of its text, and nobody else can read it.
 */
#ifndef FLOW_PROMPTS_H
#define FLOW_PROMPTS_H

#include "flow/cmd.h"
#include "job/file/job.h"
#include "report/prompts_text.h"

struct job_prompts {
	struct cmd *cmd;
	struct job job;
	const char *dir; /* `prompts` beside the job file */
	struct prompt_list list;
	size_t cap; /* of the list */
};

/* Reads the job and the versions that were kept. */
int prompts_load(struct cmd *cmd, const char *job_path, struct job_prompts *ret_prompts) MUST_USE;

/*
 * The prompt that a word means: "job", an id, a name (of several versions the newest), or the
 * beginning of a hash. ERR_INPUT if there is none, or several.
 */
int prompts_find(const struct job_prompts *p, const char *word,
		 const struct prompt_version **ret_version) MUST_USE;

/*
 * Keeps a text under a name; the same text again becomes the newest version. ERR_INPUT if the name
 * means the job's own prompt, or if the version's file was changed by hand.
 */
int prompts_keep(struct job_prompts *p, const char *name, const char *text, size_t n_bytes,
		 struct prompt_version *ret_version) MUST_USE;

/*
 * Puts a kept version into the job file, as a variant of this name (NULL: its own). True in
 * *ret_was_there if the job has that variant already. *ret_line is what the file now says.
 */
int prompts_use(struct job_prompts *p, const struct prompt_version *version, const char *name,
		bool *ret_was_there, const char **ret_line) MUST_USE;

#endif

/*
 * The texts of prompts in a job file: the key `prompt`, and `variants`, which are more prompts with
 * names. Each variant is one more candidate for every model that reads a prompt.
 */
#ifndef JOB_FILE_JOB_VARIANTS_H
#define JOB_FILE_JOB_VARIANTS_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/*
 * The text of a prompt without line breaks at its end, owned by the arena. Fails with ERR_INPUT if
 * it is empty or holds a control character; `key` is for the message.
 */
int job_prompt_read(struct yaml_file *file, const yaml_node_t *value, const char *key,
		    const char **ret_text, struct err *err) MUST_USE;

/* Reads the key `variants`: names, each with a text or with {file: NAME}. */
int job_variants_read(struct yaml_file *file, const yaml_node_t *map, struct job *job,
		      struct err *err) MUST_USE;

/* The same for text that is not of a job file; messages name no place. */
int job_prompt_take(struct arena *a, const char *text, size_t n, const char **ret_text,
		    struct err *err) MUST_USE;

/* Whether a variant can have this name; and, for messages, what a name has. */
bool job_variant_is_name(const char *name);
extern const char job_variant_names[];

/* The prompt of a file that is no job's, such as that of `try --prompt`. */
int job_variant_load(struct arena *a, const char *path, struct variant *ret_variant,
		     struct err *err) MUST_USE;

/* Makes a job that asks as `job` with the variant's prompt. NULL: as the job itself. */
int job_with_variant(struct arena *a, const struct job *job, const struct variant *variant,
		     struct job *ret_job, struct err *err) MUST_USE;

/* sha256 over all prompts and the form that a run of the job asks; usually of its prompt alone. */
void job_prompts_hash(const struct job *job, char ret_hex[65]);

#endif

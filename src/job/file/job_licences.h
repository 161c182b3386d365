/*
 * The key `licences` of a job file: what the user says about the licence of a model.
 */
#ifndef JOB_FILE_JOB_LICENCES_H
#define JOB_FILE_JOB_LICENCES_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/* Fills licence_words from a mapping of model → licence. Fails with ERR_INPUT. */
int job_licences_read(struct yaml_file *file, const yaml_node_t *node, struct job *job,
		      struct err *err) MUST_USE;

/* Whether a word names one of the job's models; true if the job names no models. */
bool job_licence_names_model(const struct job *job, const struct licence_word *word);

#endif

/*
 * The labels of a job file: a list of names, or a mapping name: description.
 * Internal to the loader (job_keys.c).
 */
#ifndef JOB_FILE_JOB_LABELS_H
#define JOB_FILE_JOB_LABELS_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/* `node` is a list or a mapping. */
int job_labels_read(struct yaml_file *file, const yaml_node_t *node, struct job *job,
		    struct err *err) MUST_USE;

#endif

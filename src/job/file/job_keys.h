/*
 * The keys of a job file as rows of tables: which values a key accepts, and its field in struct
 * job. Internal to the loader (job.c).
 */
#ifndef JOB_FILE_JOB_KEYS_H
#define JOB_FILE_JOB_KEYS_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/* Reads the tree into the job, which already holds the defaults. Checks each key separately. */
int job_keys_read(struct yaml_file *file, struct job *job, struct err *err) MUST_USE;

#endif

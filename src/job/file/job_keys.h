/*
 * The keys of a job file as rows of tables: what each takes, and where it goes in struct job.
 * Internal to the loader (job.c).
 */
#ifndef JOB_FILE_JOB_KEYS_H
#define JOB_FILE_JOB_KEYS_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/* Reads the whole tree into the job, which holds the defaults; checks each key by itself. */
int job_keys_read(struct yaml_file *file, struct job *job, struct err *err) MUST_USE;

#endif

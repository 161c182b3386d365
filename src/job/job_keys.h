/*
 * The keys of a job file as rows of tables: what each takes, and where it goes in struct job.
 * Internal to the loader (job.c).
 */
#ifndef JOB_JOB_KEYS_H
#define JOB_JOB_KEYS_H

#include "job/job.h"
#include "job/job_yaml.h"

/* Reads the whole tree into the job, which holds the defaults; checks each key by itself. */
int job_keys_read(struct yaml_file *file, struct job *job, struct err *err) MUST_USE;

/* "40%" and "0.4" are 0.4; false where it is neither. */
bool job_parse_share(const char *text, double *ret_share);

/* "4 GiB", "800 MB", "1000000": bytes, at least 1 MB; false otherwise. */
bool job_parse_size(const char *text, int64_t *ret_bytes);

#endif

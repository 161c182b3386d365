/*
 * Shares and sizes as people write them in a job file and on the command line.
 */
#ifndef JOB_FILE_JOB_VALUES_H
#define JOB_FILE_JOB_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "40%" and "0.4" are 0.4; false for other text. */
bool job_parse_share(const char *text, double *ret_share);

/* "4 GiB", "800 MB", "1000000": bytes, at least 1 MB; false otherwise. */
bool job_parse_size(const char *text, int64_t *ret_bytes);

#endif

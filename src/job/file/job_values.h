/*
 * Shares and sizes as people write them in a job file and on the command line.
 */
#ifndef JOB_FILE_JOB_VALUES_H
#define JOB_FILE_JOB_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How messages describe what job_parse_share() takes. */
#define JOB_SHARE_WORDS "a share above 0 and at most 1, such as 0.6 or 60%"

/*
 * A share above 0 and at most 1: "60%", "0.6" and "60" are 0.6, "1" is 1. A number from 2 to 100 is
 * a percentage. False for other text, also for 1.5, which could be either.
 */
bool job_parse_share(const char *text, double *ret_share);

/* "4 GiB", "800 MB", "1000000": bytes, at least 1 MB; false otherwise. */
bool job_parse_size(const char *text, int64_t *ret_bytes);

#endif

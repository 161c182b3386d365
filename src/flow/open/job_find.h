/*
 * Which job file a command means.
 */
#ifndef FLOW_OPEN_JOB_FIND_H
#define FLOW_OPEN_JOB_FIND_H

#include "flow/cmd.h"

/*
 * The job file that a path means: itself, or the one in a folder: job.yaml, or else the only .yaml
 * file there. ERR_INPUT if a folder has none or several.
 */
int job_find_at(struct cmd *cmd, const char *path, const char **ret_path) MUST_USE;

/* The same of the first argument. */
int job_find(struct cmd *cmd, const char **ret_path) MUST_USE;

#endif

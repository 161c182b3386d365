/*
 * Which job file a command means.
 */
#ifndef FLOW_OPEN_JOB_FIND_H
#define FLOW_OPEN_JOB_FIND_H

#include "flow/cmd.h"

/*
 * The job file of the first argument: itself, or the one in the folder that it names: job.yaml, or
 * else the only .yaml file there. ERR_INPUT if a folder has none or several.
 */
int job_find(struct cmd *cmd, const char **ret_path) MUST_USE;

#endif

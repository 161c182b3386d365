/*
 * The sample jobs that come with the program, one folder a task. Decides which folder is a task's:
 * the one whose job has that task, so a new sample needs no line here.
 */
#ifndef FLOW_START_START_SAMPLE_H
#define FLOW_START_START_SAMPLE_H

#include "flow/cmd.h"

struct sample {
	const char *dir;
	const char **files; /* names in that folder, sorted; all of them belong to the sample */
	size_t n;
};

/* Fails with ERR_USAGE, and names the tasks that have a sample, if this one has none. */
int sample_find(struct cmd *cmd, const char *task, struct sample *ret_sample) MUST_USE;

#endif

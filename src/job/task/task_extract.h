/*
 * How an answer of the task extract can end, from right to worst.
 */
#ifndef JOB_TASK_TASK_EXTRACT_H
#define JOB_TASK_TASK_EXTRACT_H

#include <yaml.h>

#include "job/file/job_yaml.h"
#include "job/task/task.h"

#define EXTRACT_MARKS(X) \
	X(EXTRACT_RIGHT, "right") \
	X(EXTRACT_MISSING, "value missing") \
	X(EXTRACT_WRONG, "wrong value") \
	X(EXTRACT_INVENTED, "invented value") \
	X(EXTRACT_INVALID, "not the JSON that was asked for")

enum extract_mark { EXTRACT_MARKS(NAMES_CONSTANT) };

/*
 * Makes job->form from the value of the key `fields`: a mapping in short, or the name of a file
 * with a JSON schema. Fails with ERR_INPUT.
 */
int task_extract_fields(struct yaml_file *file, const yaml_node_t *value, const char *line,
			struct job *job, struct err *err) MUST_USE;

#endif

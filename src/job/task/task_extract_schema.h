/*
 * Which JSON schemas the task extract takes. Must not know tickets.
 */
#ifndef JOB_TASK_TASK_EXTRACT_SCHEMA_H
#define JOB_TASK_TASK_EXTRACT_SCHEMA_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Makes the form of a schema file's text. Fails with ERR_INPUT, "path:line:column: what is wrong;
 * what to write instead". `path` is printable.
 */
int extract_schema_read(struct arena *a, const char *path, const char *text, const char **ret_form,
			struct err *err) MUST_USE;

#endif

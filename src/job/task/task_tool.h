/*
 * The task choose-tool: one agentic step. Given tools and a ticket, the model calls one tool, or
 * none. The job's form is the list of tools in the OpenAI format, with the tool "none" at its end.
 * Nothing is ever executed.
 */
#ifndef JOB_TASK_TASK_TOOL_H
#define JOB_TASK_TASK_TOOL_H

#include <jansson.h>
#include <yaml.h>

#include "job/file/job_yaml.h"
#include "job/task/json_schema.h"
#include "job/task/task.h"

/* How an answer can end, from right to worst. */
#define TOOL_MARKS(X) \
	X(TOOL_RIGHT, "right") \
	X(TOOL_MISSING, "missing argument") \
	X(TOOL_WRONG, "wrong argument") \
	X(TOOL_INVENTED, "invented argument") \
	X(TOOL_OTHER, "wrong tool") \
	X(TOOL_UNWANTED, "called a tool, and none was right") \
	X(TOOL_NOT_CALLED, "no tool where one was right") \
	X(TOOL_NO_CALL, "not a call")

enum tool_mark { TOOL_MARKS(NAMES_CONSTANT) };

enum { TOOLS_MAX = 128, TOOL_NAME_MAX = 64 };

/* The tool that is called if no tool fits. It takes no arguments. */
#define TOOL_NONE "none"

/* Makes job->form from the file that the key `tools` names. Fails with ERR_INPUT. */
int task_tool_read(struct yaml_file *file, const yaml_node_t *value, const char *name,
		   struct job *job, struct err *err) MUST_USE;

/* The function of this name in a list of tools, or NULL. Borrowed. */
const json_t *tool_find(const json_t *tools, const char *name);

/* The schemas of its arguments, by name. Borrowed. */
const json_t *tool_arguments(const json_t *function);

/* Whether a call must give the argument. */
bool tool_requires(const json_t *function, const char *argument);

/*
 * The schema of a tool's arguments as json_schema.h reads it: a new reference, or NULL with
 * ERR_INPUT.
 */
json_t *tool_schema_read(struct arena *a, const struct schema_source *source, const json_t *schema,
			 struct err *err);

/* Why the value cannot be an argument of this schema, as text; NULL if it can be. */
const char *tool_value_fault(struct arena *a, const json_t *schema, const json_t *value);

#endif

/*
 * The keywords of a JSON schema: which are understood, and which limit a value. Internal to
 * task_extract_schema.c.
 */
#ifndef JOB_TASK_TASK_EXTRACT_KEYWORD_H
#define JOB_TASK_TASK_EXTRACT_KEYWORD_H

#include <jansson.h>

#include "base/arena.h"

/* Why a schema has a keyword that no schema here may have, and which; NULL if all are known. */
const char *extract_keywords_check(struct arena *a, const json_t *schema, const char **ret_key);

/*
 * Copies the limits that a schema puts on a value of the type. Returns why one cannot hold, and
 * which; NULL if all can.
 */
const char *extract_keywords_keep(struct arena *a, const json_t *schema, const char *type,
				  json_t *form, const char **ret_key);

#endif

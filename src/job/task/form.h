/*
 * The JSON schema that a written answer is held to, whatever the task. Pure; must not know how the
 * grammar is made.
 */
#ifndef JOB_TASK_FORM_H
#define JOB_TASK_FORM_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

enum { FORM_MAX_BYTES = 256 * 1024 };

/*
 * Fails with ERR_INPUT and the place in the schema if json_schema.h refuses it. Otherwise *ret_text
 * is the same schema with a maxLength for every string, owned by the arena.
 */
int form_bounded(struct arena *a, const char *schema, const char **ret_text,
		 struct err *err) MUST_USE;

/* The patterns in a schema that form_bounded() accepted: called for each until it fails. */
int form_each_pattern(const json_t *schema,
		      int (*each)(void *ctx, const char *pattern, struct err *err), void *ctx,
		      struct err *err) MUST_USE;

/*
 * JSON as models write it: one line, a space behind each comma and colon. In compact JSON `":"` is
 * often one token, so a model that is given `":` has only ever seen null behind it, and writes null
 * for every field. NULL if the text is no JSON.
 */
const char *form_spaced(struct arena *a, const char *json);

#endif

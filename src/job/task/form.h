/*
 * The JSON schema that a written answer is held to. Decides which schemas a grammar can hold a
 * model to: a schema comes from a job file or a tool's author, so it is bounded in size and depth,
 * and a keyword that the grammar would ignore is an error. Pure; must not know how the grammar is
 * made.
 */
#ifndef JOB_TASK_FORM_H
#define JOB_TASK_FORM_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	FORM_MAX_BYTES = 256 * 1024,
	FORM_STRING_MAX = 300, /* characters of a string, if the schema sets no maxLength */
	FORM_REPEAT_MAX = 2000, /* the most that maxLength and maxItems may say */
	FORM_TOTAL_MAX = 100 * 1000, /* the sum of maxLength over all strings */
	FORM_DEPTH_MAX = 32, /* schemas within schemas */
	FORM_NODES_MAX = 5000,
	FORM_NAME_MAX = 200, /* bytes of a property's name */
	FORM_OPTIONAL_MAX = 100, /* properties of one object that are not required */
	FORM_PATTERN_MAX = 200,
};

/*
 * Fails with ERR_INPUT and the place in the schema if no answer can match it, or if it says what
 * the grammar cannot hold. Otherwise *ret_text, owned by the arena, is the same schema with a
 * maxLength for every string.
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

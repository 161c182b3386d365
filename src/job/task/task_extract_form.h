/*
 * The form of the task extract, which all its parts read: a JSON schema of an object whose
 * references are resolved, with one type for each field, and null beside it if null is an answer.
 */
#ifndef JOB_TASK_TASK_EXTRACT_FORM_H
#define JOB_TASK_TASK_EXTRACT_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum {
	EXTRACT_MAX_FIELDS = 100, /* those inside others count too */
	EXTRACT_MAX_VALUES = 256, /* that one field may list */
	EXTRACT_MAX_DEPTH = 6, /* of objects and lists in each other */
	EXTRACT_MAX_NAME_BYTES = 64,
};

/* What a field of the form holds. */
enum extract_type {
	EXTRACT_STRING,
	EXTRACT_DATE,
	EXTRACT_NUMBER,
	EXTRACT_WHOLE,
	EXTRACT_BOOLEAN,
	EXTRACT_VALUES, /* one of a list */
	EXTRACT_OBJECT,
	EXTRACT_LIST,
};

struct extract_field {
	enum extract_type type;
	bool nullable;
	const json_t *values; /* of EXTRACT_VALUES */
	json_t *fields; /* of EXTRACT_OBJECT */
	json_t *items; /* of EXTRACT_LIST: the schema of each */
};

/* Reads a part of a form. What it points to is borrowed. */
struct extract_field extract_field_of(const json_t *part);

/* Whether an object of the form must have this member. */
bool extract_is_required(const json_t *object, const char *name);

/* Why a text cannot be the name of a field beside those in `fields`; NULL if it can. */
const char *extract_name_fault(struct arena *a, const char *name, json_t *fields);

#endif

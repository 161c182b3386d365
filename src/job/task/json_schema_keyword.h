/*
 * The keywords of a JSON schema, one row each. Internal to json_schema.c and to those that adapt
 * what it read.
 */
#ifndef JOB_TASK_JSON_SCHEMA_KEYWORD_H
#define JOB_TASK_JSON_SCHEMA_KEYWORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum schema_type {
	SCHEMA_OBJECT = 1 << 0,
	SCHEMA_ARRAY = 1 << 1,
	SCHEMA_STRING = 1 << 2,
	SCHEMA_NUMBER = 1 << 3,
	SCHEMA_INTEGER = 1 << 4,
	SCHEMA_BOOLEAN = 1 << 5,
	SCHEMA_NULL = 1 << 6,
};

enum schema_kind {
	SCHEMA_NOTE, /* limits nothing */
	SCHEMA_DEFS, /* holds schemas that `$ref` names */
	SCHEMA_ALONE, /* decides by itself how the part is read */
	SCHEMA_TYPES,
	SCHEMA_PARTS, /* holds schemas by name */
	SCHEMA_PART, /* holds a schema */
	SCHEMA_NAMES, /* lists properties */
	SCHEMA_LENGTH,
	SCHEMA_BOUND,
	SCHEMA_PATTERN,
	SCHEMA_FORMAT, /* one of those that a grammar knows; others are notes */
};

struct schema_keyword {
	const char *name;
	enum schema_kind kind;
	unsigned types; /* enum schema_type: of the values that it limits; 0: any */
};

/* NULL if there is none of this name. */
const struct schema_keyword *schema_keyword_find(const char *name);

/* Whether it limits a value, or only notes something. */
bool schema_keyword_binds(const struct schema_keyword *k, const json_t *value);

/* The keyword of the kind SCHEMA_ALONE that a schema has, or NULL. */
const char *schema_keyword_alone(const json_t *schema);

/*
 * Each returns why the schema is refused, as text, and the keyword at fault; NULL if it is not:
 * for keywords that are unknown or exclude each other, and for limits of a value of these types.
 */
const char *schema_keywords_fault(struct arena *a, const json_t *schema, const char **ret_key);
const char *schema_limits_fault(struct arena *a, const json_t *schema, unsigned types,
				const char **ret_key);

/* The types that a schema names; 0 if it names none, or a bad one, which *ret_bad says. */
unsigned schema_types(const json_t *schema, bool *ret_bad);

/* The name of the first of these types; NULL if there is none. */
const char *schema_type_name(unsigned types);

/* The types that a value has: an integer is a number too. */
unsigned schema_types_of_value(const json_t *value);

/* How many characters or items a grammar must have rules for. */
int64_t schema_repeats(const json_t *schema, unsigned types);

/* What maxLength a string gets that has none; 0: none, for another keyword limits it. */
int64_t schema_string_length(const json_t *schema, unsigned types);

#endif

/*
 * JSON schemas that an answer is held to, as people and tools write them. Decides which a grammar
 * can hold a model to: a schema is foreign, so it is bounded in size and depth, and what a grammar
 * would ignore is an error. So is a schema that no answer can match, and one that holds itself.
 * Must not know tasks; docs/forms.md has the rules for users.
 */
#ifndef JOB_TASK_JSON_SCHEMA_H
#define JOB_TASK_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	SCHEMA_STRING_MAX = 300, /* characters of a string, if the schema sets no maxLength */
	SCHEMA_REPEAT_MAX = 2000, /* the most that maxLength and maxItems may say */
	SCHEMA_TOTAL_MAX = 100 * 1000, /* the sum of maxLength and maxItems over the whole */
	SCHEMA_DEPTH_MAX = 100, /* schemas within schemas; `$ref` and `anyOf` count too */
	SCHEMA_NODES_MAX = 5000, /* schemas and listed values */
	SCHEMA_NAME_MAX = 200, /* bytes of a property's name */
	SCHEMA_OPTIONAL_MAX = 100, /* properties of one object that are not required */
	SCHEMA_PATTERN_MAX = 200,
};

/* Where a schema comes from, for messages: "tools.json:7:12: tool 1, 'a': ". */
struct schema_source {
	const char *file; /* printable; NULL: none, and a message names the place in the schema */
	const char *text; /* of the file */
	const char *at; /* JSON pointer to the schema in it */
	const char *owner;
};

/* What else a task asks of a schema. */
struct schema_rules {
	int max_levels; /* of objects and lists in one another */
	size_t max_parts; /* schemas in the whole one */
	const char *parts; /* what they are called in a message: "fields" */
	bool one_choice; /* `anyOf` has one schema beside null */
	bool of_object; /* the whole is of an object, also without a 'type' */
	bool only_described; /* of the notes, only a description is kept */
	/* Why a property cannot have this name beside those in `names`; NULL if it can. */
	const char *(*name_fault)(struct arena *a, const char *name, json_t *names);
	/*
	 * Changes a part that was read into the task's own form. Returns why it cannot be, and
	 * sets *ret_key to the keyword at fault or leaves it; NULL if it can.
	 */
	const char *(*adapt)(struct arena *a, json_t *part, const char **ret_key);
};

/*
 * A copy with each `$ref` replaced by what it names, and a choice of one schema by that schema: a
 * new reference. NULL with ERR_INPUT if the schema is refused.
 */
json_t *schema_read(struct arena *a, const struct schema_source *source, const json_t *schema,
		    const struct schema_rules *rules, struct err *err);

#endif

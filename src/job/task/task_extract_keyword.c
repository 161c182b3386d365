/*
 * The keywords of a JSON schema as one table. A limit is taken only if the engine's grammar holds
 * a model to it.
 */
#include "job/task/task_extract_keyword.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/task/task_extract_form.h"

/*
 * READ: task_extract_schema.c does. NOTE: about the schema, no limit. LENGTH, BOUND: limits of two
 * kinds. FORMAT: one of those that the grammar knows, else a note.
 */
enum keyword_kind { READ, NOTE, LENGTH, BOUND, PATTERN, FORMAT };

static const struct keyword {
	const char *name;
	enum keyword_kind kind;
	const char *type; /* of the values that it limits */
} keywords[] = {
	{ "type", READ, NULL },
	{ "properties", READ, NULL },
	{ "required", READ, NULL },
	{ "additionalProperties", READ, NULL },
	{ "items", READ, NULL },
	{ "enum", READ, NULL },
	{ "const", READ, NULL },
	{ "anyOf", READ, NULL },
	{ "oneOf", READ, NULL },
	{ "allOf", READ, NULL },
	{ "$ref", READ, NULL },
	{ "$defs", READ, NULL },
	{ "definitions", READ, NULL },
	{ "description", READ, NULL },
	{ "title", NOTE, NULL },
	{ "default", NOTE, NULL },
	{ "examples", NOTE, NULL },
	{ "$schema", NOTE, NULL },
	{ "$id", NOTE, NULL },
	{ "$comment", NOTE, NULL },
	{ "deprecated", NOTE, NULL },
	{ "readOnly", NOTE, NULL },
	{ "writeOnly", NOTE, NULL },
	{ "minLength", LENGTH, "string" },
	{ "maxLength", LENGTH, "string" },
	{ "pattern", PATTERN, "string" },
	{ "format", FORMAT, "string" },
	{ "minItems", LENGTH, "array" },
	{ "maxItems", LENGTH, "array" },
	{ "minimum", BOUND, "integer" },
	{ "maximum", BOUND, "integer" },
	{ "exclusiveMinimum", BOUND, "integer" },
	{ "exclusiveMaximum", BOUND, "integer" },
};

static const struct keyword *keyword_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

const char *extract_keywords_check(struct arena *a, const json_t *schema, const char **ret_key)
{
	enum { LEAST_FOR_GUESS = 5 }; /* letters; shorter words are near to any */
	const char *names[COUNT_OF(keywords)], *key, *near;
	json_t *value;

	json_object_foreach ((json_t *)schema, key, value) {
		*ret_key = key;
		if (keyword_find(key))
			continue;
		for (size_t i = 0; i < COUNT_OF(keywords); i++)
			names[i] = keywords[i].name;
		near = strlen(key) < LEAST_FOR_GUESS ? NULL :
						       str_nearest(key, names, COUNT_OF(keywords));
		if (near)
			return arena_printf(a, "unknown keyword '%s'; did you mean '%s'?",
					    display_text(a, key), near);
		return arena_printf(
			a,
			"the keyword '%s' is not understood here, so an answer would "
			"not be held to it; remove it (docs/extract.md lists those that "
			"are)",
			display_text(a, key));
	}
	return NULL;
}

static bool keyword_is_format(const json_t *value)
{
	static const char *const formats[] = { "date", "time", "date-time", "uuid" };
	const char *name = json_string_value(value);

	for (size_t i = 0; name && i < COUNT_OF(formats); i++)
		if (strcmp(formats[i], name) == 0)
			return true;
	return false;
}

static const char *keyword_fault(struct arena *a, const struct keyword *k, const json_t *value,
				 const char *type)
{
	if (strcmp(k->type, type) != 0 && k->kind == BOUND && strcmp(type, "number") == 0)
		return arena_printf(a,
				    "'%s': a model cannot be held to a range of numbers with a "
				    "point; remove it, or use the type integer",
				    k->name);
	if (strcmp(k->type, type) != 0)
		return arena_printf(a,
				    "'%s' is for the type %s, and the type here is %s; remove it",
				    k->name, k->type, type);
	if (k->kind == LENGTH && (!json_is_integer(value) || json_integer_value(value) < 0 ||
				  json_integer_value(value) > EXTRACT_MAX_LENGTH))
		return arena_printf(a, "'%s' must be a whole number from 0 to %d", k->name,
				    EXTRACT_MAX_LENGTH);
	if (k->kind == BOUND && !json_is_integer(value))
		return arena_printf(a, "'%s' must be a whole number", k->name);
	if (k->kind == PATTERN && (!json_is_string(value) || *json_string_value(value) != '^' ||
				   !str_ends(json_string_value(value), "$")))
		return "'pattern' must describe the whole text, from ^ to $, such as "
		       "\"^[A-Z]{2}[0-9]{6}$\"";
	return NULL;
}

/* Two limits that contradict each other: name of the lower, of the upper, and what lies between. */
static const struct {
	const char *least, *most;
	json_int_t apart;
} pairs[] = {
	{ "minLength", "maxLength", 0 },      { "minItems", "maxItems", 0 },
	{ "minimum", "maximum", 0 },	      { "minimum", "exclusiveMaximum", 1 },
	{ "exclusiveMinimum", "maximum", 1 }, { "exclusiveMinimum", "exclusiveMaximum", 2 },
};

static const char *keyword_contradiction(struct arena *a, const json_t *form, const char **ret_key)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		const json_t *least = json_object_get(form, pairs[i].least);
		const json_t *most = json_object_get(form, pairs[i].most);

		if (!least || !most ||
		    (double)json_integer_value(least) + (double)pairs[i].apart <=
			    (double)json_integer_value(most))
			continue;
		*ret_key = pairs[i].least;
		return arena_printf(a,
				    "'%s' is above what '%s' allows, so the schema admits nothing; "
				    "lower it",
				    pairs[i].least, pairs[i].most);
	}
	return NULL;
}

const char *extract_keywords_keep(struct arena *a, const json_t *schema, const char *type,
				  json_t *form, const char **ret_key)
{
	json_t *value;

	json_object_foreach ((json_t *)schema, *ret_key, value) {
		const struct keyword *k = keyword_find(*ret_key);
		const char *fault;

		if (!k->type || (k->kind == FORMAT && !keyword_is_format(value)))
			continue;
		fault = keyword_fault(a, k, value, type);
		if (fault)
			return fault;
		json_object_set(form, k->name, value);
	}
	return keyword_contradiction(a, form, ret_key);
}

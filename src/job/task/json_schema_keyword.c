/*
 * One table of keywords for all tasks. A limit is taken only if the engine's grammar holds a model
 * to it.
 */
#include "job/task/json_schema_keyword.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/task/json_schema.h"

/* Those that stand alone: the first that is there decides. */
static const struct schema_keyword keywords[] = {
	{ "$ref", SCHEMA_ALONE, 0 },
	{ "anyOf", SCHEMA_ALONE, 0 },
	{ "oneOf", SCHEMA_ALONE, 0 },
	{ "allOf", SCHEMA_ALONE, 0 },
	{ "const", SCHEMA_ALONE, 0 },
	{ "enum", SCHEMA_ALONE, 0 },
	{ "type", SCHEMA_TYPES, 0 },
	{ "properties", SCHEMA_PARTS, SCHEMA_OBJECT },
	{ "required", SCHEMA_NAMES, SCHEMA_OBJECT },
	{ "additionalProperties", SCHEMA_PART, SCHEMA_OBJECT },
	{ "items", SCHEMA_PART, SCHEMA_ARRAY },
	{ "minItems", SCHEMA_LENGTH, SCHEMA_ARRAY },
	{ "maxItems", SCHEMA_LENGTH, SCHEMA_ARRAY },
	{ "minLength", SCHEMA_LENGTH, SCHEMA_STRING },
	{ "maxLength", SCHEMA_LENGTH, SCHEMA_STRING },
	{ "pattern", SCHEMA_PATTERN, SCHEMA_STRING },
	{ "format", SCHEMA_FORMAT, SCHEMA_STRING },
	{ "minimum", SCHEMA_BOUND, SCHEMA_INTEGER },
	{ "maximum", SCHEMA_BOUND, SCHEMA_INTEGER },
	{ "exclusiveMinimum", SCHEMA_BOUND, SCHEMA_INTEGER },
	{ "exclusiveMaximum", SCHEMA_BOUND, SCHEMA_INTEGER },
	{ "$defs", SCHEMA_DEFS, 0 },
	{ "definitions", SCHEMA_DEFS, 0 },
	{ "title", SCHEMA_NOTE, 0 },
	{ "description", SCHEMA_NOTE, 0 },
	{ "default", SCHEMA_NOTE, 0 },
	{ "example", SCHEMA_NOTE, 0 },
	{ "examples", SCHEMA_NOTE, 0 },
	{ "deprecated", SCHEMA_NOTE, 0 },
	{ "readOnly", SCHEMA_NOTE, 0 },
	{ "writeOnly", SCHEMA_NOTE, 0 },
	{ "$schema", SCHEMA_NOTE, 0 },
	{ "$id", SCHEMA_NOTE, 0 },
	{ "$comment", SCHEMA_NOTE, 0 },
};

static const struct {
	const char *name;
	unsigned type;
} types[] = {
	{ "object", SCHEMA_OBJECT },   { "array", SCHEMA_ARRAY },   { "string", SCHEMA_STRING },
	{ "integer", SCHEMA_INTEGER }, { "number", SCHEMA_NUMBER }, { "boolean", SCHEMA_BOOLEAN },
	{ "null", SCHEMA_NULL },
};

const struct schema_keyword *schema_keyword_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

/* Whether the grammar has a rule of its own for the format. */
static bool keyword_is_held_format(const json_t *value)
{
	static const char *const held[] = { "date", "time", "date-time", "uuid" };
	const char *format = json_string_value(value);

	for (size_t i = 0; format && i < COUNT_OF(held); i++)
		if (strcmp(format, held[i]) == 0)
			return true;
	return false;
}

bool schema_keyword_binds(const struct schema_keyword *k, const json_t *value)
{
	if (k->kind == SCHEMA_FORMAT)
		return keyword_is_held_format(value);
	return k->kind != SCHEMA_NOTE && k->kind != SCHEMA_DEFS;
}

const char *schema_keyword_alone(const json_t *schema)
{
	for (size_t i = 0; keywords[i].kind == SCHEMA_ALONE; i++)
		if (json_object_get(schema, keywords[i].name))
			return keywords[i].name;
	return NULL;
}

static const char *keyword_unknown(struct arena *a, const char *key)
{
	enum { LEAST_FOR_GUESS = 5 }; /* letters; shorter words are near to any */
	const char *names[COUNT_OF(keywords)], *near = NULL;

	for (size_t i = 0; i < COUNT_OF(keywords); i++)
		names[i] = keywords[i].name;
	if (strlen(key) >= LEAST_FOR_GUESS)
		near = str_nearest(key, names, COUNT_OF(keywords));
	if (near)
		return arena_printf(a, "unknown keyword '%s'; did you mean '%s'?",
				    display_text(a, key), near);
	return arena_printf(a,
			    "the keyword '%s' is not understood here, so an answer would not be "
			    "held to it; remove it (docs/forms.md lists those that are)",
			    display_cut(a, key, 40));
}

const char *schema_keywords_fault(struct arena *a, const json_t *schema, const char **ret_key)
{
	const char *alone = schema_keyword_alone(schema);
	bool lists = alone && (strcmp(alone, "enum") == 0 || strcmp(alone, "const") == 0);
	json_t *value;

	json_object_foreach ((json_t *)schema, *ret_key, value) {
		const struct schema_keyword *k = schema_keyword_find(*ret_key);

		if (!k)
			return keyword_unknown(a, *ret_key);
		if (alone && strcmp(k->name, alone) != 0 && schema_keyword_binds(k, value) &&
		    !(lists && k->kind == SCHEMA_TYPES))
			return arena_printf(a, "'%s' has no effect beside '%s'; leave one out",
					    k->name, alone);
	}
	return NULL;
}

unsigned schema_types(const json_t *schema, bool *ret_bad)
{
	const json_t *type = json_object_get(schema, "type");
	size_t n = json_is_array(type) ? json_array_size(type) : (type != NULL);
	unsigned found = 0;

	*ret_bad = type && n == 0;
	for (size_t i = 0; i < n; i++) {
		const char *name =
			json_string_value(json_is_array(type) ? json_array_get(type, i) : type);
		size_t k = 0;

		while (k < COUNT_OF(types) && !(name && strcmp(types[k].name, name) == 0))
			k++;
		*ret_bad |= k == COUNT_OF(types);
		found |= k < COUNT_OF(types) ? types[k].type : 0;
	}
	return *ret_bad ? 0 : found;
}

const char *schema_type_name(unsigned of)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (types[i].type & of)
			return types[i].name;
	return NULL;
}

unsigned schema_types_of_value(const json_t *value)
{
	static const unsigned of[] = {
		[JSON_OBJECT] = SCHEMA_OBJECT, [JSON_ARRAY] = SCHEMA_ARRAY,
		[JSON_STRING] = SCHEMA_STRING, [JSON_INTEGER] = SCHEMA_INTEGER | SCHEMA_NUMBER,
		[JSON_REAL] = SCHEMA_NUMBER,   [JSON_TRUE] = SCHEMA_BOOLEAN,
		[JSON_FALSE] = SCHEMA_BOOLEAN, [JSON_NULL] = SCHEMA_NULL,
	};

	return of[json_typeof(value)];
}

static const char *keyword_misplaced(struct arena *a, const struct schema_keyword *k, unsigned of)
{
	if (k->kind == SCHEMA_BOUND && (of & SCHEMA_NUMBER))
		return arena_printf(a,
				    "'%s': a model cannot be held to a range of numbers with a "
				    "point; remove it, or use the type integer",
				    k->name);
	if (of == 0)
		return arena_printf(a, "'%s' needs \"type\": \"%s\" beside it", k->name,
				    schema_type_name(k->types));
	return arena_printf(a, "'%s' is for the type %s, and the type here is %s; remove it",
			    k->name, schema_type_name(k->types), schema_type_name(of));
}

static const char *keyword_fault(struct arena *a, const struct schema_keyword *k,
				 const json_t *value, const json_t *schema)
{
	const int64_t far = INT64_C(1000000000000000); /* 16 digits, as many as a grammar holds */
	int64_t number = json_integer_value(value);
	const char *text = json_string_value(value);
	size_t n = json_string_length(value);

	if (k->kind == SCHEMA_LENGTH &&
	    (!json_is_integer(value) || number < 0 || number > SCHEMA_REPEAT_MAX))
		return arena_printf(a, "'%s' must be a whole number from 0 to %d", k->name,
				    SCHEMA_REPEAT_MAX);
	if (k->kind == SCHEMA_BOUND && (!json_is_integer(value) || number < -far || number > far))
		return arena_printf(a, "'%s' must be a whole number of at most 15 digits", k->name);
	if (k->kind == SCHEMA_PATTERN &&
	    (n < 2 || n > SCHEMA_PATTERN_MAX || text[0] != '^' || text[n - 1] != '$'))
		return arena_printf(a,
				    "'pattern' must describe the whole text, from ^ to $, such as "
				    "\"^[A-Z]{2}[0-9]{6}$\", in at most %d bytes",
				    SCHEMA_PATTERN_MAX);
	if (k->kind == SCHEMA_PATTERN || k->kind == SCHEMA_FORMAT)
		for (size_t i = 0; i < COUNT_OF(keywords); i++) {
			const json_t *beside = json_object_get(schema, keywords[i].name);

			if (beside && &keywords[i] != k && keywords[i].types == SCHEMA_STRING &&
			    schema_keyword_binds(&keywords[i], beside))
				return arena_printf(
					a, "'%s' cannot be held to beside '%s'; leave one out",
					k->name, keywords[i].name);
		}
	return NULL;
}

/* Two limits that contradict each other: name of the lower, of the upper, and what lies between. */
static const struct {
	const char *least, *most;
	int64_t apart;
} pairs[] = {
	{ "minLength", "maxLength", 0 },      { "minItems", "maxItems", 0 },
	{ "minimum", "maximum", 0 },	      { "minimum", "exclusiveMaximum", 1 },
	{ "exclusiveMinimum", "maximum", 1 }, { "exclusiveMinimum", "exclusiveMaximum", 2 },
};

static const char *const twins[][2] = { { "minimum", "exclusiveMinimum" },
					{ "maximum", "exclusiveMaximum" } };

static const char *keyword_contradiction(struct arena *a, const json_t *schema,
					 const char **ret_key)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		const json_t *least = json_object_get(schema, pairs[i].least);
		const json_t *most = json_object_get(schema, pairs[i].most);

		if (!least || !most ||
		    json_integer_value(least) + pairs[i].apart <= json_integer_value(most))
			continue;
		*ret_key = pairs[i].least;
		return arena_printf(a,
				    "'%s' is above what '%s' allows, so the schema admits nothing; "
				    "lower it",
				    pairs[i].least, pairs[i].most);
	}
	for (size_t i = 0; i < COUNT_OF(twins); i++)
		if (json_object_get(schema, twins[i][0]) && json_object_get(schema, twins[i][1])) {
			*ret_key = twins[i][1];
			return arena_printf(a, "'%s' has no effect beside '%s'; leave one out",
					    twins[i][1], twins[i][0]);
		}
	return NULL;
}

/* Each required name is a property; otherwise the grammar would leave it out. */
static const char *keyword_required_fault(struct arena *a, const json_t *schema)
{
	const json_t *required = json_object_get(schema, "required"), *name;
	const json_t *properties = json_object_get(schema, "properties");
	size_t i, n_optional = json_object_size(properties);

	if (required && !json_is_array(required))
		return "'required' is a list of names";
	json_array_foreach (required, i, name) {
		const char *text = json_is_string(name) ? json_string_value(name) : "?";

		if (!json_object_get(properties, text))
			return arena_printf(a,
					    "'required' names '%s', which is not in 'properties', "
					    "so the schema admits nothing; add it there, or remove "
					    "it",
					    display_cut(a, text, 60));
		n_optional -= n_optional > 0;
	}
	if (n_optional <= SCHEMA_OPTIONAL_MAX)
		return NULL;
	return arena_printf(a,
			    "%zu properties may be left out, and the most is %d; put them in "
			    "'required' and let them be null",
			    n_optional, SCHEMA_OPTIONAL_MAX);
}

const char *schema_limits_fault(struct arena *a, const json_t *schema, unsigned of,
				const char **ret_key)
{
	const char *fault;
	json_t *value;

	json_object_foreach ((json_t *)schema, *ret_key, value) {
		const struct schema_keyword *k = schema_keyword_find(*ret_key);

		if (k->types == 0 || !schema_keyword_binds(k, value))
			continue;
		if (!(k->types & of) || (k->kind == SCHEMA_BOUND && (of & SCHEMA_NUMBER)))
			return keyword_misplaced(a, k, of);
		fault = keyword_fault(a, k, value, schema);
		if (fault)
			return fault;
	}
	*ret_key = json_object_get(schema, "required") ? "required" : NULL;
	fault = of & SCHEMA_OBJECT ? keyword_required_fault(a, schema) : NULL;
	return fault ? fault : keyword_contradiction(a, schema, ret_key);
}

int64_t schema_string_length(const json_t *schema, unsigned of)
{
	int64_t least = json_integer_value(json_object_get(schema, "minLength"));

	if (!(of & SCHEMA_STRING) || json_object_get(schema, "maxLength") ||
	    json_object_get(schema, "pattern") ||
	    keyword_is_held_format(json_object_get(schema, "format")))
		return 0;
	return least > SCHEMA_STRING_MAX ? least : SCHEMA_STRING_MAX;
}

int64_t schema_repeats(const json_t *schema, unsigned of)
{
	return json_integer_value(json_object_get(schema, "maxLength")) +
	       json_integer_value(json_object_get(schema, "maxItems")) +
	       schema_string_length(schema, of);
}

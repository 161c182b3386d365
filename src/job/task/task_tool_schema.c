/*
 * The schema of a tool's arguments: what it may hold, and whether a value fits it. Decides which
 * schemas no value satisfies. A tools file is foreign: depth and size are bounded.
 */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/task/task_tool.h"

enum { SCHEMA_MAX_DEPTH = 16, SCHEMA_MAX_PARTS = 2000, SCHEMA_MAX_ARGUMENTS = 64 };

static const char *const types[] = { "string", "number", "integer", "boolean",
				     "object", "array",	 "null" };

/* Pairs of keywords that leave nothing if the first is above the second. */
static const struct {
	const char *least, *most;
} ranges[] = {
	{ "minimum", "maximum" },
	{ "exclusiveMinimum", "exclusiveMaximum" },
	{ "minLength", "maxLength" },
	{ "minItems", "maxItems" },
	{ "minProperties", "maxProperties" },
};

/* Keywords that hold a schema, a list of schemas, or schemas by name. */
static const char *const with_schema[] = { "items", "additionalProperties" };
static const char *const with_list[] = { "anyOf", "oneOf", "allOf", "prefixItems" };
static const char *const definitions[] = { "$defs", "definitions" };

/* A schema that is being read. */
struct schema_reader {
	struct arena *arena;
	const json_t *root;
	size_t n_parts;
	const char *fault; /* as text, or NULL */
};

static json_t *schema_fail(struct schema_reader *s, const char *where, const char *what)
{
	if (!s->fault)
		s->fault = *where ? arena_printf(s->arena, "'%s': %s",
						 display_text(s->arena, where), what) :
				    what;
	return NULL;
}

static bool schema_is_word(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static bool schema_is_type(const json_t *name)
{
	return json_is_string(name) &&
	       schema_is_word(json_string_value(name), types, COUNT_OF(types));
}

static const char *schema_type_fault(struct arena *a, const json_t *type)
{
	const json_t *one;
	size_t i = 0;

	if (!type || schema_is_type(type))
		return NULL;
	json_array_foreach (type, i, one)
		if (!schema_is_type(one))
			break;
	if (i > 0 && i == json_array_size(type))
		return NULL;
	if (json_is_array(type))
		type = json_array_get(type, i);
	return arena_printf(
		a,
		"its type is %s; the types are string, number, integer, boolean, "
		"object, array and null",
		json_is_string(type) ?
			arena_printf(a, "'%s'", display_text(a, json_string_value(type))) :
			"missing");
}

/* Why no value satisfies the keywords of this schema; NULL if some may. */
static const char *schema_nothing_fits(struct arena *a, const json_t *schema)
{
	const json_t *list = json_object_get(schema, "enum"),
		     *never = json_object_get(schema, "not");

	if (list && json_array_size(list) == 0)
		return "'enum' has no values, so nothing fits; list the values that are allowed";
	if (json_is_true(never) || (json_is_object(never) && json_object_size(never) == 0))
		return "'not' excludes every value, so nothing fits; remove it";
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		const json_t *least = json_object_get(schema, ranges[i].least);
		const json_t *most = json_object_get(schema, ranges[i].most);

		if (json_is_number(least) && json_is_number(most) &&
		    json_number_value(least) > json_number_value(most))
			return arena_printf(a, "'%s' is above '%s', so nothing fits; change one",
					    ranges[i].least, ranges[i].most);
	}
	return NULL;
}

/* Whether `required` names properties that exist. */
static const char *schema_required_fault(struct arena *a, const json_t *schema)
{
	const json_t *list = json_object_get(schema, "required"), *name;
	const json_t *properties = json_object_get(schema, "properties");
	size_t i;

	if (list && !json_is_array(list))
		return "'required' must be a list of names";
	json_array_foreach (list, i, name) {
		if (!json_is_string(name))
			return "'required' must be a list of names";
		if (!json_object_get(properties, json_string_value(name)))
			return arena_printf(a,
					    "it requires '%s', which 'properties' does not "
					    "have; add it there, or remove it from 'required'",
					    display_text(a, json_string_value(name)));
	}
	return NULL;
}

static json_t *schema_read(struct schema_reader *s, const json_t *schema, const char *where,
			   int depth);

/* What "#/$defs/NAME" refers to, or NULL. */
static const json_t *schema_referred(const struct schema_reader *s, const json_t *ref)
{
	const char *text = json_is_string(ref) ? json_string_value(ref) : "";

	if (strcmp(text, "#") == 0)
		return s->root;
	for (size_t i = 0; i < COUNT_OF(definitions); i++) {
		size_t n = strlen(definitions[i]);

		if (str_starts(text, "#/") && str_starts(text + 2, definitions[i]) &&
		    text[2 + n] == '/')
			return json_object_get(json_object_get(s->root, definitions[i]),
					       text + n + 3);
	}
	return NULL;
}

static json_t *schema_read_map(struct schema_reader *s, const json_t *map, int depth)
{
	json_t *out = json_object(), *value;
	const char *name;

	json_object_foreach ((json_t *)map, name, value) {
		json_t *one = schema_read(s, value, name, depth);

		if (one)
			json_object_set_new(out, name, one);
	}
	return out;
}

static json_t *schema_read_list(struct schema_reader *s, const json_t *list, const char *where,
				int depth)
{
	json_t *out = json_array(), *value;
	size_t i;

	json_array_foreach (list, i, value) {
		json_t *one = schema_read(s, value, where, depth);

		if (one)
			json_array_append_new(out, one);
	}
	return out;
}

/* One keyword's value, with the schemas in it. A new reference, or NULL. */
static json_t *schema_read_keyword(struct schema_reader *s, const char *key, const json_t *value,
				   const char *where, int depth)
{
	if (strcmp(key, "properties") == 0)
		return json_is_object(value) ?
			       schema_read_map(s, value, depth + 1) :
			       schema_fail(s, where, "'properties' must be an object");
	if (schema_is_word(key, with_schema, COUNT_OF(with_schema)) && !json_is_boolean(value))
		return schema_read(s, value, where, depth + 1);
	if (schema_is_word(key, with_list, COUNT_OF(with_list)))
		return json_array_size(value) > 0 ?
			       schema_read_list(s, value, where, depth + 1) :
			       schema_fail(s, where,
					   arena_printf(s->arena, "'%s' must be a list of schemas",
							key));
	return json_incref((json_t *)value);
}

static json_t *schema_read_object(struct schema_reader *s, const json_t *schema, const char *where,
				  int depth)
{
	const char *fault = schema_type_fault(s->arena, json_object_get(schema, "type")), *key;
	json_t *out, *value;

	fault = fault ? fault : schema_nothing_fits(s->arena, schema);
	fault = fault ? fault : schema_required_fault(s->arena, schema);
	if (fault)
		return schema_fail(s, where, fault);
	out = json_object();
	json_object_foreach ((json_t *)schema, key, value) {
		json_t *read;

		if (schema_is_word(key, definitions, COUNT_OF(definitions)))
			continue;
		read = schema_read_keyword(s, key, value, where, depth);
		if (read)
			json_object_set_new(out, key, read);
	}
	/* As most callers mean it: a tool takes the arguments that it lists. */
	if (json_object_get(out, "properties") && !json_object_get(out, "additionalProperties"))
		json_object_set_new(out, "additionalProperties", json_false());
	return out;
}

static json_t *schema_read(struct schema_reader *s, const json_t *schema, const char *where,
			   int depth)
{
	const json_t *ref = json_object_get(schema, "$ref");

	if (s->fault)
		return NULL;
	if (depth > SCHEMA_MAX_DEPTH)
		return schema_fail(s, where,
				   "it refers to itself, or is nested too deeply; write out at "
				   "most 16 levels");
	if (++s->n_parts > SCHEMA_MAX_PARTS)
		return schema_fail(s, "", "they are too large: more than 2000 parts");
	if (json_is_true(schema))
		return json_object();
	if (json_is_false(schema))
		return schema_fail(s, where, "the schema 'false' admits no value; remove it");
	if (!json_is_object(schema))
		return schema_fail(s, where, "expected a schema, such as {\"type\": \"string\"}");
	if (!ref)
		return schema_read_object(s, schema, where, depth);
	schema = schema_referred(s, ref);
	if (!schema)
		return schema_fail(s, where,
				   "'$ref' refers to nothing in '$defs'; write the schema here");
	return schema_read(s, schema, where, depth + 1);
}

json_t *tool_schema_plain(struct arena *a, const json_t *schema, const char **ret_fault)
{
	struct schema_reader s = { .arena = a, .root = schema };
	const char *type = json_string_value(json_object_get(schema, "type"));
	json_t *out;

	if (!json_is_object(schema) || (type && strcmp(type, "object") != 0))
		schema_fail(&s, "",
			    "they must be a schema of an object: {\"type\": \"object\", "
			    "\"properties\": {…}}");
	out = schema_read(&s, schema, "", 0);
	if (!s.fault && json_object_size(json_object_get(out, "properties")) > SCHEMA_MAX_ARGUMENTS)
		schema_fail(&s, "", "more than 64 arguments");
	if (s.fault) {
		json_decref(out);
		*ret_fault = s.fault;
		return NULL;
	}
	json_object_set_new(out, "type", json_string("object"));
	if (!json_object_get(out, "properties")) {
		json_object_set_new(out, "properties", json_object());
		json_object_set_new(out, "additionalProperties", json_false());
	}
	return out;
}

static const char *schema_type_of(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "object",   [JSON_ARRAY] = "array", [JSON_STRING] = "string",
		[JSON_INTEGER] = "integer", [JSON_REAL] = "number", [JSON_TRUE] = "boolean",
		[JSON_FALSE] = "boolean",   [JSON_NULL] = "null",
	};

	return names[json_typeof(value)];
}

static bool schema_type_fits(const json_t *value, const char *type)
{
	if (strcmp(type, "number") == 0)
		return json_is_number(value);
	if (strcmp(type, "integer") == 0 && json_is_real(value))
		return json_real_value(value) == floor(json_real_value(value));
	return strcmp(type, schema_type_of(value)) == 0;
}

const char *tool_value_fault(struct arena *a, const json_t *schema, const json_t *value)
{
	const json_t *type = json_object_get(schema, "type"), *one;
	const json_t *list = json_object_get(schema, "enum");
	bool fits =
		!type || (json_is_string(type) && schema_type_fits(value, json_string_value(type)));
	bool listed = !list;
	size_t i;

	json_array_foreach (type, i, one)
		fits |= schema_type_fits(value, json_string_value(one));
	json_array_foreach (list, i, one)
		listed |= json_equal((json_t *)one, (json_t *)value);
	if (!fits)
		return arena_printf(a,
				    "with a value of the type %s, which is not the type of its "
				    "schema",
				    schema_type_of(value));
	return listed ? NULL : "with a value that the schema's 'enum' does not list";
}

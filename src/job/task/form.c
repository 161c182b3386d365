/*
 * Walks a schema: each node once, a $ref's target when it is first met.
 */
#include "job/task/form.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"

enum form_type {
	FORM_OBJECT = 1 << 0,
	FORM_ARRAY = 1 << 1,
	FORM_STRING = 1 << 2,
	FORM_NUMBER = 1 << 3,
	FORM_INTEGER = 1 << 4,
	FORM_BOOLEAN = 1 << 5,
	FORM_NULL = 1 << 6,
};

static const struct {
	const char *name;
	unsigned type;
} types[] = {
	{ "object", FORM_OBJECT }, { "array", FORM_ARRAY },	{ "string", FORM_STRING },
	{ "number", FORM_NUMBER }, { "integer", FORM_INTEGER }, { "boolean", FORM_BOOLEAN },
	{ "null", FORM_NULL },
};

/* What a keyword is: a note says nothing about the value. `loose` lists types it cannot bind. */
static const struct form_keyword {
	const char *name;
	bool note;
	unsigned loose;
} keywords[] = {
	{ "type", false, 0 },
	{ "enum", false, 0 },
	{ "const", false, 0 },
	{ "anyOf", false, 0 },
	{ "$ref", false, 0 },
	{ "properties", false, 0 },
	{ "required", false, 0 },
	{ "additionalProperties", false, 0 },
	{ "items", false, 0 },
	{ "minItems", false, 0 },
	{ "maxItems", false, 0 },
	{ "minLength", false, 0 },
	{ "maxLength", false, 0 },
	{ "pattern", false, 0 },
	{ "minimum", false, FORM_NUMBER },
	{ "maximum", false, FORM_NUMBER },
	{ "exclusiveMinimum", false, FORM_NUMBER },
	{ "exclusiveMaximum", false, FORM_NUMBER },
	{ "format", true, 0 },
	{ "$defs", true, 0 },
	{ "definitions", true, 0 },
	{ "title", true, 0 },
	{ "description", true, 0 },
	{ "default", true, 0 },
	{ "example", true, 0 },
	{ "examples", true, 0 },
	{ "deprecated", true, 0 },
	{ "readOnly", true, 0 },
	{ "writeOnly", true, 0 },
	{ "$schema", true, 0 },
	{ "$id", true, 0 },
	{ "$comment", true, 0 },
};

struct form_walk {
	struct arena *a;
	json_t *root;
	json_t *refs; /* each $ref that was met: true if an answer can match it */
	size_t n_nodes, n_repeats;
	struct err *err;
};

/* A schema within the whole one, and the way to it: "properties/amount". */
struct form_node {
	json_t *schema;
	unsigned types; /* enum form_type; 0: any */
	const char *path;
	size_t depth;
};

static int form_walk_node(struct form_walk *w, json_t *schema, const char *path, size_t depth);

static int PRINTF_LIKE(3, 4)
	form_fail(const struct form_walk *w, const struct form_node *node, const char *fmt, ...)
{
	char what[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return err_set(w->err, ERR_INPUT, "the JSON schema%s%s: %s", *node->path ? ", at " : "",
		       display_text(w->a, node->path), what);
}

static unsigned form_type_named(const char *name)
{
	for (size_t i = 0; name && i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return 0;
}

static unsigned form_type_of_value(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return FORM_OBJECT;
	case JSON_ARRAY:
		return FORM_ARRAY;
	case JSON_STRING:
		return FORM_STRING;
	case JSON_INTEGER:
		return FORM_INTEGER | FORM_NUMBER;
	case JSON_REAL:
		return FORM_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return FORM_BOOLEAN;
	default:
		return FORM_NULL;
	}
}

static const struct form_keyword *form_keyword_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return &keywords[i];
	return NULL;
}

static int form_read_types(const struct form_walk *w, struct form_node *node)
{
	const json_t *type = json_object_get(node->schema, "type"), *item;
	size_t n = json_is_array(type) ? json_array_size(type) : (type != NULL);

	for (size_t i = 0; i < n; i++) {
		unsigned one;

		item = json_is_array(type) ? json_array_get(type, i) : type;
		one = form_type_named(json_string_value(item));
		if (!one)
			return form_fail(w, node,
					 "'type' must be object, array, string, number, integer, "
					 "boolean or null, or a list of these");
		node->types |= one;
	}
	if (type && n == 0)
		return form_fail(w, node, "no value has a type from an empty list");
	return 0;
}

/* All keywords of a node are known, and `alone`, if it is there, is the only one that binds. */
static int form_check_keywords(const struct form_walk *w, const struct form_node *node,
			       const char *alone)
{
	const json_t *value;
	const char *name;
	bool is_alone = json_object_get(node->schema, alone) != NULL;

	json_object_foreach (node->schema, name, value) {
		const struct form_keyword *k = form_keyword_named(name);

		if (!k || (k->loose & node->types))
			return form_fail(w, node,
					 "'%s' cannot be held to here; leave it out, or ask with "
					 "--free",
					 display_cut(w->a, name, 40));
		if (is_alone && !k->note && strcmp(name, alone) != 0 &&
		    (strcmp(name, "type") != 0 || *alone == '$' || *alone == 'a'))
			return form_fail(w, node, "'%s' has no effect beside '%s'; leave one out",
					 name, alone);
	}
	return 0;
}

/* Reads a count; `otherwise` if the schema has none. */
static int form_count(const struct form_walk *w, const struct form_node *node, const char *name,
		      int64_t otherwise, int64_t *ret)
{
	const json_t *value = json_object_get(node->schema, name);

	*ret = value ? json_integer_value(value) : otherwise;
	if (value && (!json_is_integer(value) || *ret < 0 || *ret > FORM_REPEAT_MAX))
		return form_fail(w, node, "'%s' must be a whole number from 0 to %d", name,
				 FORM_REPEAT_MAX);
	return 0;
}

static int form_add_repeats(struct form_walk *w, const struct form_node *node, int64_t n)
{
	w->n_repeats += (size_t)n;
	if (w->n_repeats <= FORM_TOTAL_MAX)
		return 0;
	return form_fail(w, node,
			 "all strings and lists together may take more than %d places; set "
			 "smaller values of 'maxLength' and 'maxItems'",
			 FORM_TOTAL_MAX);
}

/* Whether the grammar has a rule of its own for the format; others are notes. */
static bool form_format_is_held(const json_t *schema)
{
	static const char *const held[] = { "date", "time", "date-time", "uuid" };
	const char *format = json_string_value(json_object_get(schema, "format"));

	for (size_t i = 0; format && i < COUNT_OF(held); i++)
		if (strcmp(format, held[i]) == 0)
			return true;
	return false;
}

static int form_walk_string(struct form_walk *w, const struct form_node *node)
{
	const json_t *pattern = json_object_get(node->schema, "pattern");
	const char *text = json_string_value(pattern);
	size_t n = json_string_length(pattern);
	bool counted = json_object_get(node->schema, "minLength") ||
		       json_object_get(node->schema, "maxLength");
	int64_t least, most;

	if (pattern && (n < 2 || n > FORM_PATTERN_MAX || text[0] != '^' || text[n - 1] != '$'))
		return form_fail(w, node,
				 "'pattern' must begin with ^ and end with $, and have at "
				 "most %d bytes",
				 FORM_PATTERN_MAX);
	if ((pattern || form_format_is_held(node->schema)) && counted)
		return form_fail(w, node,
				 "a length cannot be held to beside 'pattern' or 'format'");
	if (pattern && form_format_is_held(node->schema))
		return form_fail(w, node, "'format' has no effect beside 'pattern'; leave one out");
	if (pattern || form_format_is_held(node->schema))
		return 0;
	if (form_count(w, node, "minLength", 0, &least) < 0 ||
	    form_count(w, node, "maxLength", least > FORM_STRING_MAX ? least : FORM_STRING_MAX,
		       &most) < 0)
		return -1;
	if (least > most)
		return form_fail(w, node, "no string has at least %lld and at most %lld characters",
				 (long long)least, (long long)most);
	json_object_set_new(node->schema, "maxLength", json_integer(most));
	return form_add_repeats(w, node, most);
}

/* Reads one end of the range of whole numbers. */
static int form_bound(const struct form_walk *w, const struct form_node *node, const char *name,
		      const char *exclusive, int64_t *ret)
{
	const int64_t far =
		1000000000000000; /* 16 digits: as many as the grammar lets a number have */
	const json_t *value = json_object_get(node->schema, name);
	const json_t *open = json_object_get(node->schema, exclusive);

	if (value && open)
		return form_fail(w, node, "'%s' has no effect beside '%s'; leave one out",
				 exclusive, name);
	if (!value && !open)
		return 0;
	*ret = json_integer_value(value ? value : open);
	if (!json_is_integer(value ? value : open) || *ret < -far || *ret > far)
		return form_fail(w, node, "'%s' must be a whole number of at most 15 digits",
				 value ? name : exclusive);
	if (open)
		*ret += name[1] == 'i' ? 1 : -1;
	return 0;
}

static int form_walk_integer(const struct form_walk *w, const struct form_node *node)
{
	int64_t least = INT64_MIN, most = INT64_MAX;

	if (form_bound(w, node, "minimum", "exclusiveMinimum", &least) < 0 ||
	    form_bound(w, node, "maximum", "exclusiveMaximum", &most) < 0)
		return -1;
	if (least > most)
		return form_fail(w, node, "no whole number is at least %lld and at most %lld",
				 (long long)least, (long long)most);
	return 0;
}

static int form_walk_array(struct form_walk *w, const struct form_node *node)
{
	json_t *items = json_object_get(node->schema, "items");
	int64_t least, most;

	if (form_count(w, node, "minItems", 0, &least) < 0 ||
	    form_count(w, node, "maxItems", FORM_REPEAT_MAX, &most) < 0)
		return -1;
	if (least > most)
		return form_fail(w, node, "no list has at least %lld and at most %lld items",
				 (long long)least, (long long)most);
	if (json_object_get(node->schema, "maxItems") && form_add_repeats(w, node, most) < 0)
		return -1;
	if (!items)
		return 0;
	return form_walk_node(w, items, arena_printf(w->a, "%s/items", node->path),
			      node->depth + 1);
}

/* Each required name is a property; otherwise the grammar would leave it out. */
static int form_check_required(const struct form_walk *w, const struct form_node *node)
{
	const json_t *required = json_object_get(node->schema, "required");
	const json_t *properties = json_object_get(node->schema, "properties"), *name;
	size_t i, n_optional = json_object_size(properties);

	if (required && !json_is_array(required))
		return form_fail(w, node, "'required' must be a list of names");
	json_array_foreach (required, i, name) {
		if (!json_is_string(name) || !json_object_get(properties, json_string_value(name)))
			return form_fail(w, node, "'%s' is required, and is not in 'properties'",
					 json_is_string(name) ?
						 display_cut(w->a, json_string_value(name), 60) :
						 "?");
		n_optional -= n_optional > 0;
	}
	if (n_optional > FORM_OPTIONAL_MAX)
		return form_fail(w, node,
				 "%zu properties may be left out, and the most is %d; put them in "
				 "'required' and let them be null",
				 n_optional, FORM_OPTIONAL_MAX);
	return 0;
}

static int form_walk_object(struct form_walk *w, const struct form_node *node)
{
	json_t *properties = json_object_get(node->schema, "properties"), *value;
	json_t *others = json_object_get(node->schema, "additionalProperties");
	const char *name;

	if (properties && !json_is_object(properties))
		return form_fail(w, node, "'properties' must be an object");
	if (form_check_required(w, node) < 0)
		return -1;
	json_object_foreach (properties, name, value) {
		if (*name == '\0' || strlen(name) > FORM_NAME_MAX)
			return form_fail(w, node, "a name must have 1 to %d bytes", FORM_NAME_MAX);
		if (form_walk_node(w, value,
				   arena_printf(w->a, "%s%sproperties/%s", node->path,
						*node->path ? "/" : "", name),
				   node->depth + 1) < 0)
			return -1;
	}
	if (!others || json_is_boolean(others))
		return 0;
	return form_walk_node(w, others, arena_printf(w->a, "%s/additionalProperties", node->path),
			      node->depth + 1);
}

/* The schema that "#/a/b" names, or NULL. */
static json_t *form_target(const struct form_walk *w, const char *ref)
{
	json_t *at = w->root;
	char *way, *rest, *step;

	if (strncmp(ref, "#/", 2) != 0 || strlen(ref) > FORM_NAME_MAX)
		return NULL;
	way = arena_strdup(w->a, ref + 2);
	for (step = strtok_r(way, "/", &rest); step && at; step = strtok_r(NULL, "/", &rest))
		at = json_object_get(at, step);
	return at;
}

static int form_walk_ref(struct form_walk *w, const struct form_node *node)
{
	const char *ref = json_string_value(json_object_get(node->schema, "$ref"));
	json_t *target = ref ? form_target(w, ref) : NULL;

	if (!target)
		return form_fail(w, node,
				 "'$ref' must name a part of the same schema, such as "
				 "#/$defs/address");
	if (json_object_get(w->refs, ref))
		return 0;
	json_object_set_new(w->refs, ref, json_false());
	return form_walk_node(w, target, ref, node->depth + 1);
}

static int form_walk_any_of(struct form_walk *w, const struct form_node *node)
{
	json_t *list = json_object_get(node->schema, "anyOf"), *one;
	size_t i;

	if (json_array_size(list) == 0)
		return form_fail(w, node, "'anyOf' must be a list of schemas");
	json_array_foreach (list, i, one)
		if (form_walk_node(w, one, arena_printf(w->a, "%s/anyOf/%zu", node->path, i),
				   node->depth + 1) < 0)
			return -1;
	return 0;
}

static int form_walk_values(struct form_walk *w, const struct form_node *node)
{
	json_t *value, *values = json_object_get(node->schema, "enum");
	json_t *only = json_object_get(node->schema, "const");
	size_t i;

	if (!only && json_array_size(values) == 0)
		return form_fail(w, node, "'enum' must be a list of values, and not empty");
	w->n_nodes += json_array_size(values);
	json_array_foreach (values, i, value)
		if (node->types && !(node->types & form_type_of_value(value)))
			return form_fail(w, node, "'enum' has a value of another type than 'type'");
	if (only && node->types && !(node->types & form_type_of_value(only)))
		return form_fail(w, node, "'const' has another type than 'type'");
	return 0;
}

/* How a node binds its value. The first keyword that is there decides; the last has none. */
static const struct {
	const char *name;
	int (*walk)(struct form_walk *w, const struct form_node *node);
} kinds[] = {
	{ "$ref", form_walk_ref },
	{ "anyOf", form_walk_any_of },
	{ "const", form_walk_values },
	{ "enum", form_walk_values },
};

static int form_walk_types(struct form_walk *w, const struct form_node *node)
{
	const json_t *value;
	const char *name;

	if (node->types == 0)
		json_object_foreach (node->schema, name, value)
			if (!form_keyword_named(name)->note)
				return form_fail(w, node, "'%s' needs a 'type' beside it", name);
	if (((node->types & FORM_STRING) && form_walk_string(w, node) < 0) ||
	    ((node->types & FORM_INTEGER) && form_walk_integer(w, node) < 0) ||
	    ((node->types & FORM_ARRAY) && form_walk_array(w, node) < 0))
		return -1;
	return (node->types & FORM_OBJECT) ? form_walk_object(w, node) : 0;
}

static int form_walk_node(struct form_walk *w, json_t *schema, const char *path, size_t depth)
{
	struct form_node node = { schema, 0, path, depth };

	if (!json_is_object(schema))
		return form_fail(w, &node, "a schema must be an object");
	if (depth > FORM_DEPTH_MAX)
		return form_fail(w, &node, "more than %d schemas within one another",
				 FORM_DEPTH_MAX);
	if (++w->n_nodes > FORM_NODES_MAX)
		return form_fail(w, &node, "more than %d schemas and values", FORM_NODES_MAX);
	if (form_read_types(w, &node) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (json_object_get(schema, kinds[i].name))
			return form_check_keywords(w, &node, kinds[i].name) < 0 ?
				       -1 :
				       kinds[i].walk(w, &node);
	return form_check_keywords(w, &node, "") < 0 ? -1 : form_walk_types(w, &node);
}

/* Whether an answer that ends can match, by what is known of the targets of $ref so far. */
static bool form_can_match(const struct form_walk *w, const json_t *schema)
{
	const json_t *any = json_object_get(schema, "anyOf"), *one;
	const char *ref = json_string_value(json_object_get(schema, "$ref"));
	struct form_node node = { (json_t *)schema, 0, "", 0 };
	size_t i;

	if (ref)
		return json_is_true(json_object_get(w->refs, ref));
	json_array_foreach (any, i, one)
		if (form_can_match(w, one))
			return true;
	if (any)
		return false;
	if (json_object_get(schema, "const") || json_object_get(schema, "enum") ||
	    form_read_types(w, &node) < 0 || (node.types & ~(unsigned)(FORM_OBJECT | FORM_ARRAY)) ||
	    node.types == 0)
		return true;
	if ((node.types & FORM_ARRAY) &&
	    (json_integer_value(json_object_get(schema, "minItems")) == 0 ||
	     !json_object_get(schema, "items") ||
	     form_can_match(w, json_object_get(schema, "items"))))
		return true;
	if (!(node.types & FORM_OBJECT))
		return false;
	json_array_foreach (json_object_get(schema, "required"), i, one)
		if (!form_can_match(w, json_object_get(json_object_get(schema, "properties"),
						       json_string_value(one))))
			return false;
	return true;
}

/* Goes on until no further $ref is found to have an end. */
static bool form_has_end(const struct form_walk *w)
{
	bool again = true;

	while (again) {
		json_t *known;
		const char *ref;

		again = false;
		json_object_foreach (w->refs, ref, known)
			if (!json_is_true(known) && form_can_match(w, form_target(w, ref))) {
				json_object_set_new(w->refs, ref, json_true());
				again = true;
				break;
			}
	}
	return form_can_match(w, w->root);
}

int form_bounded(struct arena *a, const char *schema, const char **ret_text, struct err *err)
{
	struct form_walk w = { .a = a, .err = err };
	json_error_t found;
	int r;

	if (strlen(schema) > FORM_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the JSON schema has %zu bytes, and the most is %d",
			       strlen(schema), FORM_MAX_BYTES);
	w.root = json_loads(schema, JSON_REJECT_DUPLICATES, &found);
	if (!w.root)
		return err_set(err, ERR_INPUT, "the JSON schema is no JSON: line %d: %s",
			       found.line, display_text(a, found.text));
	w.refs = json_object();
	r = form_walk_node(&w, w.root, "", 0);
	if (r == 0 && !form_has_end(&w))
		r = err_set(err, ERR_INPUT,
			    "no answer can match the JSON schema: a part that it requires "
			    "requires itself");
	*ret_text = r == 0 ? json_text(a, json_incref(w.root)) : NULL;
	json_decref(w.root);
	json_decref(w.refs);
	return r;
}

int form_each_pattern(const json_t *schema,
		      int (*each)(void *ctx, const char *pattern, struct err *err), void *ctx,
		      struct err *err)
{
	const json_t *value;
	const char *name;
	size_t i;

	json_array_foreach (schema, i, value)
		if (form_each_pattern(value, each, ctx, err) < 0)
			return -1;
	if (!json_is_object(schema))
		return 0;
	json_object_foreach ((json_t *)schema, name, value)
		if ((strcmp(name, "pattern") == 0 && json_is_string(value) &&
		     each(ctx, json_string_value(value), err) < 0) ||
		    form_each_pattern(value, each, ctx, err) < 0)
			return -1;
	return 0;
}

const char *form_spaced(struct arena *a, const char *json)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
	char *text = json_dumps(value, JSON_ENCODE_ANY);
	const char *spaced = text ? arena_strdup(a, text) : NULL;

	free(text);
	json_decref(value);
	return spaced;
}

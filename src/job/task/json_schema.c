/*
 * Walks a schema. A part is read where it stands; what `$ref` names is read again at each place
 * that names it, so a schema that doubles itself ends at the limit of parts.
 */
#include "job/task/json_schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json_pointer.h"
#include "job/task/json_schema_keyword.h"

#define SCHEMA_TYPES_FAULT \
	"'type' must be one of string, number, integer, boolean, object, array and null, or a " \
	"list of these: [\"string\", \"null\"]"

/* A schema that is being read. */
struct schema {
	struct arena *a;
	const struct schema_source *source;
	const struct schema_rules *rules;
	const json_t *root;
	json_t *any; /* the schema that `true` stands for */
	size_t n_parts, n_values;
	int64_t n_repeats;
	struct err *err;
};

/* A part of it. */
struct schema_part {
	const json_t *json;
	const char *at; /* its pointer */
	const struct schema_part *by; /* the part that refers to it or holds it; NULL: the root */
	int level; /* of objects and lists */
	int depth; /* of parts */
};

/* The error at a part, or at its member `key` if that is not NULL. Returns NULL. */
static json_t *schema_fail(const struct schema *s, const struct schema_part *part, const char *key,
			   const char *fmt, ...) PRINTF_LIKE(4, 5);

static json_t *schema_fail(const struct schema *s, const struct schema_part *part, const char *key,
			   const char *fmt, ...)
{
	const struct schema_source *from = s->source;
	const char *at = key ? json_pointer_member(s->a, part->at, key) : part->at;
	char words[sizeof(s->err->msg)];
	size_t line = 1, column = 1;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	if (!from->file) {
		err_set(s->err, ERR_INPUT, "the JSON schema%s%s: %s", *part->at ? ", at " : "",
			display_cut(s->a, part->at + (*part->at == '/'), 200), words);
		return NULL;
	}
	json_place(from->text, arena_printf(s->a, "%s%s", from->at, at), &line, &column);
	err_set(s->err, ERR_INPUT, "%s:%zu:%zu: %s%s", from->file, line, column, from->owner,
		words);
	return NULL;
}

static json_t *schema_read_part(struct schema *s, const struct schema_part *part);

/* Reads what a part holds, at a pointer behind the part's own. */
static json_t *schema_inner(struct schema *s, const struct schema_part *part, const json_t *json,
			    const char *at, int more_levels)
{
	const struct schema_part inner = { json, at, part, part->level + more_levels,
					   part->depth + 1 };

	return schema_read_part(s, &inner);
}

/* Notes beside a reference or choice are about this part; those inside are about the type. */
static json_t *schema_keep_notes(const struct schema *s, const struct schema_part *part,
				 json_t *plain)
{
	const char *key;
	json_t *value;

	json_object_foreach (plain ? (json_t *)part->json : NULL, key, value)
		if (schema_keyword_find(key)->kind == SCHEMA_NOTE &&
		    (!s->rules->only_described || strcmp(key, "description") == 0))
			json_object_set(plain, key, value);
	return plain;
}

static json_t *schema_reference(struct schema *s, const struct schema_part *part, const char *key)
{
	const char *name = json_string_value(json_object_get(part->json, key));
	const char *at = name && *name == '#' ? name + 1 : NULL;
	const json_t *meant = at ? json_at_pointer(s->root, at) : NULL;

	if (!meant)
		return schema_fail(s, part, key,
				   "'$ref' leads nowhere; name a part of this schema, such as "
				   "\"#/$defs/address\"");
	for (const struct schema_part *by = part; by; by = by->by)
		if (by->json == meant)
			return schema_fail(s, part, key,
					   "the schema is recursive: '%s' holds itself; write out "
					   "the levels that you need",
					   display_cut(s->a, name, 100));
	return schema_keep_notes(s, part, schema_inner(s, part, meant, at, 0));
}

static bool schema_is_only_null(const json_t *part)
{
	bool bad;

	return !schema_keyword_alone(part) && schema_types(part, &bad) == SCHEMA_NULL;
}

/* Allows null beside what a part allows. */
static void schema_allow_null(json_t *plain)
{
	json_t *only = json_object_get(plain, "const"), *type = json_object_get(plain, "type");
	json_t *values = only ? json_pack("[O]", only) : json_copy(json_object_get(plain, "enum"));
	bool bad, lists_null = false;
	json_t *value;
	size_t i;

	json_object_del(plain, "const");
	json_array_foreach (values, i, value)
		lists_null |= json_is_null(value);
	if (!lists_null)
		json_array_append_new(values, json_null());
	json_object_set_new(plain, "enum", values); /* the old list is the given schema's */
	json_array_append_new(json_object_get(plain, "anyOf"), json_pack("{s:s}", "type", "null"));
	if (!type || (schema_types(plain, &bad) & SCHEMA_NULL))
		return;
	type = json_is_array(type) ? json_copy(type) : json_pack("[O]", type);
	json_array_append_new(type, json_string("null"));
	json_object_set_new(plain, "type", type);
}

/* A list of schemas, all of them read; without those that are null if `without_null`. */
static json_t *schema_options(struct schema *s, const struct schema_part *part, const char *key,
			      bool without_null)
{
	const char *at = json_pointer_member(s->a, part->at, key);
	json_t *list = json_array(), *option, *plain;
	size_t i;

	json_array_foreach (json_object_get(part->json, key), i, option) {
		if (without_null && schema_is_only_null(option))
			continue;
		plain = schema_inner(s, part, option, json_pointer_item(s->a, at, i), 0);
		if (!plain) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, plain);
	}
	return list;
}

/* anyOf and its kin. One schema, with null or without, is that schema. */
static json_t *schema_choice(struct schema *s, const struct schema_part *part, const char *key)
{
	const json_t *given = json_object_get(part->json, key), *option;
	size_t i, n_null = 0, n = json_array_size(given);
	bool any = strcmp(key, "anyOf") == 0 && !s->rules->one_choice;
	bool all = strcmp(key, "allOf") == 0; /* null beside another admits nothing */
	json_t *list, *plain;

	json_array_foreach ((json_t *)given, i, option)
		n_null += !all && schema_is_only_null(option);
	if (n == 0)
		return schema_fail(s, part, key, "'%s' must be a list of schemas", key);
	if (n - n_null != 1 && !any)
		return schema_fail(s, part, key,
				   "'%s' has %zu schemas beside null, and %s; keep one", key,
				   n - n_null,
				   s->rules->one_choice ? "a value is compared by one" :
							  "an answer cannot be held to them");
	list = schema_options(s, part, key, n_null > 0 && n - n_null == 1);
	if (!list)
		return NULL;
	if (n - n_null != 1)
		return schema_keep_notes(s, part, json_pack("{s:o}", key, list));
	plain = json_incref(json_array_get(list, 0));
	json_decref(list);
	if (n_null)
		schema_allow_null(plain);
	return schema_keep_notes(s, part, plain);
}

/* Whether the schema is still small enough. */
static bool schema_fits(const struct schema *s, const struct schema_part *part, const char *key)
{
	if (s->n_parts + s->n_values <= SCHEMA_NODES_MAX)
		return true;
	schema_fail(s, part, key, "more than %d schemas and values; ask for fewer",
		    SCHEMA_NODES_MAX);
	return false;
}

/* A list of values that an answer can have, or one. */
static json_t *schema_values(struct schema *s, const struct schema_part *part, const char *key)
{
	json_t *given = json_object_get(part->json, key), *value;
	bool is_one = strcmp(key, "const") == 0, bad;
	unsigned types = schema_types(part->json, &bad);
	size_t i, n = is_one ? 1 : json_array_size(given);

	if (bad)
		return schema_fail(s, part, "type", SCHEMA_TYPES_FAULT);
	if (n == 0)
		return schema_fail(s, part, key,
				   "'%s' admits nothing; list the values that an answer can have, "
				   "such as [\"low\", \"high\"]",
				   key);
	s->n_values += n;
	if (!schema_fits(s, part, key))
		return NULL;
	given = is_one ? json_pack("[O]", given) : json_incref(given);
	json_array_foreach (given, i, value)
		if (types && !(types & schema_types_of_value(value)))
			break;
	json_decref(given);
	if (i < n)
		return schema_fail(s, part, key,
				   "'%s': value %zu is not of the field's type; list values that "
				   "fit 'type'",
				   key, i + 1);
	return json_copy((json_t *)part->json);
}

/* The schemas of an object's properties. */
static json_t *schema_properties(struct schema *s, const struct schema_part *part, const char *key)
{
	const json_t *given = json_object_get(part->json, key);
	const struct schema_part map = { given, json_pointer_member(s->a, part->at, key), part,
					 part->level, part->depth };
	json_t *out = json_object(), *value, *plain;
	const char *name, *fault = NULL;

	if (!json_is_object(given))
		schema_fail(s, part, key, "'%s' must be an object", key);
	json_object_foreach ((json_t *)given, name, value) {
		if (*name == '\0' || strlen(name) > SCHEMA_NAME_MAX)
			fault = arena_printf(s->a, "a name must have 1 to %d bytes",
					     SCHEMA_NAME_MAX);
		if (s->rules->name_fault && !fault)
			fault = s->rules->name_fault(s->a, name, out);
		plain = fault ? schema_fail(s, &map, name, "%s", fault) :
				schema_inner(s, part, value,
					     json_pointer_member(s->a, map.at, name), 1);
		if (!plain) {
			json_decref(out);
			return NULL;
		}
		json_object_set_new(out, name, plain);
	}
	if (json_is_object(given))
		return out;
	json_decref(out);
	return NULL;
}

/* The value of a keyword, with the schemas in it; a new reference. */
static json_t *schema_member(struct schema *s, const struct schema_part *part, const char *key)
{
	json_t *value = json_object_get(part->json, key);
	enum schema_kind kind = schema_keyword_find(key)->kind;

	if (kind == SCHEMA_PARTS)
		return schema_properties(s, part, key);
	if (kind != SCHEMA_PART || (json_is_boolean(value) && strcmp(key, "items") != 0))
		return json_incref(value);
	return schema_inner(s, part, value, json_pointer_member(s->a, part->at, key), 1);
}

/* A part without a type is of an object or a list if only one of these has its keywords. */
static unsigned schema_guess_type(const struct schema *s, const struct schema_part *part)
{
	if (json_object_get(part->json, "properties") || (!part->by && s->rules->of_object))
		return SCHEMA_OBJECT;
	return json_object_get(part->json, "items") ? SCHEMA_ARRAY : 0;
}

static json_t *schema_typed(struct schema *s, const struct schema_part *part)
{
	const char *key, *fault;
	bool bad;
	unsigned types = schema_types(part->json, &bad);
	json_t *out, *value;

	if (bad)
		return schema_fail(s, part, "type", SCHEMA_TYPES_FAULT);
	out = json_object();
	if (types == 0 && (types = schema_guess_type(s, part)) != 0)
		json_object_set_new(out, "type",
				    json_string(types == SCHEMA_OBJECT ? "object" : "array"));
	fault = schema_limits_fault(s->a, part->json, types, &key);
	s->n_repeats += fault ? 0 : schema_repeats(part->json, types);
	if (s->n_repeats > SCHEMA_TOTAL_MAX)
		fault = arena_printf(s->a,
				     "all strings and lists together may take more than %d places; "
				     "set smaller values of 'maxLength' and 'maxItems'",
				     SCHEMA_TOTAL_MAX);
	if (fault)
		schema_fail(s, part, key, "%s", fault);
	json_object_foreach (fault ? NULL : (json_t *)part->json, key, value) {
		json_t *member;

		if (schema_keyword_find(key)->kind == SCHEMA_DEFS)
			continue;
		member = schema_member(s, part, key);
		if (!member) {
			fault = key;
			break;
		}
		json_object_set_new(out, key, member);
	}
	if (!fault)
		return out;
	json_decref(out);
	return NULL;
}

/* Whether there is room for one more part. */
static bool schema_count(struct schema *s, const struct schema_part *part)
{
	const struct schema_rules *rules = s->rules;

	if (s->n_parts++ <= rules->max_parts) /* the root is none */
		return schema_fits(s, part, NULL);
	schema_fail(s, part, NULL, "more than %zu %s; ask for fewer, or split the job",
		    rules->max_parts, rules->parts);
	return false;
}

/* Keywords that decide how a part is read. */
static const struct {
	const char *key;
	json_t *(*read)(struct schema *s, const struct schema_part *part, const char *key);
	bool is_part; /* not only another name or place of one */
} ways[] = {
	{ "$ref", schema_reference, false }, { "anyOf", schema_choice, false },
	{ "oneOf", schema_choice, false },   { "allOf", schema_choice, false },
	{ "const", schema_values, true },    { "enum", schema_values, true },
};

/* Reads a part in the way that its keywords decide, as the task wants it. */
static json_t *schema_read_way(struct schema *s, const struct schema_part *part)
{
	const char *alone = schema_keyword_alone(part->json), *key = NULL, *fault;
	size_t way = 0;
	json_t *plain;

	while (alone && strcmp(ways[way].key, alone) != 0)
		way++;
	if (alone && !ways[way].is_part)
		return ways[way].read(s, part, alone);
	if (!schema_count(s, part))
		return NULL;
	plain = alone ? ways[way].read(s, part, alone) : schema_typed(s, part);
	fault = plain && s->rules->adapt ? s->rules->adapt(s->a, plain, &key) : NULL;
	if (!fault)
		return plain;
	json_decref(plain);
	return schema_fail(s, part, key, "%s", fault);
}

static json_t *schema_read_part(struct schema *s, const struct schema_part *given)
{
	struct schema_part part = *given;
	const char *key = NULL, *fault;

	if (json_is_true(part.json))
		part.json = s->any;
	if (part.level > s->rules->max_levels || part.depth > SCHEMA_DEPTH_MAX)
		return schema_fail(s, &part, NULL,
				   "nested too deeply; use at most %d levels of objects and lists",
				   s->rules->max_levels);
	if (json_is_false(part.json))
		return schema_fail(s, &part, NULL,
				   "false admits nothing; write a schema such as {\"type\": "
				   "\"string\"}, or remove the field");
	if (!json_is_object(part.json))
		return schema_fail(s, &part, NULL,
				   "not a schema; write an object such as {\"type\": \"string\"}");
	fault = schema_keywords_fault(s->a, part.json, &key);
	return fault ? schema_fail(s, &part, key, "%s", fault) : schema_read_way(s, &part);
}

json_t *schema_read(struct arena *a, const struct schema_source *source, const json_t *schema,
		    const struct schema_rules *rules, struct err *err)
{
	struct schema s = { .a = a, .source = source, .rules = rules, .root = schema, .err = err };
	const struct schema_part root = { .json = schema, .at = "" };
	json_t *plain;
	bool bad;

	s.any = json_object();
	plain = schema_read_part(&s, &root);
	json_decref(s.any);
	if (!plain || !rules->of_object || schema_types(plain, &bad) == SCHEMA_OBJECT)
		return plain;
	json_decref(plain);
	return schema_fail(&s, &root, NULL,
			   "the schema is not of an object; write {\"type\": \"object\", "
			   "\"properties\": {…}}");
}

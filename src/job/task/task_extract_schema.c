/*
 * A JSON schema to the form of the task extract. A schema says what a model may write, so a keyword
 * that the engine's grammar cannot hold is refused rather than dropped.
 */
#include "job/task/task_extract_schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "base/json_pointer.h"
#include "base/str.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_keyword.h"

/* A schema that is being read. */
struct schema {
	struct arena *a;
	const char *path, *text;
	json_t *root;
	size_t n_fields, depth;
	struct err *err;
};

/* A part of it. */
struct schema_part {
	const json_t *json;
	const char *at; /* its pointer */
	const struct schema_part *by; /* the part that refers to it or holds it; NULL: the root */
};

/* The error at a part, or at its member `key` if that is not NULL. Returns NULL. */
static json_t *schema_fail(const struct schema *s, const struct schema_part *part, const char *key,
			   const char *fmt, ...) PRINTF_LIKE(4, 5);

static json_t *schema_fail(const struct schema *s, const struct schema_part *part, const char *key,
			   const char *fmt, ...)
{
	const char *at = key ? json_pointer_member(s->a, part->at, key) : part->at;
	char words[sizeof(s->err->msg)];
	size_t line = 1, column = 1;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	json_place(s->text, at, &line, &column);
	err_set(s->err, ERR_INPUT, "%s:%zu:%zu: %s", s->path, line, column, words);
	return NULL;
}

static json_t *schema_part(struct schema *s, const struct schema_part *part);

/* Reads the member of a part. */
static json_t *schema_member(struct schema *s, const struct schema_part *part, const char *key)
{
	const struct schema_part member = { json_object_get(part->json, key),
					    json_pointer_member(s->a, part->at, key), part };

	return schema_part(s, &member);
}

/* Allows null beside what the form allows. */
static void schema_allow_null(json_t *form)
{
	json_t *values = json_object_get(form, "enum"), *type = json_object_get(form, "type");

	if (extract_field_of(form).nullable)
		return;
	if (values)
		json_array_append_new(values, json_null());
	else
		json_object_set_new(form, "type", json_pack("[O, s]", type, "null"));
}

/* A description beside a reference is about the field; one inside is about the type. */
static json_t *schema_describe(const struct schema_part *part, json_t *form)
{
	json_t *about = json_object_get(part->json, "description");

	if (form && json_is_string(about))
		json_object_set(form, "description", about);
	return form;
}

static json_t *schema_reference(struct schema *s, const struct schema_part *part)
{
	const char *name = json_string_value(json_object_get(part->json, "$ref"));
	struct schema_part meant = { NULL, name && *name == '#' ? name + 1 : NULL, part };

	if (meant.at)
		meant.json = json_at_pointer(s->root, meant.at);
	if (!meant.json)
		return schema_fail(s, part, "$ref",
				   "'$ref' leads nowhere; name a part of this file, such as "
				   "\"#/$defs/address\"");
	for (const struct schema_part *by = part; by; by = by->by)
		if (by->json == meant.json)
			return schema_fail(s, part, "$ref",
					   "the schema is recursive: '%s' holds itself; write out "
					   "the levels that you need",
					   display_text(s->a, name));
	return schema_describe(part, schema_part(s, &meant));
}

static bool schema_is_only_null(const json_t *part)
{
	const char *type = json_string_value(json_object_get(part, "type"));

	return type && strcmp(type, "null") == 0;
}

/* anyOf and its kin: one schema, with null or without. */
static json_t *schema_choice(struct schema *s, const struct schema_part *part, const char *key)
{
	const json_t *list = json_object_get(part->json, key), *option;
	struct schema_part only = { NULL, NULL, part };
	bool with_null = false;
	json_t *form;
	size_t i, n = 0;

	json_array_foreach ((json_t *)list, i, option) {
		if (schema_is_only_null(option)) {
			with_null = true;
			continue;
		}
		n++;
		only.json = option;
		only.at = json_pointer_item(s->a, json_pointer_member(s->a, part->at, key), i);
	}
	if (n != 1)
		return schema_fail(
			s, part, key,
			"'%s' has %zu schemas beside null, and a value is compared by one; "
			"keep one",
			key, n);
	form = schema_part(s, &only);
	if (form && with_null)
		schema_allow_null(form);
	return schema_describe(part, form);
}

/* One more field; false if that is one too many. */
static bool schema_count(struct schema *s, const struct schema_part *part)
{
	if (s->depth > EXTRACT_MAX_DEPTH)
		schema_fail(s, part, NULL,
			    "nested too deeply; use at most %d levels of objects and lists",
			    EXTRACT_MAX_DEPTH);
	else if (s->n_fields++ > EXTRACT_MAX_FIELDS) /* the root is none */
		schema_fail(s, part, NULL, "more than %d fields; ask for fewer, or split the job",
			    EXTRACT_MAX_FIELDS);
	else
		return true;
	return false;
}

static bool schema_fits_type(const json_t *value, const char *type)
{
	return strcmp(type, "string") == 0  ? json_is_string(value) :
	       strcmp(type, "number") == 0  ? json_is_number(value) :
	       strcmp(type, "integer") == 0 ? json_is_integer(value) :
	       strcmp(type, "boolean") == 0 ? json_is_boolean(value) :
					      false;
}

/* Whether a listed value fits the type beside the list; any does if there is none. */
static bool schema_value_fits(const json_t *value, const json_t *type)
{
	const json_t *one;
	size_t i;

	if (json_is_null(value) && !type)
		return true;
	if (json_is_string(type))
		return schema_fits_type(value, json_string_value(type));
	if (!type)
		return !json_is_array(value) && !json_is_object(value);
	json_array_foreach ((json_t *)type, i, one) {
		const char *name = json_is_string(one) ? json_string_value(one) : "";

		if (schema_fits_type(value, name) ||
		    (json_is_null(value) && strcmp(name, "null") == 0))
			return true;
	}
	return false;
}

static json_t *schema_values(struct schema *s, const struct schema_part *part, const char *key)
{
	json_t *list = json_object_get(part->json, key), *value, *form;
	const json_t *type = json_object_get(part->json, "type");
	size_t i, n_null = 0;

	if (!schema_count(s, part))
		return NULL;
	list = strcmp(key, "const") == 0 ? json_pack("[O]", list) : json_incref(list);
	form = json_pack("{s:o}", "enum", json_is_array(list) ? json_copy(list) : json_array());
	json_array_foreach (list, i, value) {
		n_null += json_is_null(value);
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(list, k), value))
				goto twice;
		if (!schema_value_fits(value, type))
			goto misfit;
	}
	n_null = json_array_size(list) - n_null;
	json_decref(list);
	if (n_null > 0 && n_null <= EXTRACT_MAX_VALUES)
		return schema_describe(part, form);
	json_decref(form);
	return n_null ? schema_fail(s, part, key, "'%s' lists %zu values; at most %d fit", key,
				    n_null, EXTRACT_MAX_VALUES) :
			schema_fail(s, part, key,
				    "'%s' admits nothing; list the values that an answer can have, "
				    "such as [\"low\", \"high\"]",
				    key);
twice:
	json_decref(form);
	json_decref(list);
	return schema_fail(s, part, key, "'%s' lists value %zu twice; remove one", key, i + 1);
misfit:
	json_decref(form);
	json_decref(list);
	return schema_fail(s, part, key,
			   "'%s': value %zu is not of the field's type; list texts, numbers, true, "
			   "false or null that fit 'type'",
			   key, i + 1);
}

static json_t *schema_object(struct schema *s, const struct schema_part *part, json_t *form)
{
	json_t *named = json_object_get(part->json, "properties"), *fields = json_object(), *one;
	json_t *required = json_object_get(part->json, "required"), *field;
	const struct schema_part list = { named, json_pointer_member(s->a, part->at, "properties"),
					  part };
	const char *name, *fault = NULL;
	size_t i;

	json_object_set_new(form, "properties", fields);
	json_object_set_new(form, "required", required ? json_copy(required) : json_array());
	json_object_set_new(form, "additionalProperties", json_false());
	if (json_object_size(named) == 0)
		return schema_fail(s, part, named ? "properties" : NULL,
				   "an object needs 'properties', such as {\"amount\": {\"type\": "
				   "\"number\"}}");
	json_object_foreach (named, name, one) {
		fault = extract_name_fault(s->a, name, fields);
		if (fault)
			return schema_fail(s, &list, name, "%s", fault);
		field = schema_member(s, &list, name);
		if (!field)
			return NULL;
		json_object_set_new(fields, name, field);
	}
	if (required && !json_is_array(required))
		return schema_fail(s, part, "required", "'required' is a list of names");
	json_array_foreach (required, i, one)
		if (!json_is_string(one) || !json_object_get(fields, json_string_value(one)))
			return schema_fail(
				s, part, "required",
				"'required' names '%s', which is not in 'properties', so "
				"the schema admits nothing; add it there, or remove it",
				display_text(s->a,
					     json_is_string(one) ? json_string_value(one) : "?"));
	return form;
}

static json_t *schema_list(struct schema *s, const struct schema_part *part, json_t *form)
{
	json_t *items;

	if (!json_object_get(part->json, "items"))
		return schema_fail(s, part, NULL,
				   "a list needs 'items', such as {\"type\": \"string\"}");
	items = schema_member(s, part, "items");
	if (!items)
		return NULL;
	json_object_set_new(form, "items", items);
	return form;
}

/* The one type beside null, or NULL with the error set. */
static const char *schema_type(struct schema *s, const struct schema_part *part, bool *ret_null)
{
	static const char *const names[] = { "string",	"number", "integer",
					     "boolean", "object", "array" };
	const json_t *type = json_object_get(part->json, "type"), *one;
	const char *found = json_is_string(type) ? json_string_value(type) : NULL;
	size_t i, n = found ? 1 : 0;

	*ret_null = false;
	json_array_foreach ((json_t *)type, i, one) {
		const char *name = json_is_string(one) ? json_string_value(one) : "?";

		if (strcmp(name, "null") == 0) {
			*ret_null = true;
			continue;
		}
		found = name;
		n++;
	}
	for (i = 0; n == 1 && i < COUNT_OF(names); i++)
		if (strcmp(names[i], found) == 0)
			return names[i];
	if (!type)
		schema_fail(
			s, part, NULL,
			"no type; add \"type\": \"string\", or number, integer, boolean, object "
			"or array, or list the values in 'enum'");
	else
		schema_fail(s, part, "type",
			    "'type' must be one of string, number, integer, boolean, object and "
			    "array, alone or beside null: [\"string\", \"null\"]");
	return NULL;
}

static json_t *schema_typed(struct schema *s, const struct schema_part *part)
{
	bool with_null;
	const char *type = schema_type(s, part, &with_null), *key, *fault;
	json_t *form, *inner;

	if (!type || !schema_count(s, part))
		return NULL;
	form = json_pack("{s:s}", "type", type);
	fault = extract_keywords_keep(s->a, part->json, type, form, &key);
	if (fault) {
		json_decref(form);
		return schema_fail(s, part, key, "%s", fault);
	}
	s->depth++;
	inner = strcmp(type, "object") == 0 ? schema_object(s, part, form) :
		strcmp(type, "array") == 0  ? schema_list(s, part, form) :
					      form;
	s->depth--;
	if (!inner) {
		json_decref(form);
		return NULL;
	}
	if (with_null)
		schema_allow_null(form);
	return schema_describe(part, form);
}

/* Keywords that decide how a part is read, the first that it has. */
static const struct {
	const char *key;
	json_t *(*read)(struct schema *s, const struct schema_part *part, const char *key);
} choices[] = {
	{ "anyOf", schema_choice }, { "oneOf", schema_choice }, { "allOf", schema_choice },
	{ "enum", schema_values },  { "const", schema_values },
};

static json_t *schema_part(struct schema *s, const struct schema_part *part)
{
	const char *key, *fault;

	if (json_is_false(part->json))
		return schema_fail(s, part, NULL,
				   "false admits nothing; write a schema such as {\"type\": "
				   "\"string\"}, or remove the field");
	if (!json_is_object(part->json))
		return schema_fail(s, part, NULL,
				   "not a schema; write an object such as {\"type\": \"string\"}");
	fault = extract_keywords_check(s->a, part->json, &key);
	if (fault)
		return schema_fail(s, part, key, "%s", fault);
	if (json_object_get(part->json, "$ref"))
		return schema_reference(s, part);
	for (size_t i = 0; i < COUNT_OF(choices); i++)
		if (json_object_get(part->json, choices[i].key))
			return choices[i].read(s, part, choices[i].key);
	return schema_typed(s, part);
}

int extract_schema_read(struct arena *a, const char *path, const char *text, const char **ret_form,
			struct err *err)
{
	json_error_t found;
	struct schema s = { .a = a, .path = path, .text = text, .err = err };
	struct schema_part root = { .at = "" };
	json_t *form;

	s.root = json_loads(text + str_mark_bytes(text, strlen(text)), JSON_REJECT_DUPLICATES,
			    &found);
	if (!s.root)
		return err_set(err, ERR_INPUT, "%s:%d:%d: %s: %s", path, found.line, found.column,
			       json_error_code(&found) == json_error_duplicate_key ?
				       "a field or keyword is there twice; remove one" :
				       "not JSON",
			       display_text(a, found.text));
	root.json = s.root;
	form = schema_part(&s, &root);
	if (form &&
	    (extract_field_of(form).type != EXTRACT_OBJECT || extract_field_of(form).nullable)) {
		json_decref(form);
		form = schema_fail(&s, &root, NULL,
				   "the schema is not of an object; write {\"type\": \"object\", "
				   "\"properties\": {…}}");
	}
	json_decref(s.root);
	if (!form)
		return -1;
	*ret_form = json_text(a, form);
	return 0;
}

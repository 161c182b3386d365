/*
 * A JSON schema to the form of the task extract: what a part must be so that its values can be
 * compared.
 */
#include "job/task/task_extract_schema.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/task/json_schema.h"
#include "job/task/json_schema_keyword.h"
#include "job/task/task_extract_form.h"

/* Why values cannot be listed: texts, numbers, true, false and null can be compared. */
static const char *extract_values_fault(struct arena *a, const json_t *list, const char *key)
{
	size_t i, n_null = 0, n = json_array_size(list);
	json_t *value;

	json_array_foreach ((json_t *)list, i, value)
		n_null += json_is_null(value);
	if (n == n_null)
		return arena_printf(a,
				    "'%s' admits nothing; list the values that an answer can have, "
				    "such as [\"low\", \"high\"]",
				    key);
	if (n - n_null > EXTRACT_MAX_VALUES)
		return arena_printf(a, "'%s' lists %zu values; at most %d fit", key, n - n_null,
				    EXTRACT_MAX_VALUES);
	json_array_foreach ((json_t *)list, i, value) {
		if (json_is_array(value) || json_is_object(value))
			return arena_printf(a,
					    "'%s': value %zu is not of a field's type; list texts, "
					    "numbers, true, false or null",
					    key, i + 1);
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(list, k), value))
				return arena_printf(a, "'%s' lists value %zu twice; remove one",
						    key, i + 1);
	}
	return NULL;
}

static const char *extract_adapt_values(struct arena *a, json_t *part, json_t *form,
					const char **ret_key)
{
	json_t *list = json_object_get(part, "enum"), *only = json_object_get(part, "const");

	*ret_key = only ? "const" : "enum";
	list = only ? json_pack("[O]", only) : json_incref(list);
	json_object_set_new(form, "enum", list);
	return extract_values_fault(a, list, *ret_key);
}

/* Sets the type: one, and null beside it if null is an answer. */
static const char *extract_adapt_type(const json_t *part, json_t *form, const char **ret_type,
				      const char **ret_key)
{
	json_t *type = json_object_get(part, "type"), *one, *name = NULL;
	size_t i, n = 0;
	bool bad, with_null = schema_types(part, &bad) & SCHEMA_NULL;

	if (!type)
		return "no type; add \"type\": \"string\", or number, integer, boolean, object or "
		       "array, or list the values in 'enum'";
	*ret_key = "type";
	if (json_is_string(type) && !with_null) {
		n = 1;
		name = type;
	}
	json_array_foreach (type, i, one)
		if (strcmp(json_string_value(one), "null") != 0) {
			n++;
			name = one;
		}
	if (n != 1)
		return "'type' must be one of string, number, integer, boolean, object and array, "
		       "alone or beside null: [\"string\", \"null\"]";
	*ret_type = json_string_value(name);
	json_object_set_new(form, "type",
			    with_null ? json_pack("[O, s]", name, "null") : json_incref(name));
	return NULL;
}

static const char *extract_adapt_typed(const json_t *part, json_t *form, const char **ret_key)
{
	const char *type = "", *fault = extract_adapt_type(part, form, &type, ret_key), *key;
	json_t *value, *named = json_object_get(part, "properties");
	json_t *required = json_object_get(part, "required");

	json_object_foreach (fault ? NULL : (json_t *)part, key, value) {
		const struct schema_keyword *k = schema_keyword_find(key);

		if (k->kind >= SCHEMA_LENGTH && schema_keyword_binds(k, value))
			json_object_set(form, key, value);
	}
	if (fault)
		return fault;
	*ret_key = NULL;
	if (strcmp(type, "array") == 0) {
		json_object_set(form, "items", json_object_get(part, "items"));
		return json_object_get(part, "items") ?
			       NULL :
			       "a list needs 'items', such as {\"type\": \"string\"}";
	}
	if (strcmp(type, "object") != 0)
		return NULL;
	json_object_set(form, "properties", named);
	json_object_set_new(form, "required", required ? json_incref(required) : json_array());
	json_object_set_new(form, "additionalProperties", json_false());
	*ret_key = named ? "properties" : NULL;
	return json_object_size(named) ? NULL :
					 "an object needs 'properties', such as {\"amount\": "
					 "{\"type\": \"number\"}}";
}

static const char *extract_adapt(struct arena *a, json_t *part, const char **ret_key)
{
	json_t *form = json_object(), *about = json_object_get(part, "description");
	const char *fault = json_object_get(part, "enum") || json_object_get(part, "const") ?
				    extract_adapt_values(a, part, form, ret_key) :
				    extract_adapt_typed(part, form, ret_key);

	if (json_is_string(about))
		json_object_set(form, "description", about);
	if (!fault) {
		json_object_clear(part);
		json_object_update(part, form);
	}
	json_decref(form);
	return fault;
}

int extract_schema_read(struct arena *a, const char *path, const char *text, const char **ret_form,
			struct err *err)
{
	static const struct schema_rules rules = { .max_levels = EXTRACT_MAX_DEPTH,
						   .max_parts = EXTRACT_MAX_FIELDS,
						   .parts = "fields",
						   .one_choice = true,
						   .of_object = true,
						   .only_described = true,
						   .name_fault = extract_name_fault,
						   .adapt = extract_adapt };
	struct schema_source source = { .file = path, .text = text, .at = "", .owner = "" };
	json_error_t found;
	json_t *root, *form;

	root = json_loads(text + str_mark_bytes(text, strlen(text)), JSON_REJECT_DUPLICATES,
			  &found);
	if (!root)
		return err_set(err, ERR_INPUT, "%s:%d:%d: %s: %s", path, found.line, found.column,
			       json_error_code(&found) == json_error_duplicate_key ?
				       "a field or keyword is there twice; remove one" :
				       "not JSON",
			       display_text(a, found.text));
	form = schema_read(a, &source, root, &rules, err);
	json_decref(root);
	if (!form)
		return -1;
	*ret_form = json_text(a, form);
	return 0;
}

/*
 * Reads the part of JSON Schema that clients send for a label: type, properties, required, enum,
 * const, anyOf with one fitting branch, and references within the schema.
 */
#include "flow/production/chat_schema.h"

#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/str.h"

/* References that refer to each other end here. */
enum { REFERENCES_MAX = 8 };

static const char advice[] = "the answer is {\"label\": one of the run's labels, \"rationale\": "
			     "text}; change the schema or omit 'response_format'";

static int schema_fail(const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "'response_format': %s; %s", what, advice);
}

/* Follows "$ref": "#/$defs/Name". NULL if it leads nowhere. */
static const json_t *schema_resolve(const json_t *root, const json_t *schema)
{
	for (int i = 0; i < REFERENCES_MAX; i++) {
		const char *path = json_whole_text(json_object_get(schema, "$ref"));
		size_t n;

		if (!path)
			return schema;
		if (!str_starts(path, "#/"))
			return NULL;
		path += strlen("#/");
		schema = root;
		for (const char *part = str_next_part(&path, '/', &n); part;
		     part = str_next_part(&path, '/', &n))
			schema = json_object_getn(schema, part, n);
	}
	return NULL;
}

/* Whether `type`, a name or a list of names, admits this one. */
static bool schema_has_type(const json_t *schema, const char *name)
{
	const json_t *type = json_object_get(schema, "type"), *one;
	const char *text = json_whole_text(type);
	size_t i;

	json_array_foreach (type, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), name) == 0)
			return true;
	return !type || (text && strcmp(text, name) == 0);
}

static bool schema_lists(const json_t *list, const char *label)
{
	const json_t *one;
	size_t i;

	json_array_foreach (list, i, one) {
		const char *text = json_whole_text(one);

		if (text && strcmp(text, label) == 0)
			return true;
	}
	return false;
}

/* Keywords that may exclude a text, and that are not read here. */
static const char *const unread[] = { "pattern", "format", "minLength", "maxLength",
				      "not",	 "if",	   "allOf",	"oneOf" };

static bool schema_is_plain(const json_t *schema)
{
	for (size_t i = 0; i < COUNT_OF(unread); i++)
		if (json_object_get(schema, unread[i]))
			return false;
	return true;
}

/* Whether a value of the schema may be this text; NULL stands for any text. */
static bool schema_admits(const json_t *root, const json_t *schema, const char *text, int depth)
{
	const json_t *list, *one;
	size_t i;

	schema = schema_resolve(root, schema);
	if (json_is_true(schema))
		return true;
	if (!json_is_object(schema) || depth == REFERENCES_MAX || !schema_is_plain(schema) ||
	    !schema_has_type(schema, "string"))
		return false;
	list = json_object_get(schema, "enum");
	if (list && (!text || !schema_lists(list, text)))
		return false;
	one = json_object_get(schema, "const");
	if (one && (!text || !json_whole_text(one) || strcmp(json_whole_text(one), text) != 0))
		return false;
	list = json_object_get(schema, "anyOf");
	json_array_foreach (list, i, one)
		if (schema_admits(root, one, text, depth + 1))
			return true;
	return !list;
}

static int schema_check_required(const json_t *schema, bool label_only, struct err *err)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(schema, "required"), i, one) {
		const char *name = json_whole_text(one);

		if (!name ||
		    (strcmp(name, "label") != 0 && (label_only || strcmp(name, "rationale") != 0)))
			return schema_fail("it requires another member", err);
	}
	return 0;
}

static int schema_check_object(const json_t *root, const struct label *labels, size_t n_labels,
			       bool *ret_label_only, struct err *err)
{
	const json_t *schema = schema_resolve(root, root);
	const json_t *members = json_object_get(schema, "properties");
	const json_t *label = json_object_get(members, "label");
	const json_t *rationale = json_object_get(members, "rationale");
	const json_t *others = json_object_get(schema, "additionalProperties");
	bool open = !others || json_is_true(others);

	if (!json_is_object(schema) || !schema_has_type(schema, "object") ||
	    !schema_is_plain(schema) || json_object_get(schema, "anyOf"))
		return schema_fail("it is no schema of an object", err);
	if (!label && !open)
		return schema_fail("it has no member 'label'", err);
	for (size_t i = 0; label && i < n_labels; i++)
		if (!schema_admits(root, label, labels[i].name, 0))
			return schema_fail("its 'label' does not admit every label of the run",
					   err);
	*ret_label_only = rationale ? !schema_admits(root, rationale, NULL, 0) : !open;
	return schema_check_required(schema, *ret_label_only, err);
}

static bool schema_is_type(const json_t *format, const char *name)
{
	const char *type = json_whole_text(json_object_get(format, "type"));

	return type && strcmp(type, name) == 0;
}

/* llama.cpp and others take a schema beside json_object, too. */
static const json_t *schema_of_format(const json_t *format)
{
	const json_t *schema = json_object_get(json_object_get(format, "json_schema"), "schema");

	return schema ? schema : json_object_get(format, "schema");
}

int chat_schema_check(const json_t *format, const struct label *labels, size_t n_labels,
		      bool *ret_label_only, struct err *err)
{
	*ret_label_only = false;
	if (!format || json_is_null(format) || schema_is_type(format, "text"))
		return 0;
	if (!schema_is_type(format, "json_object") && !schema_is_type(format, "json_schema"))
		return schema_fail("its 'type' must be text, json_object or json_schema", err);
	if (!schema_of_format(format) && schema_is_type(format, "json_object"))
		return 0;
	return schema_check_object(schema_of_format(format), labels, n_labels, ret_label_only, err);
}

int chat_schema_check_form(const json_t *format, const char *form, struct err *err)
{
	const json_t *schema = schema_of_format(format);
	json_t *own;
	bool same;

	if (!format || json_is_null(format) || schema_is_type(format, "text"))
		return 0;
	own = form ? json_loads(form, 0, NULL) : NULL;
	same = own && (schema ? json_equal(schema, own) : schema_is_type(format, "json_object"));
	json_decref(own);
	if (same)
		return 0;
	return err_set(err, ERR_INPUT,
		       "'response_format' is not supported: answers have the form that the run was "
		       "measured with; omit it%s",
		       form ? ", or give the run's own schema" : "");
}

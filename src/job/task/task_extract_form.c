/*
 * Reads the form of the task extract.
 */
#include "job/task/task_extract_form.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "job/file/label_key.h"

static const struct {
	const char *name;
	enum extract_type type;
} types[] = {
	{ "string", EXTRACT_STRING },	{ "number", EXTRACT_NUMBER }, { "integer", EXTRACT_WHOLE },
	{ "boolean", EXTRACT_BOOLEAN }, { "object", EXTRACT_OBJECT }, { "array", EXTRACT_LIST },
};

static bool form_lists_null(const json_t *values)
{
	const json_t *value;
	size_t i;

	json_array_foreach ((json_t *)values, i, value)
		if (json_is_null(value))
			return true;
	return false;
}

struct extract_field extract_field_of(const json_t *part)
{
	const json_t *type = json_object_get(part, "type");
	const char *format = json_string_value(json_object_get(part, "format"));
	struct extract_field field = { .values = json_object_get(part, "enum"),
				       .fields = json_object_get(part, "properties"),
				       .items = json_object_get(part, "items") };
	const char *name;

	if (field.values) {
		field.type = EXTRACT_VALUES;
		field.nullable = form_lists_null(field.values);
		return field;
	}
	field.nullable = json_is_array(type); /* of a type and null */
	name = json_string_value(json_is_array(type) ? json_array_get(type, 0) : type);
	for (size_t i = 0; name && i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			field.type = types[i].type;
	if (field.type == EXTRACT_STRING && format && strcmp(format, "date") == 0)
		field.type = EXTRACT_DATE;
	return field;
}

bool extract_is_required(const json_t *object, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(object, "required"), i, one)
		if (strcmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

const char *extract_name_fault(struct arena *a, const char *name, json_t *fields)
{
	const char *key = label_key(a, name), *other;
	json_t *field;

	if (!*key)
		return "a field has no name that shows; write one";
	if (strlen(name) > EXTRACT_MAX_NAME_BYTES)
		return arena_printf(a, "the name '%s' is too long: %zu bytes; the limit is %d",
				    display_text(a, name), strlen(name), EXTRACT_MAX_NAME_BYTES);
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return arena_printf(a, "the name '%s' holds a control character; remove it",
					    display_text(a, name));
	json_object_foreach (fields, other, field) {
		if (strcmp(name, other) == 0)
			return arena_printf(a, "the field '%s' is there twice; remove one",
					    display_text(a, name));
		if (strcmp(key, label_key(a, other)) == 0)
			return arena_printf(a, "the fields '%s' and '%s' %s; rename one",
					    label_show(a, other), label_show(a, name),
					    label_difference(a, other, name));
	}
	return NULL;
}

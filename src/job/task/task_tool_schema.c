/*
 * The schema of a tool's arguments, and whether a value fits it.
 */
#include <math.h>

#include "job/task/json_schema.h"
#include "job/task/json_schema_keyword.h"
#include "job/task/task_tool.h"

enum { TOOL_ARGUMENTS_MAX = 64 };

/* As most callers mean it: a tool takes the arguments that it lists. */
static const char *tool_adapt(struct arena *a, json_t *part, const char **ret_key)
{
	json_t *properties = json_object_get(part, "properties");

	if (properties && !json_object_get(part, "additionalProperties"))
		json_object_set_new(part, "additionalProperties", json_false());
	if (json_object_size(properties) <= TOOL_ARGUMENTS_MAX)
		return NULL;
	*ret_key = "properties";
	return arena_printf(a, "more than %d arguments; keep those that the tickets need",
			    TOOL_ARGUMENTS_MAX);
}

json_t *tool_schema_read(struct arena *a, const struct schema_source *source, const json_t *schema,
			 struct err *err)
{
	static const struct schema_rules rules = { .max_levels = 16,
						   .max_parts = 2000,
						   .parts = "parts",
						   .of_object = true,
						   .adapt = tool_adapt };
	json_t *plain = schema_read(a, source, schema, &rules, err);

	if (plain && !json_object_get(plain, "properties")) {
		json_object_set_new(plain, "properties", json_object());
		json_object_set_new(plain, "additionalProperties", json_false());
	}
	return plain;
}

const char *tool_value_fault(struct arena *a, const json_t *schema, const json_t *value)
{
	const json_t *list = json_object_get(schema, "enum"), *one;
	const json_t *only = json_object_get(schema, "const");
	unsigned is = schema_types_of_value(value), types;
	bool bad, listed = !list;
	size_t i;

	types = schema_types(schema, &bad);
	if (json_is_real(value) && json_real_value(value) == floor(json_real_value(value)))
		is |= SCHEMA_INTEGER;
	json_array_foreach (list, i, one)
		listed |= json_equal((json_t *)one, (json_t *)value);
	if (types && !(types & is))
		return arena_printf(a,
				    "with a value of the type %s, which is not the type of its "
				    "schema",
				    schema_type_name(schema_types_of_value(value)));
	if (only && !json_equal((json_t *)only, (json_t *)value))
		return "with another value than the schema's 'const'";
	return listed ? NULL : "with a value that the schema's 'enum' does not list";
}

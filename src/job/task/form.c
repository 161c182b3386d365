/*
 * A schema without anything that a task adds, as the engine gets it.
 */
#include "job/task/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "job/task/json_schema.h"
#include "job/task/json_schema_keyword.h"

static const char *form_bound_string(struct arena *a, json_t *part, const char **ret_key)
{
	bool bad;
	int64_t most = schema_string_length(part, schema_types(part, &bad));

	(void)a;
	(void)ret_key;
	if (most > 0)
		json_object_set_new(part, "maxLength", json_integer(most));
	return NULL;
}

int form_bounded(struct arena *a, const char *schema, const char **ret_text, struct err *err)
{
	static const struct schema_source source = { .file = NULL };
	static const struct schema_rules rules = { .max_levels = 32,
						   .max_parts = SCHEMA_NODES_MAX,
						   .parts = "parts",
						   .adapt = form_bound_string };
	json_error_t found;
	json_t *root, *plain;

	if (strlen(schema) > FORM_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the JSON schema has %zu bytes, and the most is %d",
			       strlen(schema), FORM_MAX_BYTES);
	root = json_loads(schema, JSON_REJECT_DUPLICATES, &found);
	if (!root)
		return err_set(err, ERR_INPUT, "the JSON schema is no JSON: line %d: %s",
			       found.line, display_text(a, found.text));
	plain = schema_read(a, &source, root, &rules, err);
	json_decref(root);
	if (!plain)
		return -1;
	*ret_text = json_text(a, plain);
	return 0;
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

/*
 * The key `fields` to a JSON schema.
 */
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json.h"
#include "job/file/job.h"
#include "job/task/task_extract.h"

/* Types in short. All but `string` restrict the text that a model may write. */
static const struct {
	const char *name, *type, *format;
} types[] = {
	{ "string", "string", NULL },	     { "number", "number", NULL },
	{ "whole number", "integer", NULL }, { "yes or no", "boolean", NULL },
	{ "date", "string", "date" },
};

static json_t *fields_type(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return json_pack("{s:[s, s], s:s*}", "type", types[i].type, "null",
					 "format", types[i].format);
	return NULL;
}

/* A list of allowed values. */
static json_t *fields_values(struct yaml_file *file, const yaml_node_t *list)
{
	json_t *values = json_array();

	for (yaml_node_item_t *item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top; item++)
		json_array_append_new(values, json_string(yaml_text(yaml_file_node(file, *item))));
	json_array_append_new(values, json_null());
	return json_pack("{s:o}", "enum", values);
}

static int fields_add(struct yaml_file *file, const yaml_node_t *name, const yaml_node_t *value,
		      json_t *properties, struct err *err)
{
	json_t *field = NULL;

	if (value->type == YAML_SCALAR_NODE)
		field = fields_type(yaml_text(value));
	else if (value->type == YAML_SEQUENCE_NODE)
		field = fields_values(file, value);
	if (!field)
		return yaml_fail(file, value, err,
				 "fields: '%s' has the type %s; the types are string, number, "
				 "whole number, yes or no, date, or a list of values such as [low, "
				 "high]",
				 yaml_display(file, name), yaml_found(file, value));
	json_object_set_new(properties, yaml_text(name), field);
	return 0;
}

static int fields_of_map(struct yaml_file *file, const yaml_node_t *map, struct job *job,
			 struct err *err)
{
	json_t *properties = json_object(), *required = json_array();
	int r = 0;

	for (yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top && r == 0; pair++) {
		const yaml_node_t *name = yaml_file_node(file, pair->key);

		r = fields_add(file, name, yaml_file_node(file, pair->value), properties, err);
		json_array_append_new(required, json_string(yaml_text(name)));
	}
	job->form = json_text(file->arena, json_pack("{s:s, s:o, s:o, s:b}", "type", "object",
						     "properties", properties, "required", required,
						     "additionalProperties", 0));
	return r;
}

static int fields_of_file(struct yaml_file *file, const char *name, struct job *job,
			  struct err *err)
{
	const char *path = file_beside(file->arena, job->path, name);
	json_error_t found;
	char *text;
	size_t n_bytes;
	json_t *schema;

	if (file_read(file->arena, path, JOB_MAX_BYTES, &text, &n_bytes, err) < 0)
		return -1;
	schema = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, &found);
	if (!json_is_object(json_object_get(schema, "properties"))) {
		json_decref(schema);
		return err_set(err, ERR_INPUT,
			       "%s: not a JSON schema of an object: it has no 'properties'", path);
	}
	job->form = json_text(file->arena, schema);
	return 0;
}

int task_extract_fields(struct yaml_file *file, const yaml_node_t *value, const char *line,
			struct job *job, struct err *err)
{
	return line ? fields_of_file(file, line, job, err) : fields_of_map(file, value, job, err);
}

/*
 * The key `fields` to the form: a list in short here, a JSON schema in task_extract_schema.c.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/task/task_extract.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_schema.h"

#define FIELDS_TYPES \
	"the types are string, number, whole number, yes or no, date, and a list of values such " \
	"as [low, high] or low | high"

/* Types in short; the last two names are those of JSON schemas. */
static const struct {
	const char *name, *type, *format;
} types[] = {
	{ "string", "string", NULL },	     { "number", "number", NULL },
	{ "whole number", "integer", NULL }, { "yes or no", "boolean", NULL },
	{ "date", "string", "date" },	     { "integer", "integer", NULL },
	{ "boolean", "boolean", NULL },
};

/* What people call a type that has another name here. */
static const char *const other_types[][2] = {
	{ "text", "string" },	   { "str", "string" },	    { "float", "number" },
	{ "decimal", "number" },   { "money", "number" },   { "amount", "number" },
	{ "int", "whole number" }, { "bool", "yes or no" }, { "yes/no", "yes or no" },
	{ "datetime", "date" },	   { "day", "date" },
};

/* A field of the short form. */
struct fields_line {
	struct yaml_file *file;
	const yaml_node_t *name, *value;
	struct err *err;
};

static json_t *fields_fail_type(const struct fields_line *line, const char *type)
{
	struct arena *a = line->file->arena;
	const char *names[COUNT_OF(types)], *near = NULL;

	for (size_t i = 0; i < COUNT_OF(types); i++)
		names[i] = types[i].name;
	for (size_t i = 0; i < COUNT_OF(other_types) && !near; i++)
		if (strcmp(other_types[i][0], type) == 0)
			near = other_types[i][1];
	if (!near)
		near = str_nearest(type, names, COUNT_OF(types));
	yaml_fail(line->file, line->value, line->err,
		  "fields: '%s' has the unknown type '%s'; %s%s%s" FIELDS_TYPES,
		  yaml_display(line->file, line->name), display_text(a, type),
		  near ? "did you mean '" : "", near ? near : "", near ? "'? " : "");
	return NULL;
}

/* Adds a value that the field can have. */
static int fields_add_value(const struct fields_line *line, const yaml_node_t *at, const char *text,
			    json_t *values)
{
	json_t *value = json_string(text);

	if (!value || !*text || json_array_size(values) == EXTRACT_MAX_VALUES) {
		json_decref(value);
		return yaml_fail(line->file, at, line->err,
				 "fields: '%s' takes 1 to %d values, each with a text; for example "
				 "[low, high]",
				 yaml_display(line->file, line->name), EXTRACT_MAX_VALUES);
	}
	for (size_t i = 0; i < json_array_size(values); i++)
		if (json_equal(json_array_get(values, i), value)) {
			json_decref(value);
			return yaml_fail(line->file, at, line->err,
					 "fields: '%s' lists '%s' twice; remove one",
					 yaml_display(line->file, line->name),
					 display_text(line->file->arena, text));
		}
	json_array_append_new(values, value);
	return 0;
}

static json_t *fields_enum(json_t *values)
{
	json_array_append_new(values, json_null());
	return json_pack("{s:o}", "enum", values);
}

/* A list of allowed values. */
static json_t *fields_list(const struct fields_line *line)
{
	const yaml_node_item_t *item = line->value->data.sequence.items.start;
	json_t *values = json_array();
	int r = 0;

	if (item == line->value->data.sequence.items.top)
		r = yaml_fail(line->file, line->value, line->err,
			      "fields: '%s' admits nothing; list the values that an answer can "
			      "have, such as [low, high]",
			      yaml_display(line->file, line->name));
	for (; r == 0 && item < line->value->data.sequence.items.top; item++) {
		const yaml_node_t *node = yaml_file_node(line->file, *item);

		r = fields_add_value(line, node,
				     node->type == YAML_SCALAR_NODE ? yaml_text(node) : "", values);
	}
	if (r == 0)
		return fields_enum(values);
	json_decref(values);
	return NULL;
}

/* The text without the blanks around it. */
static const char *fields_trim(struct arena *a, const char *text, size_t n)
{
	for (; n > 0 && *text == ' '; n--)
		text++;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return arena_strndup(a, text, n);
}

/* "low | high" */
static json_t *fields_bars(const struct fields_line *line, const char *type)
{
	json_t *values = json_array();
	const char *part;
	size_t n;

	while ((part = str_next_part(&type, '|', &n)))
		if (fields_add_value(line, line->value, fields_trim(line->file->arena, part, n),
				     values) < 0) {
			json_decref(values);
			return NULL;
		}
	return fields_enum(values);
}

/* "TYPE" or "TYPE, what it is" */
static json_t *fields_scalar(const struct fields_line *line)
{
	struct arena *a = line->file->arena;
	const char *text = yaml_text(line->value), *type, *about;
	size_t n = strcspn(text, ",");
	json_t *field = NULL;

	type = fields_trim(a, text, n);
	about = text[n] ? fields_trim(a, text + n + 1, strlen(text + n + 1)) : "";
	if (strpbrk(about, "\n\r\t")) {
		yaml_fail(line->file, line->value, line->err,
			  "fields: the description of '%s' holds a line break; write one line",
			  yaml_display(line->file, line->name));
		return NULL;
	}
	if (strchr(type, '|'))
		field = fields_bars(line, type);
	for (size_t i = 0; i < COUNT_OF(types) && !strchr(type, '|'); i++)
		if (strcmp(types[i].name, type) == 0)
			field = json_pack("{s:[s, s], s:s*}", "type", types[i].type, "null",
					  "format", types[i].format);
	if (!field && !strchr(type, '|'))
		return fields_fail_type(line, type);
	if (field && *about)
		json_object_set_new(field, "description", json_string(about));
	return field;
}

static int fields_add(const struct fields_line *line, json_t *fields)
{
	const char *fault = NULL;
	json_t *field = NULL;

	if (line->name->type == YAML_SCALAR_NODE)
		fault = extract_name_fault(line->file->arena, yaml_text(line->name), fields);
	if (line->name->type != YAML_SCALAR_NODE)
		fault = "expected the name of a field; write lines 'name: type'";
	else if (!fault && json_object_size(fields) == EXTRACT_MAX_FIELDS)
		fault = arena_printf(line->file->arena,
				     "more than %d fields; ask for fewer, or split the job",
				     EXTRACT_MAX_FIELDS);
	if (fault)
		return yaml_fail(line->file, line->name, line->err, "fields: %s", fault);
	if (line->value->type == YAML_SCALAR_NODE)
		field = fields_scalar(line);
	else if (line->value->type == YAML_SEQUENCE_NODE)
		field = fields_list(line);
	else
		yaml_fail(line->file, line->value, line->err,
			  "fields: '%s' has fields of its own; write them as a JSON schema in a "
			  "file, and name the file: 'fields: order.schema.json'",
			  yaml_display(line->file, line->name));
	if (!field)
		return -1;
	json_object_set_new(fields, yaml_text(line->name), field);
	return 0;
}

static int fields_of_map(struct yaml_file *file, const yaml_node_t *map, struct job *job,
			 struct err *err)
{
	json_t *fields = json_object(), *required = json_array();
	struct fields_line line = { .file = file, .err = err };
	int r = 0;

	if (map->data.mapping.pairs.start == map->data.mapping.pairs.top)
		r = yaml_fail(file, map, err,
			      "fields: no field is named; write for example '{order_no: string}'");
	for (yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top && r == 0; pair++) {
		line.name = yaml_file_node(file, pair->key);
		line.value = yaml_file_node(file, pair->value);
		r = fields_add(&line, fields);
		if (r == 0)
			json_array_append_new(required, json_string(yaml_text(line.name)));
	}
	job->form = json_text(file->arena,
			      json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties",
					fields, "required", required, "additionalProperties", 0));
	return r;
}

static int fields_of_file(struct yaml_file *file, const yaml_node_t *name, struct job *job,
			  struct err *err)
{
	struct arena *a = file->arena;
	const char *path = file_beside(a, job->path, yaml_text(name));
	struct err why;
	char *text;
	size_t n_bytes;

	if (file_read(a, path, JOB_MAX_BYTES, &text, &n_bytes, &why) < 0)
		return yaml_fail(file, name, err,
				 "fields: %s; name a file with a JSON schema, or write lines "
				 "'name: type'",
				 why.msg);
	if (strlen(text) < n_bytes || str_utf8_error(text, n_bytes) >= 0)
		return err_set(err, ERR_INPUT,
			       "%s: not a JSON schema: the file is no text in UTF-8",
			       display_path(a, path));
	return extract_schema_read(a, display_path(a, path), text, &job->form, err);
}

int task_extract_fields(struct yaml_file *file, const yaml_node_t *value, const char *line,
			struct job *job, struct err *err)
{
	return line ? fields_of_file(file, value, job, err) : fields_of_map(file, value, job, err);
}

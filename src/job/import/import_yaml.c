/*
 * Turns the YAML of an import into the records that JSON gives. Scalars are strings, so that 007
 * and yes stay as they are. Must not know what they mean.
 */
#include <string.h>

#include "base/array.h"
#include "job/file/job_yaml.h"
#include "job/import/import_rows.h"

/* Enough for configurations, which also hold providers and their tools. */
enum { IMPORT_YAML_DEPTH = 24 };

static int yaml_to_json(struct yaml_file *file, const yaml_node_t *node, json_t **ret_value,
			struct err *err);

static json_t *yaml_scalar_to_json(const yaml_node_t *node)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
	const char *text = yaml_text(node);

	for (size_t i = 0; i < COUNT_OF(nulls); i++)
		if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		    strcmp(text, nulls[i]) == 0)
			return json_null();
	return json_stringn(text, node->data.scalar.length);
}

static int yaml_fill_list(struct yaml_file *file, const yaml_node_t *node, json_t *list,
			  struct err *err)
{
	const yaml_node_item_t *item = node->data.sequence.items.start;

	for (; item < node->data.sequence.items.top; item++) {
		json_t *value;

		if (yaml_to_json(file, yaml_file_node(file, *item), &value, err) < 0)
			return -1;
		json_array_append_new(list, value);
	}
	return 0;
}

static int yaml_fill_object(struct yaml_file *file, const yaml_node_t *node, json_t *object,
			    struct err *err)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;

	for (; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_file_node(file, pair->key);
		const char *name = yaml_text(key);
		json_t *value;

		if (key->type != YAML_SCALAR_NODE || strlen(name) != key->data.scalar.length)
			return yaml_fail(file, key, err, "expected a key, found %s",
					 yaml_found(file, key));
		if (json_object_get(object, name))
			return yaml_fail(file, key, err, "key %s appears twice; remove one",
					 yaml_found(file, key));
		if (yaml_to_json(file, yaml_file_node(file, pair->value), &value, err) < 0)
			return -1;
		json_object_set_new(object, name, value);
	}
	return 0;
}

/* The value of a node, owned by the caller. */
static int yaml_to_json(struct yaml_file *file, const yaml_node_t *node, json_t **ret_value,
			struct err *err)
{
	json_t *value;
	int r = 0;

	if (node->type == YAML_SEQUENCE_NODE) {
		value = json_array();
		r = yaml_fill_list(file, node, value, err);
	} else if (node->type == YAML_MAPPING_NODE) {
		value = json_object();
		r = yaml_fill_object(file, node, value, err);
	} else {
		value = yaml_scalar_to_json(node);
	}
	if (r < 0) {
		json_decref(value);
		return -1;
	}
	*ret_value = value;
	return 0;
}

/* The list itself, or the member of a mapping that holds it. */
static int yaml_find_list(struct yaml_file *file, const char *member, const yaml_node_t **ret_list,
			  struct err *err)
{
	const yaml_node_t *root = yaml_file_root(file), *list = root;
	const yaml_node_pair_t *pair;

	if (root->type == YAML_MAPPING_NODE) {
		list = NULL;
		for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top;
		     pair++) {
			const yaml_node_t *key = yaml_file_node(file, pair->key);

			if (key->type != YAML_SCALAR_NODE || strcmp(yaml_text(key), member) != 0)
				continue;
			if (list)
				return yaml_fail(file, key, err, "'%s' appears twice; remove one",
						 member);
			list = yaml_file_node(file, pair->value);
		}
		if (!list)
			return yaml_fail(file, root, err, "no '%s:' here; write the list under it",
					 member);
	}
	if (list->type != YAML_SEQUENCE_NODE)
		return yaml_fail(file, list, err,
				 "expected a list of %s, found %s; import the file that holds the "
				 "list",
				 member, yaml_found(file, list));
	*ret_list = list;
	return 0;
}

/* Keeps the members beside the list that the format needs. */
static int yaml_keep_config(struct importer *im, struct yaml_file *file, struct err *err)
{
	const yaml_node_t *root = yaml_file_root(file);
	const yaml_node_pair_t *pair;

	if (root->type != YAML_MAPPING_NODE)
		return 0;
	im->config = json_object();
	for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_file_node(file, pair->key);
		json_t *value;

		for (size_t i = 0; i < im->n_config_names; i++) {
			if (key->type != YAML_SCALAR_NODE ||
			    strcmp(yaml_text(key), im->config_names[i]) != 0)
				continue;
			if (yaml_to_json(file, yaml_file_node(file, pair->value), &value, err) < 0)
				return -1;
			json_object_set_new(im->config, im->config_names[i], value);
		}
	}
	return 0;
}

static int yaml_each_item(struct importer *im, struct yaml_file *file, const char *member,
			  import_on_record *on_record, struct err *err)
{
	const yaml_node_t *list = NULL, *node;
	const yaml_node_item_t *item;
	json_t *record;
	int r = 0;

	if (!yaml_file_root(file))
		return 0;
	if (yaml_find_list(file, member, &list, err) < 0 || yaml_keep_config(im, file, err) < 0)
		return -1;
	for (item = list->data.sequence.items.start; item < list->data.sequence.items.top && r == 0;
	     item++) {
		node = yaml_file_node(file, *item);
		if (yaml_to_json(file, node, &record, err) < 0)
			return -1;
		r = on_record(im, record, node->start_mark.line + 1, err);
		json_decref(record);
	}
	return r;
}

int import_each_yaml(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err)
{
	struct yaml_file file = { .arena = im->arena,
				  .path = im->path,
				  .max_depth = IMPORT_YAML_DEPTH };
	int r = yaml_file_load(&file, im->data, im->n_bytes, err);

	if (r == 0)
		r = yaml_each_item(im, &file, member, on_record, err);
	yaml_file_release(&file);
	return r;
}

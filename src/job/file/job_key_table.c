/*
 * From a mapping to calls of the rows' setters.
 */
#include "job/file/job_key_table.h"

#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"

int keys_bad_value(const struct key_at *at, const yaml_node_t *node)
{
	return yaml_fail(at->file, node, at->err, "%s: expected %s, found %s; example: %s",
			 at->row->key, at->row->takes, yaml_found(at->file, node),
			 at->row->example);
}

const char *keys_one_line(const struct key_at *at, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0) {
		keys_bad_value(at, node);
		return NULL;
	}
	for (size_t i = 0; i < node->data.scalar.length; i++) {
		if (node->data.scalar.value[i] >= 0x20 && node->data.scalar.value[i] != 0x7F)
			continue;
		yaml_fail(at->file, node, at->err,
			  "%s: the text holds a line break or control character; write one line",
			  at->row->key);
		return NULL;
	}
	return yaml_copy(at->file, node);
}

static const struct key_row *keys_find_row(const struct key_row *rows, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

/* What people call a key that has another name here. */
static const char *const keys_other_names[][2] = {
	{ "threshold", "bar" },	       { "target", "bar" },
	{ "accuracy", "bar" },	       { "classes", "labels" },
	{ "categories", "labels" },    { "intents", "labels" },
	{ "data", "tickets" },	       { "dataset", "tickets" },
	{ "file", "tickets" },	       { "test", "tickets" },
	{ "train", "training" },       { "few_shot", "examples" },
	{ "shots", "examples" },       { "methods", "ways" },
	{ "confidence", "certainty" }, { "system", "prompt" },
	{ "instructions", "prompt" },  { "purpose", "use" },
	{ "limits", "budget" },	       { "name", "job" },
	{ "max_tokens", "tokens" },    { "timeout", "minutes" },
	{ "ram", "memory" },
};

/* The key that is meant, if it is one of the n names; or NULL. */
static const char *keys_meant(const char *key, const char *const *names, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(keys_other_names); i++)
		for (size_t k = 0; k < n; k++)
			if (strcasecmp(key, keys_other_names[i][0]) == 0 &&
			    strcmp(names[k], keys_other_names[i][1]) == 0)
				return names[k];
	return str_nearest(key, names, n);
}

static int keys_unknown_key(struct yaml_file *file, const yaml_node_t *node,
			    const struct key_row *rows, size_t n, struct err *err)
{
	const char *names[KEYS_MAX_ROWS], *near;
	const char *key = yaml_text(node);
	struct buf list;

	buf_init(&list, 1024);
	for (size_t i = 0; i < n; i++) {
		names[i] = rows[i].key;
		buf_add_item(&list, ", ", "%s", rows[i].key);
	}
	near = keys_meant(key, names, n);
	if (near)
		yaml_fail(file, node, err, "unknown key '%s'; did you mean '%s'?",
			  display_text(file->arena, key), near);
	else
		yaml_fail(file, node, err, "unknown key '%s'; the keys are %s",
			  display_text(file->arena, key), buf_text(&list));
	buf_release(&list);
	return -1;
}

static unsigned keys_kinds_of(const yaml_node_t *node)
{
	return node->type == YAML_SEQUENCE_NODE ? LIST :
	       node->type == YAML_MAPPING_NODE	? MAP :
						  LINE | TEXT;
}

/* Reads one "key: value" pair. `seen` holds the line of each row that was read, else 0. */
static int keys_read_pair(struct key_at *at, const yaml_node_t *key, const struct key_row *rows,
			  size_t n, size_t *seen)
{
	const struct key_row *row;

	if (key->type != YAML_SCALAR_NODE)
		return yaml_fail(at->file, key, at->err, "expected a key such as '%s', found %s",
				 rows[0].key, yaml_found(at->file, key));
	row = keys_find_row(rows, n, yaml_text(key));
	if (!row)
		return keys_unknown_key(at->file, key, rows, n, at->err);
	if (seen[row - rows])
		return yaml_fail(at->file, key, at->err,
				 "key '%s' is given twice (first on line %zu); remove one",
				 row->key, seen[row - rows]);
	seen[row - rows] = key->start_mark.line + 1;
	at->row = row;
	if (!(row->kinds & keys_kinds_of(at->value)))
		return keys_bad_value(at, at->value);
	at->line = NULL;
	if (row->kinds & keys_kinds_of(at->value) & LINE) {
		at->line = keys_one_line(at, at->value);
		if (!at->line)
			return -1;
	}
	return row->set(at);
}

int keys_read_keys(struct yaml_file *file, struct job *job, const yaml_node_t *map,
		   const struct key_row *rows, size_t n, struct err *err)
{
	size_t seen[KEYS_MAX_ROWS] = { 0 };
	struct key_at at = { .file = file, .job = job, .err = err };

	for (yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		at.value = yaml_file_node(file, pair->value);
		if (keys_read_pair(&at, yaml_file_node(file, pair->key), rows, n, seen) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if ((rows[i].kinds & REQUIRED) && !seen[i])
			return yaml_fail(file, map, err, "'%s' is missing; add for example '%s'",
					 rows[i].key, rows[i].example);
	return 0;
}

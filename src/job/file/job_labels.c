/*
 * Labels: names and descriptions. Decides which names are valid: a model must write a name letter
 * by letter, and people must be able to tell two names apart.
 */
#include "job/file/job_labels.h"

#include <string.h>

#include "job/file/label_key.h"

static int labels_check_name(const struct yaml_file *file, const yaml_node_t *node, struct err *err)
{
	const unsigned char *name = node->data.scalar.value;
	size_t n = node->data.scalar.length;

	if (n == 0)
		return yaml_fail(file, node, err, "labels: a label has no name; write one");
	if (n > JOB_MAX_LABEL_BYTES)
		return yaml_fail(file, node, err,
				 "labels: '%s' is too long: %zu bytes; the limit is %d",
				 yaml_display(file, node), n, JOB_MAX_LABEL_BYTES);
	for (size_t i = 0; i < n; i++)
		if (name[i] < 0x20 || name[i] == 0x7F)
			return yaml_fail(file, node, err,
					 "labels: '%s' holds a control character; remove it",
					 yaml_display(file, node));
	if (name[0] == ' ' || name[n - 1] == ' ')
		return yaml_fail(file, node, err,
				 "labels: '%s' begins or ends with a space; remove it",
				 yaml_display(file, node));
	if (!*label_key(file->arena, yaml_text(node)))
		return yaml_fail(file, node, err,
				 "labels: '%s' holds no character that shows; write a name",
				 label_show(file->arena, yaml_text(node)));
	return 0;
}

/* A reader, and often a model, would take two such labels for one. */
static int labels_check_twins(const struct yaml_file *file, const yaml_node_t *node,
			      const struct job *job, struct err *err)
{
	const char *name = yaml_text(node), *key = label_key(file->arena, name);

	for (size_t i = 0; i < job->n_labels; i++) {
		const char *other = job->labels[i].name;

		if (strcmp(name, other) == 0)
			return yaml_fail(file, node, err,
					 "labels: '%s' is listed twice; remove one",
					 yaml_display(file, node));
		if (strcmp(key, label_key(file->arena, other)) == 0)
			return yaml_fail(file, node, err, "labels: '%s' and '%s' %s; rename one",
					 label_show(file->arena, other),
					 label_show(file->arena, name),
					 label_difference(file->arena, other, name));
	}
	return 0;
}

/* The description as one line, or NULL if there is none. */
static const char *labels_one_line(struct arena *a, const yaml_node_t *node)
{
	const char *text = yaml_text(node);
	char *line;
	size_t len = 0;

	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (strcmp(text, "~") == 0 || strcmp(text, "null") == 0))
		return NULL;
	line = arena_alloc(a, node->data.scalar.length + 1);
	for (size_t i = 0; i < node->data.scalar.length; i++) {
		bool space = (unsigned char)text[i] <= ' ' || text[i] == 0x7F;

		if (!space)
			line[len++] = text[i];
		else if (len && line[len - 1] != ' ')
			line[len++] = ' ';
	}
	if (len && line[len - 1] == ' ')
		line[--len] = '\0';
	return len ? line : NULL;
}

static int labels_add_label(struct yaml_file *file, const yaml_node_t *name,
			    const yaml_node_t *text, struct job *job, struct err *err)
{
	struct label *label = &job->labels[job->n_labels];

	if (name->type != YAML_SCALAR_NODE)
		return yaml_fail(
			file, name, err,
			"labels: expected a name, found %s; write a list of names, or lines "
			"'name: description' without dashes",
			yaml_found(file, name));
	if (text && text->type != YAML_SCALAR_NODE)
		return yaml_fail(file, text, err,
				 "labels: expected the description of '%s' as text, found %s",
				 yaml_display(file, name), yaml_found(file, text));
	if (labels_check_name(file, name, err) < 0 || labels_check_twins(file, name, job, err) < 0)
		return -1;
	label->name = yaml_copy(file, name);
	label->description = text ? labels_one_line(file->arena, text) : NULL;
	job->n_labels++;
	return 0;
}

int job_labels_read(struct yaml_file *file, const yaml_node_t *node, struct job *job,
		    struct err *err)
{
	bool is_map = node->type == YAML_MAPPING_NODE;
	size_t n =
		is_map ? (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start) :
			 (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);

	if (n < 2 || n > JOB_MAX_LABELS)
		return yaml_fail(file, node, err, "labels: expected 2 to %d labels, found %zu",
				 JOB_MAX_LABELS, n);
	job->labels = arena_array(file->arena, n, sizeof(*job->labels));
	for (size_t i = 0; i < n; i++) {
		int name = is_map ? node->data.mapping.pairs.start[i].key :
				    node->data.sequence.items.start[i];
		const yaml_node_t *text =
			is_map ? yaml_file_node(file, node->data.mapping.pairs.start[i].value) :
				 NULL;

		if (labels_add_label(file, yaml_file_node(file, name), text, job, err) < 0)
			return -1;
	}
	return 0;
}

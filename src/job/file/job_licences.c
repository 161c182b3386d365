/*
 * What the user says about licences: which model has which. Only licences of the table count.
 */
#include "job/file/job_licences.h"

#include <string.h>

#include "base/str.h"
#include "job/licence/licence.h"

static int licences_check_pair(struct yaml_file *file, const yaml_node_t *model,
			       const yaml_node_t *licence, struct err *err)
{
	if (model->type != YAML_SCALAR_NODE || model->data.scalar.length == 0)
		return yaml_fail(file, model, err,
				 "licences: expected the name of a model, found %s; example: "
				 "licences: {model.gguf: apache-2.0}",
				 yaml_found(file, model));
	if (licence->type != YAML_SCALAR_NODE || licence->data.scalar.length == 0)
		return yaml_fail(file, licence, err,
				 "licences: expected the licence of '%s', found %s; example: "
				 "licences: {model.gguf: apache-2.0}",
				 yaml_display(file, model), yaml_found(file, licence));
	return 0;
}

static int licences_unknown_licence(struct yaml_file *file, const yaml_node_t *node,
				    struct err *err)
{
	const char *id = yaml_text(node), *near = licence_nearest(id);

	if (near)
		return yaml_fail(file, node, err,
				 "licences: unknown licence '%s'; did you mean '%s'?",
				 yaml_display(file, node), near);
	return yaml_fail(file, node, err,
			 "licences: unknown licence '%s'; choose one from docs/licences.md, or "
			 "'own-agreement' for a contract of your own",
			 yaml_display(file, node));
}

static int licences_add_word(struct yaml_file *file, const yaml_node_t *model,
			     const yaml_node_t *licence, struct job *job, struct err *err)
{
	struct licence_word *word = &job->licence_words[job->n_licence_words];
	const struct licence_row *row;

	if (licences_check_pair(file, model, licence, err) < 0)
		return -1;
	word->model = yaml_copy(file, model);
	for (size_t i = 0; i < job->n_licence_words; i++)
		if (strcmp(job->licence_words[i].model, word->model) == 0)
			return yaml_fail(file, model, err,
					 "licences: '%s' is listed twice; remove one",
					 yaml_display(file, model));
	row = licence_find(yaml_text(licence));
	if (!row)
		return licences_unknown_licence(file, licence, err);
	word->licence = row->id;
	job->n_licence_words++;
	return 0;
}

int job_licences_read(struct yaml_file *file, const yaml_node_t *node, struct job *job,
		      struct err *err)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	size_t n = (size_t)(node->data.mapping.pairs.top - pair);

	if (n > JOB_MAX_MODELS)
		return yaml_fail(file, node, err, "licences: %zu entries; at most %d fit", n,
				 JOB_MAX_MODELS);
	job->licence_words = arena_array(file->arena, n, sizeof(*job->licence_words));
	for (; pair < node->data.mapping.pairs.top; pair++)
		if (licences_add_word(file, yaml_file_node(file, pair->key),
				      yaml_file_node(file, pair->value), job, err) < 0)
			return -1;
	return 0;
}

/* Whether `name` is the file's name without its ending. */
static bool licences_is_label(const char *name, const char *file)
{
	size_t n = strlen(name);

	return strncmp(file, name, n) == 0 && (file[n] == '\0' || file[n] == '.' || file[n] == '-');
}

bool job_licence_names_model(const struct job *job, const struct licence_word *word)
{
	for (size_t i = 0; i < job->n_models; i++)
		if (strcmp(job->models[i], word->model) == 0 ||
		    licences_is_label(word->model, str_basename(job->models[i])))
			return true;
	return job->n_models == 0;
}

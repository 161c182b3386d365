/*
 * Prompts as text, from the job file or from files beside it. Decides which names a variant can
 * have: they are a part of candidates' names.
 */
#include "job/file/job_variants.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/file/job_prompt.h"

enum { VARIANT_NAME_MAX_BYTES = 32 };

const char job_variant_names[] = "1 to 32 of the characters a-z, 0-9, - and _";

/* The place of a byte that no prompt may hold, or n. */
static size_t variants_find_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') ||
		    text[i] == 0x7F)
			return i;
	return n;
}

static size_t variants_trimmed(const char *text, size_t n)
{
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	return n;
}

int job_prompt_read(struct yaml_file *file, const yaml_node_t *value, const char *key,
		    const char **ret_text, struct err *err)
{
	const char *text = yaml_text(value);
	size_t n = value->data.scalar.length;

	if (variants_find_control(text, n) < n)
		return yaml_fail(file, value, err,
				 "%s: the text holds a control character; remove it", key);
	n = variants_trimmed(text, n);
	if (n == 0)
		return yaml_fail(file, value, err,
				 "%s: the prompt is empty; write what the model is to do", key);
	*ret_text = arena_strndup(file->arena, text, n);
	return 0;
}

int job_prompt_take(struct arena *a, const char *text, size_t n, const char **ret_text,
		    struct err *err)
{
	if (str_utf8_error(text, n) >= 0 || variants_find_control(text, n) < n)
		return err_set(err, ERR_INPUT, "a prompt is UTF-8 text without control characters");
	n = variants_trimmed(text, n);
	if (n == 0)
		return err_set(err, ERR_INPUT,
			       "the prompt is empty; write what the model is to do");
	*ret_text = arena_strndup(a, text, n);
	return 0;
}

int job_variant_load(struct arena *a, const char *path, struct variant *ret_variant,
		     struct err *err)
{
	struct variant variant = { .name = str_basename(arena_strdup(a, path)) };
	char *text;
	size_t n;

	if (file_read(a, path, JOB_MAX_BYTES, &text, &n, err) < 0)
		return -1;
	if (job_prompt_take(a, text, n, &variant.pattern, err) < 0)
		return err_wrap(err, "%s", display_path(a, path));
	*ret_variant = variant;
	return 0;
}

bool job_variant_is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t n = strlen(name);

	return n > 0 && n <= VARIANT_NAME_MAX_BYTES && strspn(name, allowed) == n;
}

static int variants_check_name(const struct yaml_file *file, const yaml_node_t *node,
			       const struct job *job, struct err *err)
{
	const char *name = yaml_text(node);

	if (node->type != YAML_SCALAR_NODE || !job_variant_is_name(name))
		return yaml_fail(file, node, err, "variants: a name has %s, such as 'short'",
				 job_variant_names);
	for (size_t i = 0; i < job->n_variants; i++)
		if (strcmp(job->variants[i].name, name) == 0)
			return yaml_fail(file, node, err,
					 "variants: '%s' is listed twice; rename one", name);
	return 0;
}

/* {file: NAME} */
static int variants_read_file(struct yaml_file *file, const yaml_node_t *map, const struct job *job,
			      struct variant *variant, struct err *err)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	const yaml_node_t *value;

	if (map->data.mapping.pairs.top - pair != 1 ||
	    strcmp(yaml_text(yaml_file_node(file, pair->key)), "file") != 0)
		return yaml_fail(file, map, err,
				 "variants: expected a text or {file: NAME}, found %s",
				 yaml_found(file, map));
	value = yaml_file_node(file, pair->value);
	if (value->type != YAML_SCALAR_NODE)
		return yaml_fail(file, value, err, "variants: expected the name of a file");
	if (job_variant_load(file->arena, file_beside(file->arena, job->path, yaml_text(value)),
			     variant, err) < 0)
		return -1;
	variant->path = yaml_copy(file, value);
	return 0;
}

int job_variants_read(struct yaml_file *file, const yaml_node_t *map, struct job *job,
		      struct err *err)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	size_t n = (size_t)(map->data.mapping.pairs.top - pair);
	int r = 0;

	if (n == 0 || n > JOB_MAX_VARIANTS)
		return yaml_fail(file, map, err, "variants: expected 1 to %d prompts, found %zu",
				 JOB_MAX_VARIANTS, n);
	job->variants = arena_array(file->arena, n, sizeof(*job->variants));
	for (; pair < map->data.mapping.pairs.top && r == 0; pair++) {
		const yaml_node_t *name = yaml_file_node(file, pair->key);
		const yaml_node_t *value = yaml_file_node(file, pair->value);
		struct variant *variant = &job->variants[job->n_variants];

		if (variants_check_name(file, name, job, err) < 0)
			return -1;
		if (value->type == YAML_SCALAR_NODE)
			r = job_prompt_read(file, value, "variants", &variant->pattern, err);
		else if (value->type == YAML_MAPPING_NODE)
			r = variants_read_file(file, value, job, variant, err);
		else
			r = yaml_fail(file, value, err,
				      "variants: expected a text or {file: NAME}, found %s",
				      yaml_found(file, value));
		variant->name = yaml_copy(file, name);
		job->n_variants++;
	}
	return r;
}

int job_with_variant(struct arena *a, const struct job *job, const struct variant *variant,
		     struct job *ret_job, struct err *err)
{
	*ret_job = *job;
	if (!variant)
		return 0;
	ret_job->prompt_pattern = variant->pattern;
	ret_job->own_prompt = true;
	if (task_writes(ret_job->task))
		return task_set_prompt(a, ret_job, err);
	return job_prompt_fill(a, ret_job, PROMPT_AS_ASKED, false, &ret_job->prompt, err);
}

void job_prompts_hash(const struct job *job, char ret_hex[65])
{
	struct hash h;

	if (job->n_variants == 0 && !job->form) {
		hash_bytes(job->prompt, strlen(job->prompt), ret_hex);
		return;
	}
	hash_init(&h);
	hash_add_text(&h, job->prompt);
	hash_add_text(&h, job->form);
	for (size_t i = 0; i < job->n_variants; i++) {
		hash_add_text(&h, job->variants[i].name);
		hash_add_text(&h, job->variants[i].pattern);
	}
	hash_hex(&h, ret_hex);
}

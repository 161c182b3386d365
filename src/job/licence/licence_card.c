/*
 * Model cards of the Hugging Face Hub: README.md, whose front matter names the licence and the base
 * model (hub-docs, docs/hub/model-cards.md). The text is foreign: it is read up to a ceiling, and
 * front matter that is not plain YAML is ignored.
 */
#include "job/licence/licence_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "job/file/job_yaml.h"

enum { CARD_MAX_BYTES = 4 << 20, FRONT_MAX_BYTES = 64 << 10, CARD_YAML_DEPTH = 24 };

/* Finds the text between a first line "---" and the next one. Returns its length, or 0. */
static size_t card_front_matter(const char *text, size_t len, const char **ret_front)
{
	const char *end;

	if (len < 4 || memcmp(text, "---", 3) != 0 || (text[3] != '\n' && text[3] != '\r'))
		return 0;
	*ret_front = strchr(text, '\n');
	end = *ret_front ? strstr(*ret_front, "\n---") : NULL;
	if (!end || end - *ret_front > FRONT_MAX_BYTES)
		return 0;
	return (size_t)(end - *ret_front) + 1;
}

/* A scalar, or the first of a list of them; "" otherwise. */
static const char *card_text_of(struct yaml_file *file, const yaml_node_t *node)
{
	if (node && node->type == YAML_SEQUENCE_NODE &&
	    node->data.sequence.items.start < node->data.sequence.items.top)
		node = yaml_file_node(file, *node->data.sequence.items.start);
	return node && node->type == YAML_SCALAR_NODE ? yaml_text(node) : "";
}

static const char *card_field(struct yaml_file *file, const char *name)
{
	const yaml_node_t *root = yaml_file_root(file);
	const yaml_node_pair_t *pair;

	if (!root || root->type != YAML_MAPPING_NODE)
		return "";
	for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++)
		if (strcmp(card_text_of(file, yaml_file_node(file, pair->key)), name) == 0)
			return card_text_of(file, yaml_file_node(file, pair->value));
	return "";
}

static void card_keep(char *to, size_t size, const char *text)
{
	if (strlen(text) < size)
		snprintf(to, size, "%s", text);
}

void licence_card_read(struct arena *a, const struct model *model, struct licence_card *ret_card)
{
	const char *path = model->origin.card_path, *front, *licence;
	struct yaml_file file = { .arena = a, .path = path, .max_depth = CARD_YAML_DEPTH };
	struct err ignored;
	size_t len;
	char *text;

	*ret_card = (struct licence_card){ 0 };
	if (!path || file_read(a, path, CARD_MAX_BYTES, &text, &len, &ignored) < 0)
		return;
	len = card_front_matter(text, len, &front);
	if (len == 0 || str_utf8_error(front, len) >= 0)
		return;
	if (yaml_file_load(&file, front, len, &ignored) == 0) {
		licence = card_field(&file, "license");
		if (strcmp(licence, "other") == 0 && *card_field(&file, "license_name"))
			licence = card_field(&file, "license_name");
		card_keep(ret_card->licence, sizeof(ret_card->licence), licence);
		card_keep(ret_card->base_model, sizeof(ret_card->base_model),
			  card_field(&file, "base_model"));
	}
	yaml_file_release(&file);
}

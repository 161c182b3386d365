/*
 * Reads the files that PEFT saved in an adapter's folder. Decides when to warn that the adapter
 * would not work here as it did in training. The files are untrusted, so their size is limited.
 * Must not know how the engine applies an adapter.
 */
#include "job/model/adapter_beside.h"

#include <ctype.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json/json.h"

enum { CONFIG_MAX_BYTES = 1 << 20, TOKENIZER_MAX_BYTES = 16 << 20, TEMPLATE_MAX_BYTES = 1 << 20 };

static const char template_file[] = "chat_template.jinja";
static const char tokenizer_file[] = "tokenizer_config.json";

static json_t *beside_read_object(struct arena *a, const char *path, size_t max_bytes)
{
	struct err ignored;
	size_t len;
	char *text;

	if (file_read(a, path, max_bytes, &text, &len, &ignored) < 0)
		return NULL;
	return json_loadb(text, len, 0, NULL);
}

/* The chat template that was saved with the tokenizer, or NULL. */
static const char *beside_saved_template(struct arena *a, const char *adapter_path,
					 const char **ret_from)
{
	const char *path = file_beside(a, adapter_path, template_file);
	struct err ignored;
	json_t *config;
	char *text;
	size_t len;

	*ret_from = template_file;
	if (file_read(a, path, TEMPLATE_MAX_BYTES, &text, &len, &ignored) == 0)
		return text;
	*ret_from = tokenizer_file;
	config = beside_read_object(a, file_beside(a, adapter_path, tokenizer_file),
				    TOKENIZER_MAX_BYTES);
	text = NULL;
	if (json_is_string(json_object_get(config, "chat_template")))
		text = arena_strdup(a, json_string_value(json_object_get(config, "chat_template")));
	json_decref(config);
	return text;
}

/* Compares also with other numbers of line breaks at the end: editors and tools differ there. */
static bool beside_is_template(struct arena *a, const char *text, const char *sha256)
{
	size_t n = strlen(text);
	char hex[HASH_HEX_LEN + 1];
	const char *bare;

	hash_bytes(text, n, hex);
	if (strcmp(hex, sha256) == 0)
		return true;
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	bare = arena_printf(a, "%.*s\n", (int)n, text);
	for (size_t more = 0; more < 2; more++) {
		hash_bytes(bare, n + more, hex);
		if (strcmp(hex, sha256) == 0)
			return true;
	}
	return false;
}

size_t adapter_doubts(struct arena *a, const struct model *model, const struct model *adapter,
		      const char *ret_doubts[ADAPTER_MOST_DOUBTS])
{
	json_t *config = beside_read_object(a, file_beside(a, adapter->path, "adapter_config.json"),
					    CONFIG_MAX_BYTES);
	const char *name = display_text(a, adapter->label), *text, *from;
	size_t n = 0;

	if (!config)
		return 0;
	text = beside_saved_template(a, adapter->path, &from);
	if (text && *text && model->has_facts &&
	    !beside_is_template(a, text, model->facts.template_sha256))
		ret_doubts[n++] = arena_printf(
			a,
			"the chat template beside the adapter '%s' (%s) is not the model's, which "
			"is used: the adapter may have been trained with other turns",
			name, from);
	if (json_is_true(json_object_get(config, "use_rslora")))
		ret_doubts[n++] = arena_printf(
			a,
			"the adapter '%s' was trained with rsLoRA (adapter_config.json beside it), "
			"and a GGUF file cannot store that scale: the adapter is too weak unless "
			"lora_alpha was multiplied by the square root of the rank before the "
			"conversion",
			name);
	json_decref(config);
	return n;
}

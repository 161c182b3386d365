/*
 * Reads Ollama's store (manifest/paths.go, types/model/name.go of github.com/ollama/ollama):
 *   manifests/HOST/NAMESPACE/MODEL/TAG   JSON: layers, each a media type, a digest and a size
 *   blobs/sha256-HEX                     the layers' bytes
 * A manifest is untrusted: a digest must be "sha256:" and 64 hex digits, and a blob must have the
 * size that the manifest states. model_hash() verifies its bytes.
 */
#include <jansson.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/places_rows.h"

#define MEDIA_START "application/vnd.ollama.image."
#define DEFAULT_HOST "registry.ollama.ai"
#define DEFAULT_NAMESPACE "library"

enum { MANIFEST_MAX_BYTES = 1 << 20, CONFIG_MAX_BYTES = 1 << 20, MAX_LAYERS = 256 };
enum { NAME_PARTS = 4, PART_MAX_CHARS = 350 };

/* A layer whose digest and size are valid. */
struct layer {
	const char *path, *sha256;
	int64_t size_bytes;
};

static bool ollama_is_name_part(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.:";
	size_t n = strlen(text);

	return n > 0 && n <= PART_MAX_CHARS && strspn(text, allowed) == n && *text != '.' &&
	       *text != '-' && *text != ':';
}

/* The name from HOST, NAMESPACE, MODEL and TAG, without the defaults that Ollama omits. */
static const char *ollama_name_of(struct arena *a, const char *const parts[NAME_PARTS])
{
	const char *before = "";

	if (strcmp(parts[0], DEFAULT_HOST) != 0)
		before = arena_printf(a, "%s/%s/", parts[0], parts[1]);
	else if (strcmp(parts[1], DEFAULT_NAMESPACE) != 0)
		before = arena_printf(a, "%s/", parts[1]);
	return arena_printf(a, "%s%s:%s", before, parts[2], parts[3]);
}

const char *place_ollama_page(struct arena *a, const char *text)
{
	static const char *const starts[] = { "https://", "http://", "www.", "ollama.com/library/",
					      "registry.ollama.ai/library/" };
	const char *name = text;

	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		if (strncasecmp(name, starts[i], strlen(starts[i])) != 0)
			continue;
		name += strlen(starts[i]);
		if (i >= 3)
			return arena_printf(a, "ollama:%.*s", (int)strcspn(name, "?#/"), name);
	}
	return text;
}

const char *place_ollama_name(struct arena *a, const char *spec)
{
	const char *parts[NAME_PARTS] = { DEFAULT_HOST, DEFAULT_NAMESPACE, NULL, "latest" };
	char *text = arena_strdup(a, spec), *tag, *slash;

	slash = strrchr(text, '/');
	tag = strchr(slash ? slash : text, ':');
	if (tag) {
		*tag = '\0';
		parts[3] = tag + 1;
	}
	for (int i = 2; i >= 0 && text; i--) {
		slash = strrchr(text, '/');
		parts[i] = slash ? slash + 1 : text;
		if (slash)
			*slash = '\0';
		else
			text = NULL;
	}
	if (text)
		return NULL;
	for (int i = 0; i < NAME_PARTS; i++)
		if (!ollama_is_name_part(parts[i]))
			return NULL;
	return arena_printf(a, "ollama:%s", ollama_name_of(a, parts));
}

/* Fills the layer and returns NULL, or returns the problem. */
static const char *ollama_read_layer(struct arena *a, const char *root, const json_t *json,
				     struct layer *ret_layer)
{
	const char *digest = json_string_value(json_object_get(json, "digest"));
	const json_t *size = json_object_get(json, "size");

	if (!digest || !str_starts(digest, "sha256:") ||
	    !hash_is_hex(digest + strlen("sha256:"), HASH_HEX_LEN))
		return "its manifest has an invalid digest; get it again with Ollama";
	if (!json_is_integer(size) || json_integer_value(size) < 0)
		return "its manifest has a layer without a size; get it again with Ollama";
	ret_layer->sha256 = arena_strdup(a, digest + strlen("sha256:"));
	ret_layer->path = arena_printf(a, "%s/blobs/sha256-%s", root, ret_layer->sha256);
	ret_layer->size_bytes = json_integer_value(size);
	return NULL;
}

/* Returns the problem if the blob is not as the manifest says, else NULL. */
static const char *ollama_check_blob(struct arena *a, const struct layer *layer)
{
	struct stat st;

	if (stat(layer->path, &st) < 0 || !S_ISREG(st.st_mode))
		return arena_printf(a,
				    "its blob sha256-%.12s is missing: the download is incomplete, "
				    "or the blob was deleted; get it again with Ollama",
				    layer->sha256);
	if (st.st_size != layer->size_bytes)
		return arena_printf(a,
				    "its blob sha256-%.12s has %lld bytes, but its manifest says "
				    "%lld; get it again with Ollama",
				    layer->sha256, (long long)st.st_size,
				    (long long)layer->size_bytes);
	return NULL;
}

/* Why a manifest has no weights. The configuration of a cloud model says where it runs. */
static const char *ollama_no_weights(struct arena *a, const char *root, const json_t *manifest)
{
	struct layer layer;
	const char *host = NULL, *remote = NULL;
	struct err unused;
	json_t *config = NULL;
	char *text;
	size_t len;

	if (!ollama_read_layer(a, root, json_object_get(manifest, "config"), &layer) &&
	    file_read(a, layer.path, CONFIG_MAX_BYTES, &text, &len, &unused) == 0)
		config = json_loadb(text, len, 0, NULL);
	host = json_string_value(json_object_get(config, "remote_host"));
	remote = json_string_value(json_object_get(config, "remote_model"));
	if (host || remote)
		text = arena_printf(a,
				    "it is a cloud model: it runs as '%s' on %s, not on this "
				    "machine",
				    display_text(a, remote ? remote : "?"),
				    display_text(a, host ? host : "another machine"));
	else
		text = arena_strdup(a, "its manifest names no GGUF weights: it is a cloud model, "
				       "or a kind that only Ollama can read");
	json_decref(config);
	return text;
}

static const char *ollama_add_extra(struct place_item *item, const struct layer *layer)
{
	if (item->n_extras == PLACE_MAX_EXTRAS)
		return "its manifest has more adapters and projectors than a model can have";
	item->extras_sha256[item->n_extras] = layer->sha256;
	item->extras[item->n_extras++] = layer->path;
	return NULL;
}

/* Adds a layer to the item by its media type. Returns NULL, or the problem. */
static const char *ollama_take_layer(struct arena *a, const char *root, const json_t *json,
				     struct place_item *item)
{
	const char *media = json_string_value(json_object_get(json, "mediaType")), *kind, *wrong;
	bool is_model, is_extra;
	struct layer layer;

	if (!media || !str_starts(media, MEDIA_START))
		return NULL;
	kind = media + strlen(MEDIA_START);
	is_model = strcmp(kind, "model") == 0;
	is_extra = strcmp(kind, "adapter") == 0 || strcmp(kind, "projector") == 0;
	if (!is_model && !is_extra && (strcmp(kind, "license") != 0 || item->licence_path))
		return NULL;
	wrong = ollama_read_layer(a, root, json, &layer);
	if (!is_model && !is_extra) {
		if (!wrong && !ollama_check_blob(a, &layer))
			item->licence_path = layer.path;
		return NULL;
	}
	wrong = wrong ? wrong : ollama_check_blob(a, &layer);
	if (wrong)
		return wrong;
	if (is_extra)
		return ollama_add_extra(item, &layer);
	if (*item->path)
		return "its manifest names several files of weights, which only Ollama can join";
	item->path = layer.path;
	item->stated_sha256 = layer.sha256;
	return NULL;
}

void place_read_manifest(struct arena *a, const char *root, const char *text, size_t n_bytes,
			 struct place_item *item)
{
	json_t *manifest = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	const json_t *layers = json_object_get(manifest, "layers");

	if (!json_is_object(manifest) ||
	    (layers && !json_is_array(layers) && !json_is_null(layers)))
		item->problem = "its manifest is damaged; get it again with Ollama";
	else if (json_array_size(layers) > MAX_LAYERS)
		item->problem = "its manifest has more layers than a model can have";
	for (size_t i = 0; i < json_array_size(layers) && !item->problem; i++)
		item->problem = ollama_take_layer(a, root, json_array_get(layers, i), item);
	if (!item->problem && !*item->path)
		item->problem = ollama_no_weights(a, root, manifest);
	if (item->problem) {
		item->path = item->stated_sha256 = "";
		item->n_extras = 0;
	}
	json_decref(manifest);
}

static void ollama_read_tag(struct place_list *list, const char *store, const char *root,
			    const char *const parts[NAME_PARTS])
{
	struct arena *a = list->arena;
	const char *path = arena_printf(a, "%s/manifests/%s/%s/%s/%s", root, parts[0], parts[1],
					parts[2], parts[3]);
	char digest[HASH_HEX_LEN + 1], *text;
	struct place_item *item;
	struct stat st;
	struct err err;
	size_t len;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	item = place_add(list, store);
	if (!item)
		return;
	item->label = item->file = ollama_name_of(a, parts);
	item->name = item->base = arena_printf(a, "ollama:%s", item->label);
	if (file_read(a, path, MANIFEST_MAX_BYTES, &text, &len, &err) < 0) {
		item->problem = arena_printf(a, "its manifest cannot be read: %s", err.msg);
		return;
	}
	hash_bytes(text, len, digest);
	item->digest = arena_printf(a, "sha256:%s", digest);
	place_read_manifest(a, root, text, len, item);
}

/* HOST, NAMESPACE and MODEL are folders, TAG is a file. */
static void ollama_read_level(struct place_list *list, const char *store, const char *root,
			      const char *dir, const char *parts[NAME_PARTS], int level)
{
	struct arena *a = list->arena;
	size_t n;
	char **names = place_names(a, dir, &n);

	for (size_t i = 0; i < n && !list->cut; i++) {
		const char *path = arena_printf(a, "%s/%s", dir, names[i]);

		if (!ollama_is_name_part(names[i]))
			continue;
		parts[level] = names[i];
		if (level == NAME_PARTS - 1)
			ollama_read_tag(list, store, root, parts);
		else if (place_is_dir(path))
			ollama_read_level(list, store, root, path, parts, level + 1);
	}
}

void place_read_ollama(struct place_list *list, const char *store, const char *root)
{
	const char *parts[NAME_PARTS] = { "", "", "", "" };

	ollama_read_level(list, store, root, arena_printf(list->arena, "%s/manifests", root), parts,
			  0);
}

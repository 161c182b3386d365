/*
 * Reads the answers of the two APIs: the file list of a repository, the manifest of a model.
 * Decides what may pass for a name, a size or a checksum, and refuses everything else.
 */
#include "pull/pull_answer.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "pull/pull_name.h"

enum { MAX_FILES = 200000, MAX_BLOBS = 1000 };
static const int64_t max_file_bytes = (int64_t)1 << PULL_MAX_FILE_BYTES_LOG2;

/* The object in the text. Duplicate keys are refused: readers differ on which one counts. */
static json_t *answer_load(const char *text, size_t len, const char *what, struct err *err)
{
	json_error_t why;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (!root) {
		err_set(err, ERR_INPUT,
			"the server's %s is not JSON (line %d); is this the right address?", what,
			why.line);
	} else if (!json_is_object(root)) {
		err_set(err, ERR_INPUT, "the server's %s is not a JSON object", what);
		json_decref(root);
		root = NULL;
	}
	return root;
}

static const char *answer_text_of(struct arena *a, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const json_t *first = json_is_array(value) ? json_array_get(value, 0) : value;

	return json_is_string(first) ? arena_strdup(a, json_string_value(first)) : "";
}

static int64_t answer_size_of(const json_t *object)
{
	const json_t *size = json_object_get(object, "size");

	return json_is_integer(size) ? json_integer_value(size) : -1;
}

/* ---- Hugging Face */

/* LFS files have the sha256 of their content, the others git's own checksum. */
static int answer_read_file(struct arena *a, const json_t *item, struct pull_file *f,
			    struct err *err)
{
	const json_t *lfs = json_object_get(item, "lfs");
	const char *sha256 = json_string_value(json_object_get(lfs, "sha256"));
	const char *sha1 = json_string_value(json_object_get(item, "blobId"));

	f->media = "";
	f->size_bytes = answer_size_of(json_is_object(lfs) ? lfs : item);
	if (f->size_bytes < -1 || f->size_bytes > max_file_bytes)
		return err_set(err, ERR_INPUT, "the server states an impossible size for '%s'",
			       display_text(a, f->name));
	if (json_is_object(lfs)) {
		if (!hash_is_hex(sha256, HASH_HEX_LEN))
			return err_set(err, ERR_INPUT,
				       "the server states a malformed sha256 for '%s'",
				       display_text(a, f->name));
		memcpy(f->sha256, sha256, HASH_HEX_LEN + 1);
	} else if (sha1) {
		if (!hash_is_hex(sha1, PULL_GIT_HEX_LEN))
			return err_set(err, ERR_INPUT,
				       "the server states a malformed git checksum for '%s'",
				       display_text(a, f->name));
		memcpy(f->git_sha1, sha1, PULL_GIT_HEX_LEN + 1);
	}
	return 0;
}

static int answer_read_files(struct arena *a, const json_t *list, struct pull_listing *l,
			     struct err *err)
{
	size_t n = json_array_size(list);

	if (n > MAX_FILES)
		return err_set(err, ERR_INPUT, "the server lists %zu files; at most %d are read", n,
			       MAX_FILES);
	l->files = arena_array(a, n, sizeof(*l->files));
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		struct pull_file *f = &l->files[l->n_files];
		const char *name = json_string_value(json_object_get(item, "rfilename"));

		if (!name || !pull_path_is_safe(name)) {
			l->n_unsafe++;
			continue;
		}
		f->name = arena_strdup(a, name);
		if (answer_read_file(a, item, f, err) < 0)
			return -1;
		l->n_files++;
	}
	return 0;
}

/* The card's licence. Older answers have it only as a tag. */
static void answer_read_card(struct arena *a, const json_t *root, struct pull_listing *l)
{
	static const char tag[] = "license:";
	const json_t *card = json_object_get(root, "cardData");
	const json_t *tags = json_object_get(root, "tags");

	l->licence = answer_text_of(a, card, "license");
	l->licence_name = answer_text_of(a, card, "license_name");
	l->licence_link = answer_text_of(a, card, "license_link");
	for (size_t i = 0; !*l->licence && i < json_array_size(tags); i++) {
		const char *text = json_string_value(json_array_get(tags, i));

		if (text && str_starts(text, tag))
			l->licence = arena_strdup(a, text + strlen(tag));
	}
}

int pull_listing_read(struct arena *a, const char *text, size_t len,
		      struct pull_listing *ret_listing, struct err *err)
{
	json_t *root = answer_load(text, len, "file list", err);
	const char *commit = json_string_value(json_object_get(root, "sha"));
	const json_t *list = json_object_get(root, "siblings");
	struct pull_listing l = { 0 };
	int r = -1;

	if (!root)
		return -1;
	if (!hash_is_hex(commit, PULL_GIT_HEX_LEN)) {
		err_set(err, ERR_INPUT, "the server's file list names no commit");
	} else if (!json_is_array(list)) {
		err_set(err, ERR_INPUT, "the server's file list holds no files");
	} else {
		memcpy(l.commit, commit, PULL_GIT_HEX_LEN + 1);
		answer_read_card(a, root, &l);
		r = answer_read_files(a, list, &l, err);
	}
	json_decref(root);
	if (r == 0)
		*ret_listing = l;
	return r;
}

const struct pull_file *pull_listing_find(const struct pull_listing *listing, const char *name)
{
	for (size_t i = 0; i < listing->n_files; i++)
		if (strcmp(listing->files[i].name, name) == 0)
			return &listing->files[i];
	return NULL;
}

const char *pull_listing_near(struct arena *a, const struct pull_listing *listing, const char *name)
{
	const char **names = arena_array(a, listing->n_files, sizeof(*names));
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < listing->n_files; i++)
		if (str_ends(listing->files[i].name, ".gguf"))
			names[n++] = listing->files[i].name;
	near = str_nearest(name, names, n);
	for (size_t i = 0; !near && i < n; i++)
		if (strcasecmp(names[i], name) == 0)
			near = names[i];
	return near || n == 0 ? near : names[0];
}

bool pull_is_licence_file(const struct pull_file *file)
{
	static const char *const starts[] = { "LICENSE", "LICENCE", "COPYING", "NOTICE",
					      "README.md" };

	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (!strchr(file->name, '/') &&
		    strncasecmp(file->name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* ---- Ollama */

static int answer_read_blob(struct arena *a, const json_t *item, struct pull_file *f,
			    struct err *err)
{
	static const char start[] = "sha256:";
	const char *digest = json_string_value(json_object_get(item, "digest"));

	if (!digest || !str_starts(digest, start) ||
	    !hash_is_hex(digest + strlen(start), HASH_HEX_LEN))
		return err_set(err, ERR_INPUT,
			       "the manifest holds a digest that is not a sha256: '%s'; nothing "
			       "was fetched",
			       display_text(a, digest ? digest : ""));
	f->name = arena_strdup(a, digest);
	f->media = answer_text_of(a, item, "mediaType");
	f->size_bytes = answer_size_of(item);
	if (f->size_bytes < 0 || f->size_bytes > max_file_bytes)
		return err_set(err, ERR_INPUT, "the manifest states an impossible size for %s",
			       digest);
	memcpy(f->sha256, digest + strlen(start), HASH_HEX_LEN + 1);
	return 0;
}

static int answer_read_blobs(struct arena *a, const json_t *root, struct pull_file **ret_blobs,
			     size_t *ret_n, struct err *err)
{
	const json_t *config = json_object_get(root, "config");
	const json_t *layers = json_object_get(root, "layers");
	size_t n = json_array_size(layers);
	struct pull_file *blobs;

	if (!json_is_object(config) || n == 0 || n >= MAX_BLOBS)
		return err_set(
			err, ERR_INPUT, "the server's manifest is not that of a model: it %s",
			n >= MAX_BLOBS ? "has too many layers" : "has no config or no layers");
	blobs = arena_array(a, n + 1, sizeof(*blobs));
	if (answer_read_blob(a, config, &blobs[0], err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (answer_read_blob(a, json_array_get(layers, i), &blobs[i + 1], err) < 0)
			return -1;
	*ret_blobs = blobs;
	*ret_n = n + 1;
	return 0;
}

int pull_manifest_read(struct arena *a, const char *text, size_t len, struct pull_file **ret_blobs,
		       size_t *ret_n, struct err *err)
{
	json_t *root = answer_load(text, len, "manifest", err);
	int r;

	if (!root)
		return -1;
	r = answer_read_blobs(a, root, ret_blobs, ret_n, err);
	json_decref(root);
	return r;
}

/* ---- headers */

bool pull_range_read(const char *text, int64_t *ret_first, int64_t *ret_total)
{
	static const char unit[] = "bytes ";
	size_t n_first, n_last;
	int64_t first, last, total = -1;
	char number[24];

	if (!text || strncasecmp(text, unit, strlen(unit)) != 0)
		return false;
	text += strlen(unit);
	n_first = strspn(text, "0123456789");
	n_last = text[n_first] == '-' ? strspn(text + n_first + 1, "0123456789") : 0;
	if (n_first >= sizeof(number) || n_last >= sizeof(number))
		return false;
	memcpy(number, text, n_first);
	number[n_first] = '\0';
	if (!str_to_i64(number, 0, INT64_MAX, &first))
		return false;
	memcpy(number, text + n_first + 1, n_last);
	number[n_last] = '\0';
	text += n_first + 1 + n_last;
	if (!str_to_i64(number, first, INT64_MAX, &last) || *text++ != '/')
		return false;
	if (strcmp(text, "*") != 0 && (!str_to_i64(text, 0, INT64_MAX, &total) || total <= last))
		return false;
	*ret_first = first;
	*ret_total = total;
	return true;
}

bool pull_etag_is_strong(const char *etag)
{
	size_t n = etag ? strlen(etag) : 0;

	if (n < 3 || n > 512 || etag[0] != '"' || etag[n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < n; i++)
		if (etag[i] <= ' ' || etag[i] == '"' || etag[i] == 0x7f)
			return false;
	return true;
}

void pull_etag_to_sum(const char *etag, struct pull_file *file)
{
	char inner[HASH_HEX_LEN + 1];
	size_t n;

	if (!etag)
		return;
	if (str_starts(etag, "W/"))
		etag += 2;
	if (*etag == '"')
		etag++;
	n = strcspn(etag, "\"");
	if (n > HASH_HEX_LEN)
		return;
	memcpy(inner, etag, n);
	inner[n] = '\0';
	if (hash_is_hex(inner, HASH_HEX_LEN))
		memcpy(file->sha256, inner, n + 1);
	else if (hash_is_hex(inner, PULL_GIT_HEX_LEN))
		memcpy(file->git_sha1, inner, n + 1);
}

/*
 * What model servers answer, as plain values: the file list of a Hugging Face repository, the
 * manifest of an Ollama model, a few HTTP headers. Everything from a server is hostile: names,
 * sizes and checksums are checked here before anyone uses them. Pure functions.
 */
#ifndef PULL_PULL_ANSWER_H
#define PULL_PULL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { PULL_GIT_HEX_LEN = 40, PULL_MAX_FILE_BYTES_LOG2 = 50 };

/* A file as a server states it. Checksums are "" if it states none. */
struct pull_file {
	const char *name; /* its path in the repository; at Ollama the digest */
	const char *media; /* Ollama: the layer's media type; "" at Hugging Face */
	int64_t size_bytes; /* -1: not stated */
	char sha256[HASH_HEX_LEN + 1];
	char git_sha1[PULL_GIT_HEX_LEN + 1]; /* of "blob SIZE\0" and the content */
};

/* A revision of a Hugging Face repository. */
struct pull_listing {
	char commit[PULL_GIT_HEX_LEN + 1];
	const char *licence, *licence_name, *licence_link; /* of the model card, "" if absent */
	struct pull_file *files; /* those with a safe name */
	size_t n_files;
	size_t n_unsafe; /* files left out because their name is unsafe */
};

/* Reads the answer to GET /api/models/ORG/REPO/revision/REVISION?blobs=true. ERR_INPUT. */
int pull_listing_read(struct arena *a, const char *text, size_t len,
		      struct pull_listing *ret_listing, struct err *err) MUST_USE;

/* The file of that name, or NULL. */
const struct pull_file *pull_listing_find(const struct pull_listing *listing, const char *name);

/* The model file whose name is most like `name`, or NULL if there is no model file. */
const char *pull_listing_near(struct arena *a, const struct pull_listing *listing,
			      const char *name);

/* Is this file a licence or a model card, and so worth fetching with the model? */
bool pull_is_licence_file(const struct pull_file *file);

/*
 * Reads the manifest of an Ollama model (OCI image manifest, schema 2): the config, then all
 * layers. Each has a size and a digest "sha256:HEX", which is its file's name. ERR_INPUT.
 */
int pull_manifest_read(struct arena *a, const char *text, size_t len, struct pull_file **ret_blobs,
		       size_t *ret_n, struct err *err) MUST_USE;

#define PULL_MEDIA_MODEL "application/vnd.ollama.image.model"
#define PULL_MEDIA_LICENCE "application/vnd.ollama.image.license"

/*
 * Reads "bytes 100-199/1000" (RFC 9110, 14.4); the total is -1 for '*'. False if `text` has
 * another form.
 */
bool pull_range_read(const char *text, int64_t *ret_first, int64_t *ret_total);

/* Is this a strong entity tag? Only those may stand in If-Range. NULL and odd ones are not. */
bool pull_etag_is_strong(const char *etag);

/* Fills the checksum of `file` if the entity tag is one: 64 or 40 hex digits, quoted or weak. */
void pull_etag_to_sum(const char *etag, struct pull_file *file);

#endif

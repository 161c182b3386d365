/*
 * What `pull` is asked for, and what servers of models answer, as plain values: names, the file
 * list of a Hugging Face repository, the manifest of an Ollama model, a few HTTP headers.
 * Everything that comes from a server is hostile here: names, sizes and sums are checked before
 * anybody may use them. Pure functions: nothing is opened, asked or written.
 */
#ifndef PULL_PULL_VALUES_H
#define PULL_PULL_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/url.h"

enum { PULL_GIT_HEX_LEN = 40, PULL_MAX_FILE_BYTES_LOG2 = 50 };

enum pull_place { PULL_HUGGING_FACE, PULL_OLLAMA };

/* What the user asked for. */
struct pull_name {
	enum pull_place place;
	const char *text; /* "hf:ORG/REPO/FILE[@REVISION]", "ollama:NAME:TAG": for the job file */
	/* Hugging Face; NULL for Ollama. */
	const char *org, *repo, *file, *revision; /* "main" where none was named */
	/* Ollama; NULL for Hugging Face. */
	const char *host, *space, *model, *tag; /* "registry.ollama.ai", "library", ..., "latest" */
};

/*
 * `hf:ORG/REPO/FILE[@REVISION]` or `ollama:[HOST/][NAMESPACE/]NAME[:TAG]`; everything is owned by
 * the arena. Fails with ERR_INPUT, in words that say what is expected.
 */
int pull_name_parse(struct arena *a, const char *text, struct pull_name *ret_name,
		    struct err *err) MUST_USE;

/*
 * Whether a name from outside may become a path below a folder of ours: relative, no part that is
 * empty, "." or "..", no control character, no backslash, well-formed UTF-8, of bounded length.
 */
bool pull_path_is_safe(const char *path);

/* All files of a split model ("-00002-of-00003.gguf"), in order; or the one file. */
void pull_parts(struct arena *a, const char *file, const char ***ret_files, size_t *ret_n);

/* A file as a server states it. Sums are "" where it states none. */
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
	const char *licence, *licence_name, *licence_link; /* of the model card, "" where absent */
	struct pull_file *files; /* those with a safe name */
	size_t n_files;
	size_t n_unsafe; /* left out */
};

/* The answer to GET /api/models/ORG/REPO/revision/REVISION?blobs=true. ERR_INPUT. */
int pull_listing_read(struct arena *a, const char *text, size_t len,
		      struct pull_listing *ret_listing, struct err *err) MUST_USE;

/* NULL where the repository has no such file. */
const struct pull_file *pull_listing_find(const struct pull_listing *listing, const char *name);

/* The model file that is named most like `name`, or NULL. */
const char *pull_listing_near(struct arena *a, const struct pull_listing *listing,
			      const char *name);

/* Whether a licence or a model card stands in this file: worth fetching with the model. */
bool pull_is_licence_file(const struct pull_file *file);

/*
 * The manifest of an Ollama model (OCI image manifest, schema 2): the config, then all layers.
 * Each has a digest "sha256:HEX", which is its file's name, and a size. ERR_INPUT.
 */
int pull_manifest_read(struct arena *a, const char *text, size_t len, struct pull_file **ret_blobs,
		       size_t *ret_n, struct err *err) MUST_USE;

#define PULL_MEDIA_MODEL "application/vnd.ollama.image.model"
#define PULL_MEDIA_LICENCE "application/vnd.ollama.image.license"

/*
 * An address that a server gave or that we made, in parts. Strict: what url_parse() takes, and a
 * query of graphic ASCII; no fragment. So no two readers can disagree on which host is meant.
 */
int pull_link_read(struct arena *a, const char *link, struct url *ret_url,
		   struct err *err) MUST_USE;

/*
 * May this link be asked? Plain http only on this machine, or at `plain_origin` ("" for none):
 * the address that the user named himself. ERR_REFUSED.
 */
int pull_link_may_ask(const struct url *url, const char *plain_origin, struct err *err) MUST_USE;

/* May a redirect lead from one to the other? Never from https to http. ERR_REFUSED. */
int pull_link_may_follow(const struct url *from, const struct url *to, const char *plain_origin,
			 struct err *err) MUST_USE;

/* `text` with everything escaped that may not stand in a path; '/' stays. */
const char *pull_link_escape(struct arena *a, const char *text);

/* "bytes 100-199/1000" (RFC 9110, 14.4); the total is -1 for '*'. False where it is not that. */
bool pull_range_read(const char *text, int64_t *ret_first, int64_t *ret_total);

/* A strong entity tag, which alone may stand in If-Range; weak, missing or odd ones are not. */
bool pull_etag_is_strong(const char *etag);

/* Fills the sum of `file` that an entity tag is: 64 hex digits or 40, quoted or weak. */
void pull_etag_to_sum(const char *etag, struct pull_file *file);

#endif

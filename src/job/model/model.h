/*
 * A model as a file with an identity: the sha256 of its bytes, and what its header says.
 * The header is read by a sandboxed worker (work/), never here; what it said is cached by the
 * file's device, inode, size and mtime, with the hash, because both cost time. Facts are
 * known only to the worker and CPU that read them: what a model needs depends on both.
 */
#ifndef JOB_MODEL_MODEL_H
#define JOB_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/member.h"
#include "base/names.h"

/*
 * ENGINE_BASELINE: no language model; the controller itself answers (judge/baseline.h).
 * ENGINE_HTTP: a server that the user named holds the weights; the program never sees them.
 */
#define ENGINES(X) \
	X(ENGINE_LLAMA, "llama") \
	X(ENGINE_SCRIPT, "script") \
	X(ENGINE_BASELINE, "baseline") \
	X(ENGINE_HTTP, "http")

enum engine_kind { ENGINES(NAMES_CONSTANT) };

extern const struct names engine_names;

const char *engine_kind_name(enum engine_kind engine);

enum { MODEL_TEXT_MAX = 256 };

/* What a model's header says of itself: untrusted text, shown only through str_printable(). */
struct model_facts {
#define MEMBER MEMBER_DECLARE
#include "job/model/facts.def"
};

/* Only a KIND_MODEL can answer; the others go with one, or cannot be used. */
#define MODEL_KIND_MODEL "model"
#define MODEL_KIND_ENCODER "encoder" /* embeds or classifies: cannot write */
#define MODEL_KIND_PROJECTOR "projector" /* turns images into what a model reads (mmproj) */
#define MODEL_KIND_ADAPTER "adapter" /* LoRA: changes to a model's weights */
#define MODEL_KIND_VOCABULARY "vocabulary" /* no weights at all */

/* Why a file of this kind cannot answer by itself, in words; NULL for a model. */
const char *model_refusal(struct arena *a, const struct model_facts *facts);

/* Tokens of one physical batch; scratch space grows with them. */
enum { MODEL_UBATCH_TOK = 512 };

/* A further file that belongs to a candidate's identity. */
struct model_file {
	const char *path; /* NULL where there is none */
	struct file_stamp stamp;
	char sha256[65]; /* "" until hashed */
	int64_t image_tok; /* of a projector, as in model_facts */
};

/* Where a model was found, in the words of the place itself. Texts are "" where it has none. */
struct model_origin {
	const char
		*store; /* "file", "hugging face", "llama.cpp", "ollama", "lm studio", "server" */
	const char *name; /* "hf:ORG/REPO/FILE@REVISION", "ollama:llama3.2:1b" */
	const char *digest; /* of the place's own: Ollama's manifest, a commit */
	const char *licence_path; /* a licence text that the place keeps with the model; or NULL */
	const char *card_path; /* a model card that it keeps (README.md); or NULL */
	const char *stated_sha256; /* of the file, as the place states it, unverified; or NULL */
};

struct model {
	const char *spec; /* as the user wrote it */
	const char *path; /* the file; of a split model, its first part */
	const char *label; /* short name for tables: file name without ending and part number */
	enum engine_kind engine;
	struct file_stamp stamp; /* of the first part, with the size of all and the newest mtime */
	int64_t n_parts; /* 1 where the model is one file */
	char sha256[65]; /* "" until hashed */
	const char *reader; /* who reads the facts here: worker and CPU; NULL where nobody does */
	bool has_facts;
	struct model_facts facts;
	struct model_origin origin;
	struct model_file adapter, projector;
	/* What goes with it; their headers say which is the adapter and which the projector. */
	struct model *extras;
	size_t n_extras;
	const char *url,
		*server_model; /* ENGINE_HTTP: base address, name there ("" for the only one) */
	const struct model
		*repeats; /* an earlier model of the job (job/plan/duplicate.h), or NULL */
	/* Measured on this machine by an earlier pass, 0 where never. */
	double prompt_tok_per_s, reason_tok_per_s;
};

enum { MODEL_MAX_EXTRAS = 2 }; /* an adapter and a projector */

/*
 * Finds the file behind a spec (docs/models.md): a path (`~/` is the home folder), a path beside
 * the job file (job_path may be NULL), a bare file name in one of the folders of TOEHOLD_MODELS
 * (colon-separated) or in any other place, or a place's own name (`hf:ORG/REPO/FILE@REVISION`,
 * `ollama:MODEL:TAG`, `lmstudio:PUBLISHER/MODEL/FILE`). The first place where a path exists
 * decides. Any part of a split model (`-00002-of-00003.gguf`) means the whole. `A + B` is the model
 * A with what goes with it: A's label is then "a+b", and B is in its extras. Fails with ERR_INPUT
 * naming the places tried.
 */
int model_find(struct arena *a, const char *spec, const char *job_path, struct model *ret_model,
	       struct err *err) MUST_USE;

/*
 * Fills model->sha256: of the bytes of all parts in order, so that it is the plain sha256sum of a
 * model in one file. `progress` may be NULL; it is called about every 64 MiB with the bytes done.
 * Fails with ERR_INPUT where a part cannot be read, or changed meanwhile.
 */
int model_hash(struct arena *a, struct model *model,
	       void (*progress)(void *ctx, uint64_t done_bytes), void *ctx,
	       struct err *err) MUST_USE;

struct place_item;

/* A model that a place lists (job/model/places.h), with its origin; spec: as the user wrote it. */
int model_of_place(struct arena *a, const char *spec, const struct place_item *item,
		   struct model *ret_model, struct err *err) MUST_USE;

/*
 * Whether the files are still the version that was hashed, those that go with it too; false where
 * one is gone.
 */
bool model_is_unchanged(const struct model *model);

/* The file of part i (from 0); part 0 is model->path. */
const char *model_part(struct arena *a, const struct model *model, int64_t i);

/*
 * GGUF files in a folder (not below it), sorted by name; split files once, by their first part.
 * What model_find() would refuse (empty files, missing parts) is left out.
 */
int model_scan(struct arena *a, const char *dir, struct model **ret_models, size_t *ret_n,
	       struct err *err) MUST_USE;

/*
 * The cache of hashes and facts: one JSON file in the user's cache folder. A missing or damaged
 * cache is an empty one. A file is known by its device, inode, size and mtime, so by any of its
 * names. `get` fills what is known of exactly this version; `put` replaces it. A zeroed cache takes
 * and gives nothing.
 */
struct model_cache {
	struct arena *arena;
	char *path;
	void *json; /* json_t *, owned */
	bool changed;
};

int model_cache_open(struct arena *a, struct model_cache *ret_cache, struct err *err) MUST_USE;
void model_cache_get(const struct model_cache *cache, struct model *model);
void model_cache_put(struct model_cache *cache, const struct model *model);
/* Writes where something changed; `close` releases as well. */
int model_cache_save(struct model_cache *cache, struct err *err) MUST_USE;
int model_cache_close(struct model_cache *cache, struct err *err) MUST_USE;

#endif

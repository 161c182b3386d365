/*
 * A model as a file with an identity: the sha256 of its bytes, and the facts in its header.
 * A sandboxed worker reads the header (work/), never this program. Hash and facts take time, so
 * they are cached by the file's device, inode, size and mtime. Facts are valid only for the worker
 * and CPU that read them, because the memory that a model needs depends on both.
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
 * ENGINE_BASELINE: no language model; the controller itself answers (judge/baseline/baseline.h).
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

/* Models, encoders and decision models can label; the others go with one, or cannot be used. */
#define MODEL_KINDS(X) \
	X(MODEL_KIND_UNKNOWN, "") \
	X(MODEL_KIND_MODEL, "model") \
	X(MODEL_KIND_ENCODER, "encoder") /* turns text into a vector: cannot write */ \
	X(MODEL_KIND_RERANKER, "reranker") /* rates how well two texts match */ \
	X(MODEL_KIND_DECISION, "decision model") /* rates each label in one pass: cannot write */ \
	X(MODEL_KIND_PROJECTOR, "projector") /* turns images into what a model reads (mmproj) */ \
	X(MODEL_KIND_ADAPTER, "adapter") /* LoRA: changes to a model's weights */ \
	X(MODEL_KIND_VOCABULARY, "vocabulary") /* without weights */ \
	X(MODEL_KIND_IMATRIX, "importance matrix") /* statistics for making a quant */ \
	X(MODEL_KIND_CONTROL, "control vector") /* shifts a model's states */

enum model_kind { MODEL_KINDS(NAMES_CONSTANT) MODEL_KIND_COUNT };

extern const struct names model_kind_names;

const char *model_kind_name(enum model_kind kind);

enum { MODEL_TEXT_MAX = 256 };

/* What a model's header says of itself: untrusted text, shown only through str_printable(). */
struct model_facts {
#define MEMBER MEMBER_DECLARE
#include "job/model/facts.def"
};

/* Tokens of one physical batch. Scratch space grows with it. */
enum { MODEL_UBATCH_TOK = 512 };

/*
 * Tokens of one batch of an encoder, if no single text is longer. The engine keeps a row as long as
 * the vocabulary for each of them (docs/encoders.md), so a large vocabulary gets smaller batches.
 */
enum {
	MODEL_ENCODER_TOK = 128,
	MODEL_ENCODER_TEXTS = 64, /* most texts of one batch */
	MODEL_ENCODER_ROWS_BYTES = 64 << 20,
};

int64_t model_encoder_tok(int64_t n_vocab);

/* Another file that is part of a candidate's identity. */
struct model_file {
	const char *path; /* NULL if there is none */
	struct file_stamp stamp;
	char sha256[65]; /* "" until hashed */
	int64_t image_tok; /* of a projector, as in model_facts */
};

/* Where a model was found, in the terms of that place. A text that the place lacks is "". */
struct model_origin {
	/* "file", "hugging face", "llama.cpp", "ollama", "lm studio" or "server" */
	const char *store;
	const char *name; /* "hf:ORG/REPO/FILE@REVISION", "ollama:llama3.2:1b" */
	const char *digest; /* the place's own: a commit, or the sha256 of Ollama's manifest */
	const char *licence_path; /* a licence text that the place keeps with the model, or NULL */
	const char *card_path; /* a model card that it keeps (README.md), or NULL */
	const char *stated_sha256; /* of the file, as the place states it; unverified; or NULL */
};

struct model {
	const char *spec; /* as the user wrote it */
	const char *path; /* the file; the first part of a split model */
	const char *label; /* short name for tables: file name without ending and part number */
	enum engine_kind engine;
	struct file_stamp stamp; /* the first part's, with the size of all parts and newest mtime */
	int64_t n_parts; /* 1 if the model is one file */
	char sha256[65]; /* "" until hashed */
	const char *reader; /* the worker and CPU that read the facts; NULL if there are none */
	bool has_facts;
	struct model_facts facts;
	struct model_origin origin;
	struct model_file adapter, projector;
	/* Files that go with it. Their headers say which is the adapter and which the projector. */
	struct model *extras;
	size_t n_extras;
	/* ENGINE_HTTP: the base address, and the name there ("" for the only one). */
	const char *url, *server_model;
	unsigned routes; /* how it can be asked: 1 << enum served_route (served.h) */
	const char *forwards_to; /* the machine behind a proxy; NULL or "" if none is stated */
	const struct model *repeats; /* the same model earlier in the job, or NULL (duplicate.h) */
	/* Measured by an earlier pass on this machine, 0 if never. */
	double prompt_tok_per_s, reason_tok_per_s;
	double reason_mean_tok; /* of its reasons then */
};

/*
 * Why the model cannot answer, as text; NULL if it can, or if its kind is unknown. A server answers
 * for every kind but an encoder.
 */
const char *model_refusal(struct arena *a, const struct model *m);

/* Whether it turns a text into an embedding, from which a head chooses the label. */
bool model_is_encoder(const struct model *model);

enum { MODEL_MAX_EXTRAS = 2 }; /* an adapter and a projector */

/* Whether it writes text, such as reasons; other models only rate the labels. */
bool model_writes(const struct model *model);

/*
 * Finds the file that a spec names (docs/models.md): a path (`~/` is the home folder), a path
 * relative to the job file (job_path may be NULL), a bare file name in a folder of TOEHOLD_MODELS
 * or in any other place, or a place's own name (`hf:ORG/REPO/FILE@REVISION`, `ollama:MODEL:TAG`,
 * `lmstudio:PUBLISHER/MODEL/FILE`). The first path that exists wins. Any part of a split model
 * (`-00002-of-00003.gguf`) names the whole model. `A + B` is the model A with the file B: A's label
 * is then "a+b", and B is in its extras. Fails with ERR_INPUT and the places that were searched.
 */
int model_find(struct arena *a, const char *spec, const char *job_path, struct model *ret_model,
	       struct err *err) MUST_USE;

/*
 * Fills model->sha256: the hash of all parts in order, which is the sha256sum of a model in one
 * file. `progress` (may be NULL) is called about every 64 MiB with the bytes done. Fails with
 * ERR_INPUT if a part cannot be read or changed during the hash.
 */
int model_hash(struct arena *a, struct model *model,
	       void (*progress)(void *ctx, uint64_t done_bytes), void *ctx,
	       struct err *err) MUST_USE;

struct place_item;

/* The model of an item that a place lists (job/model/places.h). `spec` is what the user wrote. */
int model_of_place(struct arena *a, const char *spec, const struct place_item *item,
		   struct model *ret_model, struct err *err) MUST_USE;

/* Whether the model's files and its extras are still the version that was hashed. */
bool model_is_unchanged(const struct model *model);

/* The file of part i (from 0); part 0 is model->path. */
const char *model_part(struct arena *a, const struct model *model, int64_t i);

/*
 * The GGUF files in a folder (not below it), sorted by name. A split model appears once. Files that
 * model_find() would refuse (empty, missing parts) are skipped.
 */
int model_scan(struct arena *a, const char *dir, struct model **ret_models, size_t *ret_n,
	       struct err *err) MUST_USE;

/*
 * The cache of hashes and facts: one JSON file in the user's cache folder. A missing or damaged
 * cache is an empty one. The key is a file's device, inode, size and mtime, so all names of a file
 * share an entry. `get` fills in what the cache has for exactly this version; `put` replaces it. A
 * zeroed cache stores nothing.
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
/* Writes the file if something changed. `close` also releases the cache. */
int model_cache_save(struct model_cache *cache, struct err *err) MUST_USE;
int model_cache_close(struct model_cache *cache, struct err *err) MUST_USE;

#endif

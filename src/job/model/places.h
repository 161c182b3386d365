/*
 * The places where programs keep models: the Hugging Face cache, llama.cpp's, Ollama's store, LM
 * Studio's folders, folders of the user's. Decides which files each place calls a model, and by
 * what name (docs/models.md). Only reads. What lies there is foreign: names, links, manifests and
 * sizes are checked before they are believed, and a model file itself is never looked into.
 */
#ifndef JOB_MODEL_PLACES_H
#define JOB_MODEL_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* More files than anybody keeps: what comes after is not looked at, and the list says so. */
enum { PLACES_MAX_ITEMS = 20000, PLACE_MAX_EXTRAS = 4 };

/* One model file as a place names it. Texts are owned by the arena or static; "" where none. */
struct place_item {
	const char *store; /* as in struct model_origin */
	const char *name; /* the spec that names exactly this one; "" where its path must do */
	const char *base; /* the name without a revision */
	const char *revision; /* commit */
	const char *refs; /* of the commit, each with a space on both sides: " main v1 " */
	const char *digest; /* of the place's own */
	const char *file; /* the file's name as people know it */
	const char
		*path; /* of the file; the first part of a split model; "" where problem is set */
	const char *label; /* for tables; NULL: made from the path */
	const char *licence_path, *card_path; /* texts that the place keeps with it, or NULL */
	const char *stated_sha256; /* of the file, as the place states it: to be verified */
	const char *extras[PLACE_MAX_EXTRAS]; /* files that the place says go with the model */
	const char *extras_sha256[PLACE_MAX_EXTRAS]; /* as stated */
	size_t n_extras;
	const char *problem; /* why it cannot be used, or NULL */
};

struct place_list {
	struct arena *arena;
	struct place_item *items;
	size_t n, cap;
	const char **roots; /* the folders that were looked at, and are there */
	size_t n_roots;
	bool cut; /* there is more than PLACES_MAX_ITEMS */
};

/* All places, the folders of TOEHOLD_MODELS first; in the same order every time. */
void places_list(struct arena *a, struct place_list *ret_list);

/*
 * One folder, with the folders below it (at most 4 deep, hidden ones left out). A folder that is
 * laid out as a Hugging Face cache or an Ollama store is read as one.
 */
void places_list_folder(struct arena *a, const char *dir, struct place_list *ret_list);

/* "hf:", "ollama:", "lmstudio:": the spec names a model in a place, and no path. */
bool places_is_spec(const char *spec);

/*
 * The folder that new models of a scheme ("hf:", "ollama:") go into, as the place's own tools
 * choose it: it may not be there yet. NULL where no variable says where.
 */
const char *places_home(struct arena *a, const char *scheme);

/*
 * The model that a spec names. Fails with ERR_INPUT: what was looked for, where, the nearest name,
 * and how to get it; or that the name fits several; or what is wrong with the model there.
 */
int places_find(struct arena *a, const char *spec, struct place_item *ret_item,
		struct err *err) MUST_USE;

/*
 * The model file of that name in any of the places, with `.gguf` or without; ret_item->path is ""
 * where there is none. Fails with ERR_INPUT where several different files have the name, and names
 * them.
 */
int places_find_file(struct arena *a, const char *file, struct place_item *ret_item,
		     struct err *err) MUST_USE;

/* A name in any of the places that is like this one, or NULL. */
const char *places_nearest(struct arena *a, const char *spec);

#endif

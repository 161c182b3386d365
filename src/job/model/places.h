/*
 * The places where programs keep models: the caches of Hugging Face and llama.cpp, Ollama's store,
 * LM Studio's folders, and the user's own. Decides which files each place calls a model, and their
 * names (docs/models.md). Only reads. The content is untrusted: names, links, manifests and sizes
 * are checked first, and a model file is never parsed.
 *
 * One unit in several files: places.c has the table of places and finds names in them;
 * places_folder.c, places_hub.c and places_ollama.c each read a layout.
 */
#ifndef JOB_MODEL_PLACES_H
#define JOB_MODEL_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/model/hub_name.h"

/* PLACES_MAX_ITEMS is more than anybody keeps; a longer list is cut and says so. */
enum { PLACES_MAX_ITEMS = 20000, PLACE_MAX_EXTRAS = 4 };

/* A model file as a place names it. The arena owns the texts, or they are static; "" if none. */
struct place_item {
	const char *store; /* as in struct model_origin */
	const char *name; /* the spec that names exactly this file; "" if only its path does */
	const char *base; /* the name without a revision */
	const char *revision; /* commit */
	const char *refs; /* of the commit, with a space before and after each: " main v1 " */
	const char *digest; /* the place's own */
	const char *file; /* the file's name as people know it */
	const char *path; /* the first part of a split model; "" if problem is set */
	const char *label; /* for tables; NULL: made from the path */
	const char *licence_path, *card_path; /* texts that the place keeps with it, or NULL */
	const char *stated_sha256; /* of the file, as the place states it; unverified */
	const char *extras[PLACE_MAX_EXTRAS]; /* files that the place pairs with the model */
	const char *extras_sha256[PLACE_MAX_EXTRAS]; /* as stated */
	size_t n_extras;
	const char *problem; /* why it cannot be used, or NULL */
};

struct place_list {
	struct arena *arena;
	struct place_item *items;
	size_t n, cap;
	const char **roots; /* the existing folders that were searched */
	size_t n_roots;
	bool cut; /* there are more than PLACES_MAX_ITEMS */
};

/* Lists all places, the folders of TOEHOLD_MODELS first. The order is always the same. */
void places_list(struct arena *a, struct place_list *ret_list);

/*
 * Lists a folder and the folders below it (at most 4 deep, no hidden ones). A folder with the
 * layout of a Hugging Face cache or an Ollama store is read as one.
 */
void places_list_folder(struct arena *a, const char *dir, struct place_list *ret_list);

/* Whether a spec names a model in a place ("hf:", "ollama:", "lmstudio:") rather than a path. */
bool places_is_spec(const char *spec);

/*
 * The folder for new models of a scheme ("hf:", "ollama:"), as the place's own tools choose it. It
 * may not exist yet. NULL if no variable says where it is.
 */
const char *places_home(struct arena *a, const char *scheme);

/*
 * The model that a spec names. Fails with ERR_INPUT if there is none (the message has the folders,
 * the nearest name, and how to get it), if several fit, or if the model cannot be used.
 */
int places_find(struct arena *a, const char *spec, struct place_item *ret_item,
		struct err *err) MUST_USE;

/*
 * The model file of that name in any place, with `.gguf` or without; ret_item->path is "" if there
 * is none. Fails with ERR_INPUT and their names if several different files have this name.
 */
int places_find_file(struct arena *a, const char *file, struct place_item *ret_item,
		     struct err *err) MUST_USE;

/* A similar name in any of the places, or NULL. */
const char *places_nearest(struct arena *a, const char *spec);

/*
 * The spec of the only file here of a repository, in any case, that its name may mean. Fails with
 * ERR_INPUT if there is none or several, which the message names.
 */
int places_find_repo(struct arena *a, const struct hub_name *name, const char **ret_spec,
		     struct err *err) MUST_USE;

/* "https://ollama.com/library/NAME:TAG", a page, as "ollama:NAME:TAG"; other texts as they are. */
const char *place_ollama_page(struct arena *a, const char *text);

#endif

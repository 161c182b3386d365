/*
 * What the readers of the layouts share: for places*.c and their tests alone.
 */
#ifndef JOB_MODEL_PLACES_ROWS_H
#define JOB_MODEL_PLACES_ROWS_H

#include "job/model/places.h"

/* Of a folder's entries, and of the folders below one another. */
enum { PLACE_MAX_ENTRIES = 20000, PLACE_MAX_DEPTH = 4 };

/* An item with "" for every text that must not be NULL; NULL where the list is full. */
struct place_item *place_add(struct place_list *list, const char *store);

/* Names in a folder, sorted, hidden ones left out; none where it cannot be read. */
char **place_names(struct arena *a, const char *dir, size_t *ret_n);

/* A real folder: links to folders are not followed below a place's root. */
bool place_is_dir(const char *path);

/* Text that may stand in a name: well-formed, and nothing that a terminal would obey. */
bool place_is_name(const char *text);

/*
 * Calls `visit` for every model file below `dir` (first parts only), with its path and its path
 * below `dir`, in order.
 */
void place_walk(struct place_list *list, const char *dir, int depth,
		void (*visit)(struct place_list *list, void *ctx, const char *path,
			      const char *below),
		void *ctx);

/* Readers of layouts: what lies in `root` goes to the list, as of this store. */
void place_read_hub(struct place_list *list, const char *store, const char *root);
void place_read_flat(struct place_list *list, const char *store, const char *root);
void place_read_ollama(struct place_list *list, const char *store, const char *root);
void place_read_lmstudio(struct place_list *list, const char *store, const char *root);
void place_read_folder(struct place_list *list, const char *store, const char *root);

/* "[HOST/][NAMESPACE/]MODEL[:TAG]" to the one way of writing it, "ollama:MODEL:TAG"; or NULL. */
const char *place_ollama_name(struct arena *a, const char *spec);

/* 64 lower-case hex digits. */
bool place_is_sha256(const char *text);

/* One manifest's bytes, for the fuzzer: fills what they say, or item->problem. */
void place_read_manifest(struct arena *a, const char *root, const char *text, size_t n_bytes,
			 struct place_item *item);

#endif

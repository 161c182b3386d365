/*
 * Shared by the readers of the layouts. Only for places*.c and their tests.
 */
#ifndef JOB_MODEL_PLACES_ROWS_H
#define JOB_MODEL_PLACES_ROWS_H

#include "job/model/places.h"

/* Limits on the entries of a folder, and on the depth of folders. */
enum { PLACE_MAX_ENTRIES = 20000, PLACE_MAX_DEPTH = 4 };

/* Adds an item with "" for every text that must not be NULL. Returns NULL if the list is full. */
struct place_item *place_add(struct place_list *list, const char *store);

/* The names in a folder, sorted, without hidden ones; none if the folder cannot be read. */
char **place_names(struct arena *a, const char *dir, size_t *ret_n);

/* Whether the path is a folder and no link: links to folders are not followed below a root. */
bool place_is_dir(const char *path);

/* Whether the text is a valid name: well-formed UTF-8 without control characters. */
bool place_is_name(const char *text);

/*
 * Calls `visit` in order for every model file below `dir` (first parts only), with its path and
 * its path relative to `dir`.
 */
void place_walk(struct place_list *list, const char *dir, int depth,
		void (*visit)(struct place_list *list, void *ctx, const char *path,
			      const char *below),
		void *ctx);

/* Readers of layouts: add the models in `root` to the list, with this store. */
void place_read_hub(struct place_list *list, const char *store, const char *root);
void place_read_flat(struct place_list *list, const char *store, const char *root);
void place_read_ollama(struct place_list *list, const char *store, const char *root);
void place_read_lmstudio(struct place_list *list, const char *store, const char *root);
void place_read_folder(struct place_list *list, const char *store, const char *root);

/* "[HOST/][NAMESPACE/]MODEL[:TAG]" in its canonical form, "ollama:MODEL:TAG"; NULL if invalid. */
const char *place_ollama_name(struct arena *a, const char *spec);

/* Fills the item from a manifest's bytes, or sets item->problem. Here for the fuzzer. */
void place_read_manifest(struct arena *a, const char *root, const char *text, size_t n_bytes,
			 struct place_item *item);

#endif

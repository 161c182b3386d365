/*
 * After a purge: the store's files, byte by byte, searched for what was removed. Only files of
 * this folder include it.
 */
#ifndef STORE_PURGE_PURGE_SEARCH_H
#define STORE_PURGE_PURGE_SEARCH_H

#include "store/purge/purge.h"

/* A text as it was before it was removed. */
struct purge_text {
	int64_t id;
	const void *data; /* borrowed */
	size_t len;
};

/*
 * Searches the store's file, and every file that may lie beside it under its name, and fills
 * n_found, n_kept, n_short, files and n_searched_bytes. No transaction may be under way.
 */
int purge_search(struct arena *a, struct store *s, const struct purge_text *texts, size_t n,
		 struct purge_done *ret_done, struct err *err) MUST_USE;

#endif

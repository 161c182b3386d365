/*
 * Searches the store's files for removed texts after a purge. Only files of this folder include it.
 */
#ifndef STORE_PURGE_PURGE_SEARCH_H
#define STORE_PURGE_PURGE_SEARCH_H

#include "store/purge/purge.h"

/* A removed text. */
struct purge_text {
	int64_t id;
	const void *data; /* borrowed */
	size_t len;
};

/*
 * Searches the store's file and the files beside it that have its name. Fills n_found, n_kept,
 * n_short, files and n_searched_bytes. No transaction may be open.
 */
int purge_search(struct arena *a, struct store *s, const struct purge_text *texts, size_t n,
		 struct purge_done *ret_done, struct err *err) MUST_USE;

#endif

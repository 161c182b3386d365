/*
 * Hidden states on disk, so that a second tuning costs seconds: one file for each model, prompt
 * and engine, in "hidden" in the user's cache folder, mode 0600. States derive from tickets: texts
 * are kept as checksums alone, but who has a text can see that it was here. A missing or damaged
 * file is an empty one. Several programs may have one file open: each adds what it has found.
 */
#ifndef TUNE_STATE_CACHE_H
#define TUNE_STATE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

/* All files together; the ones that were not written for longest go first. */
enum { STATE_CACHE_MAX_BYTES = 256 << 20 };

struct state_cache {
	struct arena *arena;
	char *dir, *path; /* path NULL: nothing is kept */
	size_t n_embd; /* 0 while it holds nothing */
	int64_t pinned_date_s; /* what the template was told when the states were made */
	const char *opening; /* row of the opening table; "": not known */
	const char **records; /* of the file, sorted by checksum */
	size_t n_records;
	struct buf added; /* records that are new */
};

/* `key` names the file: a checksum of all that moves states. `use` false: an empty cache. */
int state_cache_open(struct arena *a, const char *key, bool use, struct state_cache *ret_cache,
		     struct err *err) MUST_USE;

/* Fills n_embd numbers; false where the text's state is not there. */
bool state_cache_get(const struct state_cache *cache, const char text_sha256[HASH_HEX_LEN + 1],
		     double *ret_state);

void state_cache_add(struct state_cache *cache, const char text_sha256[HASH_HEX_LEN + 1],
		     const double *state);

/*
 * Adds what is new to what the file holds by now, makes room, and releases. Where the file was made
 * for another prompt (date, opening), the new states replace it. Waits while another one writes.
 */
int state_cache_close(struct state_cache *cache, struct err *err) MUST_USE;

#endif

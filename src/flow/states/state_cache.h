/*
 * Hidden states on disk, so that a second tuning takes seconds: one file for each model, prompt and
 * engine, in "hidden" in the user's cache folder, mode 0600. States derive from tickets. Texts are
 * stored only as checksums, but anyone who has a text can see that it was here. A missing or
 * damaged file counts as empty. Several programs may use one file at once: each adds its new
 * states.
 */
#ifndef FLOW_STATES_STATE_CACHE_H
#define FLOW_STATES_STATE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

/* Limit of all files together; the files written longest ago are removed first. */
enum { STATE_CACHE_MAX_BYTES = 256 << 20 };

struct state_cache {
	struct arena *arena;
	char *dir, *path; /* path NULL: nothing is cached */
	size_t n_embd; /* 0 while the cache is empty */
	int64_t pinned_date_s; /* the date that the template saw when the states were made */
	const char *opening; /* row of the opening table; "": unknown */
	const char **records; /* records of the file, sorted by checksum */
	size_t n_records;
	struct buf added; /* new records */
};

/*
 * `key` names the file: a checksum of everything that changes states. `use` false: an empty cache.
 */
int state_cache_open(struct arena *a, const char *key, bool use, struct state_cache *ret_cache,
		     struct err *err) MUST_USE;

/* Fills n_embd numbers. False if the text's state is not cached. */
bool state_cache_get(const struct state_cache *cache, const char text_sha256[HASH_HEX_LEN + 1],
		     double *ret_state);

void state_cache_add(struct state_cache *cache, const char text_sha256[HASH_HEX_LEN + 1],
		     const double *state);

/*
 * Adds the new states to the file as it is now, makes room, and releases. If the file is for
 * another prompt (date, opening), the new states replace it. Waits while another program writes.
 */
int state_cache_close(struct state_cache *cache, struct err *err) MUST_USE;

#endif

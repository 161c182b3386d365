/*
 * Where a pass keeps the states of its shared prefix between runs, as it sees it. The pass decides
 * what may be kept; the caller decides where.
 */
#ifndef WORK_PASS_PREFIX_STORE_H
#define WORK_PASS_PREFIX_STORE_H

#include <stdint.h>

/*
 * `key` is 64 hex digits: over the tokens, the engine's build and the device. The caller adds the
 * weights. RULE: `load` gives only what `keep` was given: the engine parses it.
 */
struct prefix_store {
	void *ctx;
	int64_t max_bytes; /* of one part's state; 0: nothing is kept */
	/* Writes a kept state to fd, from its start. Returns its length; 0 if there is none. */
	int64_t (*load)(void *ctx, const char *key, int fd);
	/* Keeps the first n_bytes of fd. If it cannot, the next pass computes the part again. */
	void (*keep)(void *ctx, const char *key, int fd, int64_t n_bytes);
};

#endif

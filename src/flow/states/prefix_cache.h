/*
 * States of shared prompts on disk, so that the next pass with the same prompt need not compute it:
 * one file a part, in "prefixes" in the user's cache folder, mode 0600. They derive from the
 * job's prompt and its examples. TOEHOLD_PREFIX_CACHE limits their size, or switches them off.
 *
 * The engine parses a state, so only this program's own come out: each file ends with a digest
 * under a secret that lies beside them. Any other file is removed.
 */
#ifndef FLOW_STATES_PREFIX_CACHE_H
#define FLOW_STATES_PREFIX_CACHE_H

#include "flow/session.h"
#include "work/pass/prefix_store.h"

/* Limit of all files together if TOEHOLD_PREFIX_CACHE gives none: those used longest ago go. */
#define PREFIX_CACHE_MAX_BYTES ((int64_t)1 << 30)

/*
 * The store for one candidate's pass. Nothing is kept (max_bytes 0) if the cache is off, its folder
 * cannot be used, or the model is not in files. It lives as long as the command's arena.
 */
struct prefix_store prefix_cache_for(const struct session *s, const struct candidate *c,
				     const struct pass_row *row);

#endif

/*
 * Removing the private texts of a run: tickets, prompt, job, examples, rendered prompts, raw
 * replies and reasons. Rows and chain stay whole: of each text its salted hash stays.
 *
 * A text is a run's own, or shared: tickets of a slice, and replies of a pass, that another run
 * uses too. A run that was purged itself uses nothing any more.
 */
#ifndef STORE_PURGE_PURGE_H
#define STORE_PURGE_PURGE_H

#include "store/store.h"

struct purge_count {
	int64_t n, n_bytes;
};

/* What there is to remove. */
struct purge_view {
	struct purge_count own, shared;
	struct run_row *sharers; /* runs that use the shared texts too, oldest first */
	size_t n_sharers;
};

enum purge_reach {
	PURGE_OWN, /* leave what other runs use too */
	PURGE_SHARED, /* remove that as well */
};

/* What was done, and what a search through the store's files found of it afterwards. */
struct purge_done {
	struct purge_count removed;
	const char *words; /* "37 texts (2048 bytes): run 2, ticket 12, ..." */
	int64_t n_found; /* texts of which a piece of 12 bytes is left that is kept nowhere */
	int64_t n_kept; /* texts that stand, word for word, in what is kept */
	int64_t n_short; /* texts too short to be searched for */
	const char *files; /* that were searched: "job.toehold, job.toehold.lock" */
	int64_t n_searched_bytes;
};

/* Everything returned is owned by the arena. */
int store_purge_look(struct arena *a, struct store *s, const struct run_row *run,
		     struct purge_view *ret_view, struct err *err) MUST_USE;

/*
 * Removes the texts and appends an event to the run, and to each run that lost texts with it, in
 * one transaction; then writes the file anew, so that nothing is left in it, and searches it.
 * Killed at any point, the store is whole and the same call goes on; what an earlier call removed
 * can no longer be searched for. Where there is nothing to remove the file is written anew all the
 * same. The store must be open for writing. ERR_STORE: SQLite failed, or the file still has room
 * for old bytes.
 */
int store_purge(struct arena *a, struct store *s, const struct run_row *run, enum purge_reach reach,
		struct purge_done *ret_done, struct err *err) MUST_USE;

/* Whether a run was purged. */
int store_run_is_purged(struct store *s, int64_t run_id, bool *ret_purged,
			struct err *err) MUST_USE;

/* Whether texts of a slice were removed. */
int store_slice_is_purged(struct store *s, const char *slice_sha256, bool *ret_purged,
			  struct err *err) MUST_USE;

#endif

/*
 * Removes the private texts of a run: tickets, prompt, job, examples, rendered prompts, raw replies
 * and reasons. Rows and chain stay whole, because the salted hash of each text stays.
 *
 * A text belongs to one run, or is shared: another run uses the same slice or pass. A purged run
 * uses nothing.
 */
#ifndef STORE_PURGE_PURGE_H
#define STORE_PURGE_PURGE_H

#include "store/store.h"

struct purge_count {
	int64_t n, n_bytes;
};

/* What can be removed. */
struct purge_view {
	struct purge_count own, shared;
	struct run_row *sharers; /* runs that use the shared texts too, oldest first */
	size_t n_sharers;
};

enum purge_reach {
	PURGE_OWN, /* keep what other runs use */
	PURGE_SHARED, /* remove that too */
};

/* What was removed, and what a search of the store's files found of it afterwards. */
struct purge_done {
	struct purge_count removed;
	const char *words; /* "37 texts (2048 bytes): run 2, ticket 12, ..." */
	int64_t n_found; /* texts with 12 bytes left that no kept text has */
	int64_t n_kept; /* texts that occur whole in what is kept */
	int64_t n_short; /* texts too short to search for */
	const char *files; /* that were searched: "job.toehold, job.toehold.lock" */
	int64_t n_searched_bytes;
};

/* Everything returned is owned by the arena. */
int store_purge_look(struct arena *a, struct store *s, const struct run_row *run,
		     struct purge_view *ret_view, struct err *err) MUST_USE;

/*
 * In one transaction, removes the texts and adds an event to the run and to each run that lost
 * texts with it. Then rewrites the file, so that nothing is left in it, and searches it. If the
 * process is killed, the store is whole and the same call resumes; texts that an earlier call
 * removed cannot be searched for. The file is rewritten even if there is nothing to remove. The
 * store must be open for writing. ERR_STORE: SQLite failed, or the file still has room for old
 * bytes.
 */
int store_purge(struct arena *a, struct store *s, const struct run_row *run, enum purge_reach reach,
		struct purge_done *ret_done, struct err *err) MUST_USE;

/*
 * Whether every text that is missing was removed by a purge on record: of a run that used it, and
 * of each other run that used it too. ERR_STORE names the table if one was not.
 */
int store_verify_removed(struct store *s, struct err *err) MUST_USE;

/* Whether a run was purged. */
int store_run_is_purged(struct store *s, int64_t run_id, bool *ret_purged,
			struct err *err) MUST_USE;

/* Whether texts of a slice were removed. */
int store_slice_is_purged(struct store *s, const char *slice_sha256, bool *ret_purged,
			  struct err *err) MUST_USE;

#endif

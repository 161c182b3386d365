/*
 * The folders of cached states in the user's cache folder, of texts and of prefixes: their lock,
 * their size limit, and how to empty them. Must not know what a file of states holds.
 */
#ifndef FLOW_STATES_STATE_FOLDER_H
#define FLOW_STATES_STATE_FOLDER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct state_count {
	int64_t n_files, n_bytes;
};

#define STATE_FOLDER_HIDDEN "hidden" /* hidden states of texts */
#define STATE_FOLDER_PREFIXES "prefixes" /* states of shared prompts */

/* The path of one, owned by the arena; the folder itself need not exist. */
int state_folder_path(struct arena *a, const char *name, char **ret_path, struct err *err) MUST_USE;

/*
 * Waits up to half a minute until no other program writes there; makes the folder if it is missing.
 * The system drops the lock when its holder ends. Unlock: close(*ret_fd).
 */
int state_folder_lock(struct arena *a, const char *path, int *ret_fd, struct err *err) MUST_USE;

/*
 * Call with the lock held. Removes incomplete files of killed writers, then the oldest files until
 * max_bytes are left; never the file named `keep`.
 */
void state_folder_make_room(struct arena *a, const char *path, const char *keep, int64_t max_bytes);

/*
 * Counts files of states, incomplete ones included, and nothing else. A missing folder counts as
 * empty. Fails if the folder is a symbolic link or unreadable.
 */
int state_folder_count(const char *path, struct state_count *ret_count, struct err *err) MUST_USE;

/*
 * Takes the lock and removes the files that state_folder_count() counts; *ret_removed says how
 * many.
 */
int state_folder_empty(struct arena *a, const char *path, struct state_count *ret_removed,
		       struct err *err) MUST_USE;

#endif

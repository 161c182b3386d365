/*
 * The folder that keeps hidden states, "hidden" in the user's cache folder: its lock, its ceiling,
 * and how it is emptied. Must not know what a file of states holds.
 */
#ifndef TUNE_STATE_FOLDER_H
#define TUNE_STATE_FOLDER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct state_count {
	int64_t n_files, n_bytes;
};

/* Its path, owned by the arena; the folder itself need not exist. */
int state_folder_path(struct arena *a, char **ret_path, struct err *err) MUST_USE;

/*
 * Waits, at most half a minute, until no other program writes there; makes the folder where it is
 * missing. The system drops the lock when its holder ends, however it ends. Unlock: close(*ret_fd).
 */
int state_folder_lock(struct arena *a, const char *path, int *ret_fd, struct err *err) MUST_USE;

/*
 * With the lock held: removes what writers that were killed left half written, then the oldest
 * files, but never the one named `keep`, until all together keep max_bytes.
 */
void state_folder_make_room(struct arena *a, const char *path, const char *keep, int64_t max_bytes);

/*
 * Files of states there, half-written ones too. Nothing else counts: no other name, no folder, no
 * symbolic link. No folder: none. Fails where the folder is a symbolic link or cannot be read.
 */
int state_folder_count(const char *path, struct state_count *ret_count, struct err *err) MUST_USE;

/* Takes the lock and removes what state_folder_count() counts; *ret_removed is what went. */
int state_folder_empty(struct arena *a, const char *path, struct state_count *ret_removed,
		       struct err *err) MUST_USE;

#endif

/*
 * Compares the store and the files that its runs name with the recorded checksums. Decides what
 * counts as a difference: a missing file does not, because it cannot be checked.
 */
#ifndef FLOW_AGAIN_VERIFY_H
#define FLOW_AGAIN_VERIFY_H

#include "base/hash.h"
#include "flow/cmd.h"
#include "store/store.h"

enum verify_state { VERIFY_SAME, VERIFY_CHANGED, VERIFY_GONE, VERIFY_PURGED };

/* "same", "changed", "not there", "purged" */
const char *verify_state_name(enum verify_state state);

/* One file, or the tickets in the store, with a recorded checksum. */
struct verify_check {
	struct verify_check *next;
	const char *run, *what, *path;
	enum verify_state state;
	char was[HASH_HEX_LEN + 1], now[HASH_HEX_LEN + 1]; /* now: "" if not computed */
	const char *note; /* why the file is unreadable, or NULL */
};

/* Zeroed, with cmd, store (open) and head set by the caller. */
struct verify {
	struct cmd *cmd;
	struct store store;
	const char *head; /* that the user kept elsewhere, or NULL */
	int64_t n_rows, head_row; /* head_row: the row with that hash, or 0 */
	struct verify_check *first, *last;
};

/* Recomputes the hash chain, and looks for `head` in it. ERR_USAGE if `head` is malformed. */
int verify_check_chain(struct verify *v) MUST_USE;

/* Checks the files of the run `name` (NULL: the newest), or of all runs. */
int verify_check_runs(struct verify *v, const char *name, bool all) MUST_USE;

/* Number of differences, a missing head included. */
size_t verify_count_changed(const struct verify *v);

#endif

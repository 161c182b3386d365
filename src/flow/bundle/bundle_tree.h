/*
 * A folder under construction, with the checksum of each file in it. It gets its name only when it
 * is complete, and nothing that was there before is touched. Must not know what the files are.
 */
#ifndef FLOW_BUNDLE_BUNDLE_TREE_H
#define FLOW_BUNDLE_BUNDLE_TREE_H

#include <sys/types.h>

#include "flow/cmd.h"

#define BUNDLE_SUMS "SHA256SUMS"

struct bundle_file {
	const char *path; /* in the folder */
	char sha256[65];
};

struct bundle_tree {
	struct cmd *cmd;
	const char *dir, *stage; /* the final name, and the one until then */
	struct bundle_file *files;
	size_t n, cap;
	uint64_t n_bytes;
};

/* Fails with ERR_INPUT if `dir` exists and is not an empty folder. */
int bundle_tree_open(struct cmd *cmd, const char *dir, struct bundle_tree *ret_tree) MUST_USE;

/* A file with this text. */
int bundle_tree_put(struct bundle_tree *t, const char *path, mode_t mode,
		    const char *text) MUST_USE;

/*
 * A copy of a regular file; a link to it (hard) if `linked` is set and the file system allows that.
 * ERR_STOPPED after Ctrl-C.
 */
int bundle_tree_copy(struct bundle_tree *t, const char *from, const char *path,
		     bool linked) MUST_USE;

/* The regular files of a folder and the folders below it; no hidden ones, no links. */
int bundle_tree_copy_folder(struct bundle_tree *t, const char *from, const char *path) MUST_USE;

bool bundle_tree_has(const struct bundle_tree *t, const char *path);

/* Writes the sums, and gives the folder its name. */
int bundle_tree_finish(struct bundle_tree *t) MUST_USE;

/* Removes an unfinished folder. */
void bundle_tree_drop(struct bundle_tree *t);

/* A file whose content is not what the sums say, or that is missing. */
struct bundle_fault {
	const char *path, *why;
};

/* Compares a bundle with its sums. ERR_INPUT if `dir` has none, or if they are malformed. */
int bundle_tree_check(struct cmd *cmd, const char *dir, struct bundle_fault **ret_faults,
		      size_t *ret_n_faults, size_t *ret_n_files) MUST_USE;

#endif

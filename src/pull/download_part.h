/*
 * A file while it is being downloaded: opened, locked, resumed, hashed, moved into place. Must not
 * know where its bytes come from.
 */
#ifndef PULL_DOWNLOAD_PART_H
#define PULL_DOWNLOAD_PART_H

#include "pull/download.h"

struct part {
	int fd, lock_fd;
	const char *path, *etag_path, *name;
	const char *etag; /* that came with its bytes; NULL if there was none */
	int64_t size_bytes;
	int64_t kept_bytes; /* of an earlier pull, still in the file */
	struct hash sha256, git_sha1;
	bool hashing; /* the hashes are begun */
	bool git; /* git's checksum is stated, so it is computed as well */
	int64_t expected_bytes; /* -1: not known yet */
};

/* Opens and locks the file, and hashes the bytes it has. Empties one that is too large. */
int part_open(struct part *p, struct downloader *d, struct arena *a,
	      const struct download_file *file, struct err *err) MUST_USE;
/* Empties the file. */
int part_restart(struct part *p, struct err *err) MUST_USE;
int part_add(struct part *p, const void *data, size_t n_bytes, struct err *err) MUST_USE;
/* Stores the tag for the next pull; NULL: there is none. */
int part_keep_etag(struct part *p, struct arena *a, const char *etag, struct err *err) MUST_USE;
/* Ends the hashes and compares: 1 as stated, 0 nothing stated, -1 with ERR_REFUSED. */
int part_verify(struct part *p, const struct pull_file *stated, char ret_sha256[HASH_HEX_LEN + 1],
		struct err *err) MUST_USE;
/* Writes the file to disk and moves it to `path`. */
int part_finish(struct part *p, const char *path, struct err *err) MUST_USE;
void part_close(struct part *p);

/*
 * Checks a file that is in its place: 1 as stated, 0 nothing stated, -1 with err: ERR_REFUSED if
 * it differs, ERR_INPUT if it cannot be read.
 */
int part_check(const struct download_file *file, struct downloader *d,
	       char ret_sha256[HASH_HEX_LEN + 1], int64_t *ret_size_bytes,
	       struct err *err) MUST_USE;

#endif

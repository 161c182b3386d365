/*
 * Between download.c and its parts: one request with its redirects, and the file that is under
 * way.
 */
#ifndef PULL_DOWNLOAD_ASK_H
#define PULL_DOWNLOAD_ASK_H

#include "pull/download.h"

enum ask_result {
	ASK_DONE,
	ASK_AGAIN, /* err says what happened; another try may help */
	ASK_FAILED
};

/* Where the body goes. Both give -1 with err set to end the transfer. */
struct ask_sink {
	int (*begin)(struct ask_sink *sink, const struct transfer_head *head,
		     const struct download_stated *stated, struct err *err);
	int (*data)(struct ask_sink *sink, const void *data, size_t n_bytes, struct err *err);
	bool again; /* set by the one that failed: worth another try */
};

/*
 * Sends `get` (whose url is the first address; token and direct are set here), follows redirects,
 * and feeds the sink with the body of a 200 or 206. `ret_wait_s` is how long the server wants us
 * to wait before another try, or -1.
 */
enum ask_result ask(struct downloader *d, struct arena *a, const struct transfer_get *get,
		    struct ask_sink *sink, struct download_stated *ret_stated, int64_t *ret_wait_s,
		    struct err *err) MUST_USE;

/* Until another try; -1 with ERR_STOPPED. Says why, and how long. */
int ask_wait(struct downloader *d, int64_t try_no, int64_t wait_s, const struct err *why,
	     struct err *err) MUST_USE;

/* ---- the file under way (download_part.c) */

struct part {
	int fd, lock_fd;
	const char *path, *etag_path, *name;
	const char *etag; /* that its bytes came with; NULL where not known */
	int64_t size_bytes;
	int64_t kept_bytes; /* of an earlier pull, that are still in it */
	struct hash sha256, git_sha1;
	bool hashing; /* they are begun */
	bool git; /* git's sum is stated, so it is computed as well */
	int64_t expected_bytes; /* -1: not known yet */
};

/* Opens, locks, and hashes what is there. A part that is larger than expected is emptied. */
int part_open(struct part *p, struct downloader *d, struct arena *a,
	      const struct download_file *file, struct err *err) MUST_USE;
/* Throws away what is there. */
int part_restart(struct part *p, struct err *err) MUST_USE;
int part_add(struct part *p, const void *data, size_t n_bytes, struct err *err) MUST_USE;
/* Remembers it for the next pull; NULL: there is none. */
int part_keep_etag(struct part *p, struct arena *a, const char *etag, struct err *err) MUST_USE;
/* Ends the hashes, and compares: 1 as stated, 0 nothing stated, -1 with ERR_REFUSED. */
int part_verify(struct part *p, const struct pull_file *stated, char ret_sha256[HASH_HEX_LEN + 1],
		struct err *err) MUST_USE;
/* On disk, and at its place. */
int part_finish(struct part *p, const char *path, struct err *err) MUST_USE;
void part_close(struct part *p);

/*
 * A file that is in its place: 1 it is as stated, 0 nothing is stated, -1 with err: ERR_REFUSED
 * where it is not as stated, ERR_INPUT where it cannot be read.
 */
int part_check(const struct download_file *file, struct downloader *d,
	       char ret_sha256[HASH_HEX_LEN + 1], int64_t *ret_size_bytes,
	       struct err *err) MUST_USE;

#endif

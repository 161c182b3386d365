/*
 * From one address to one complete, verified file, whatever the network does: redirects, retries,
 * resuming, checksums, the move into place. Must not know the APIs that the addresses come from,
 * and does not print.
 *
 * During a download the bytes are in FILE.incomplete, and FILE.incomplete.etag holds the entity tag
 * that came with them. Both stay after an error, so that the next pull resumes, and are gone after
 * success.
 */
#ifndef PULL_DOWNLOAD_H
#define PULL_DOWNLOAD_H

#include "pull/pull_answer.h"
#include "work/transfer/transfer.h"

enum { DOWNLOAD_MAX_REDIRECTS = 5 };

/* The settings of all downloads of a command; borrowed. */
struct download_rules {
	const char *program; /* toehold-fetch */
	const char *token; /* NULL: none */
	const char *token_origin; /* the only address that gets it: "https://huggingface.co:443" */
	const char *login_hint; /* what to do about 401 and 403 */
	const char *plain_origin; /* may be unencrypted; "" for none */
	int64_t tries; /* in a row without a new byte */
	int64_t connect_ms, stall_ms, backoff_ms; /* the wait doubles with each try */
	bool sandbox; /* of the fetcher */
	bool unverified; /* also accept files without a stated checksum */
	bool (*stopped)(void); /* Ctrl-C */
	void (*say)(const char *text); /* one line on what happens */
	/* `what` is "checking" or "fetching"; total_bytes is -1 if unknown. */
	void (*progress)(const char *name, const char *what, int64_t done_bytes,
			 int64_t total_bytes);
};

struct downloader {
	const struct download_rules *rules;
	struct transfer transfer; /* the fetcher, started at first use */
};

/* What the first host stated of a file. */
struct download_stated {
	struct pull_file file; /* size and sums by X-Linked-*, else by the answer itself */
	const char *commit; /* X-Repo-Commit, or NULL */
	const char *digest; /* Docker-Content-Digest, or NULL */
	bool linked; /* by X-Linked-Etag, which overrides the file's own tag */
};

/*
 * Fetches a text of at most max_bytes; owned by the arena. ERR_INPUT, ERR_REFUSED, ERR_ENGINE or
 * ERR_STOPPED.
 */
int download_text(struct downloader *d, struct arena *a, const char *url, const char *accept,
		  int64_t max_bytes, char **ret_text, size_t *ret_len,
		  struct download_stated *ret_stated, struct err *err) MUST_USE;

/* Asks what the server states of a file, without its content. */
int download_look(struct downloader *d, struct arena *a, const char *url,
		  struct download_stated *ret_stated, struct err *err) MUST_USE;

struct download_file {
	const char *url, *name; /* name: for words */
	const char *path; /* where to put it; the folder exists */
	const char *lock_path; /* held during the download, as other tools hold it */
	struct pull_file stated; /* size and sums, as the API stated them */
	const char *commit; /* that X-Repo-Commit must name; NULL: any */
};

struct download_got {
	char sha256[HASH_HEX_LEN + 1];
	int64_t size_bytes;
	int64_t kept_bytes; /* from an earlier pull */
	int64_t n_tries;
	bool was_there; /* already complete: nothing was fetched */
	bool verified; /* by a checksum that the server states */
};

/*
 * Fetches the file unless it is already at its path. ERR_INPUT if the server or the network fails;
 * ERR_REFUSED if the bytes are not what was stated; ERR_STOPPED.
 */
int download_file(struct downloader *d, struct arena *a, const struct download_file *file,
		  struct download_got *ret_got, struct err *err) MUST_USE;

/* The number of bytes still to fetch; 0 if the file is there. */
int64_t download_missing_bytes(struct arena *a, const struct download_file *file);

/* Ends the fetcher. */
void download_close(struct downloader *d);

#endif

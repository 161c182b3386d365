/*
 * One address → one whole, verified file, whatever the network does: redirects, other tries,
 * resuming, sums, the move into place. Decides who may be asked, who gets the token, and what
 * counts as the file. Knows nothing of the APIs that the addresses come from, and does not print.
 *
 * While a file is under way it lies beside its place as FILE.incomplete, and FILE.incomplete.etag
 * holds the entity tag that its bytes came with. Both are kept when something goes wrong, so that
 * the next pull goes on, and gone when the file is there.
 */
#ifndef PULL_DOWNLOAD_H
#define PULL_DOWNLOAD_H

#include "pull/pull_values.h"
#include "work/transfer/transfer.h"

enum { DOWNLOAD_MAX_REDIRECTS = 5 };

/* What holds for all downloads of a command; borrowed. */
struct download_rules {
	const char *program; /* toehold-fetch */
	const char *token; /* NULL: none */
	const char *token_origin; /* the only address that gets it: "https://huggingface.co:443" */
	const char *login_hint; /* what to do about 401 and 403 */
	const char *plain_origin; /* may be asked without encryption; "" for none */
	int64_t tries; /* without a new byte in between */
	int64_t connect_ms, stall_ms, backoff_ms; /* the wait is doubled with each try */
	bool unverified; /* also take what the server states no sum of */
	bool (*stopped)(void); /* Ctrl-C */
	void (*say)(const char *text); /* one line on what happens */
	/* `what` is "checking" or "fetching"; total_bytes is -1 where it is not known. */
	void (*progress)(const char *name, const char *what, int64_t done_bytes,
			 int64_t total_bytes);
};

struct downloader {
	const struct download_rules *rules;
	struct transfer transfer; /* the fetcher, started when it is needed */
};

/* What servers said of a file on the way, those at the first address alone. */
struct download_stated {
	struct pull_file file; /* size and sums by X-Linked-*, else by the answer itself */
	const char *commit; /* X-Repo-Commit, or NULL */
	const char *digest; /* Docker-Content-Digest, or NULL */
	bool linked; /* by X-Linked-Etag, whose sum counts whatever the file's own tag is */
};

/*
 * A text of at most max_bytes; owned by the arena. ERR_INPUT, ERR_REFUSED, ERR_ENGINE or
 * ERR_STOPPED.
 */
int download_text(struct downloader *d, struct arena *a, const char *url, const char *accept,
		  int64_t max_bytes, char **ret_text, size_t *ret_len,
		  struct download_stated *ret_stated, struct err *err) MUST_USE;

/* What is stated of a file, without its content. */
int download_look(struct downloader *d, struct arena *a, const char *url,
		  struct download_stated *ret_stated, struct err *err) MUST_USE;

struct download_file {
	const char *url, *name; /* name: for words */
	const char *path; /* where it goes; its folder is there */
	const char *lock_path; /* held while it is fetched, as other tools hold it */
	struct pull_file stated; /* size and sums, as the API stated them */
	const char *commit; /* where X-Repo-Commit must say so; else NULL */
};

struct download_got {
	char sha256[HASH_HEX_LEN + 1];
	int64_t size_bytes;
	int64_t kept_bytes; /* of an earlier pull */
	int64_t n_tries;
	bool was_there; /* whole, at path: nothing was fetched and nothing read */
	bool verified; /* by a sum that the server states */
};

/*
 * Fetches it unless it is at its path already. ERR_INPUT where the server will not give it, or
 * the network does not; ERR_REFUSED where what came is not what was stated; ERR_STOPPED.
 */
int download_file(struct downloader *d, struct arena *a, const struct download_file *file,
		  struct download_got *ret_got, struct err *err) MUST_USE;

/* How many bytes of it are still to come: 0 where it is there. */
int64_t download_missing_bytes(struct arena *a, const struct download_file *file);

/* Ends the fetcher. */
void download_close(struct downloader *d);

#endif

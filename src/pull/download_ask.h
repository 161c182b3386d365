/*
 * One HTTP request with its redirects. Decides which errors are worth another try.
 */
#ifndef PULL_DOWNLOAD_ASK_H
#define PULL_DOWNLOAD_ASK_H

#include "pull/download.h"

enum ask_result {
	ASK_DONE,
	ASK_AGAIN, /* err says what happened; another try may help */
	ASK_FAILED
};

/* Receives the body. Both functions return -1 with err set to end the transfer. */
struct ask_sink {
	int (*begin)(struct ask_sink *sink, const struct transfer_head *head,
		     const struct download_stated *stated, struct err *err);
	int (*data)(struct ask_sink *sink, const void *data, size_t n_bytes, struct err *err);
	bool again; /* set by the function that failed: another try may help */
};

/*
 * Sends `get` to its url, follows redirects, and passes the body of a 200 or 206 to the sink. Sets
 * token and direct itself. `ret_wait_s` is the wait that the server demands before another try,
 * or -1.
 */
enum ask_result ask(struct downloader *d, struct arena *a, const struct transfer_get *get,
		    struct ask_sink *sink, struct download_stated *ret_stated, int64_t *ret_wait_s,
		    struct err *err) MUST_USE;

/* Waits until the next try, and says why and how long. ERR_STOPPED, or ERR_INPUT if too long. */
int ask_wait(struct downloader *d, int64_t try_no, int64_t wait_s, const struct err *why,
	     struct err *err) MUST_USE;

#endif

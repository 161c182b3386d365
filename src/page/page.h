/*
 * The page: a server for one browser user whose every step is a verb of this program, run as a
 * process of its own. Decides nothing about models, jobs or runs. It keeps the session, the
 * running verbs, and nothing on the disk.
 */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "flow/cmd.h"

struct page;

struct page_options {
	const char *job; /* a file in the current folder, or NULL */
	const char *store; /* an absolute path, or NULL */
	int64_t port; /* 0: any free one */
	int64_t idle_us; /* it ends if nobody asks for so long; 0: never */
};

/* Starts to listen on 127.0.0.1. Fails with ERR_REFUSED if the port is taken. */
int page_open(struct cmd *cmd, const struct page_options *options, struct page **ret_page) MUST_USE;

/* The address to open, with its token. */
const char *page_address(struct page *page);

/* Serves until it is interrupted, or until nobody asks any more. */
void page_serve(struct page *page);

/* Stops what still runs, waits for that, and frees the page. Does nothing if NULL. */
void page_close(struct page *page);

#endif

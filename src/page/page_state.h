/*
 * What the files of src/page share: the page while it works. All of it belongs to the main thread,
 * but for the session's port and cookie, which do not change.
 */
#ifndef PAGE_PAGE_STATE_H
#define PAGE_PAGE_STATE_H

#include "page/page.h"
#include "page/page_answer.h"
#include "page/page_files.h"
#include "page/page_session.h"
#include "page/page_verb.h"
#include "page/page_words.h"

struct page_action;
struct page_read;

struct page {
	struct cmd *cmd;
	struct page_options options;
	const char *folder; /* the current one, as an absolute path */
	struct http_server *server;
	struct page_session session;
	json_t *models; /* paths that reading verbs have listed, as members: page_files.h */
	struct page_read *reads; /* the oldest first */
	struct page_action *actions; /* the newest first */
	int64_t n_actions;
	int64_t asked_us; /* the last request came; monotonic */
};

/* The folder of the page as it is now. Owned by the arena. */
void page_look(const struct page *page, struct arena *a, struct page_folder *ret_folder);

/* To requests that come too late. */
extern const char page_is_stopping[];

/* A `struct cmd` for one request: its own arena and error. */
struct cmd page_cmd(const struct page *page);

#endif

/*
 * Doing: a verb that goes on when the browser is closed. Decides which may run together, and what
 * a browser is told of it. Must not know what a verb's events mean.
 */
#ifndef PAGE_PAGE_ACTION_H
#define PAGE_PAGE_ACTION_H

#include "page/page_state.h"

/* Each of these answers the request. */
void page_action_start(struct page *page, struct http_request *q, const char *name);
void page_action_follow(struct page *page, struct http_request *q, const char *id);
void page_action_stop(struct page *page, struct http_request *q, const char *id);

/* Collects what the actions write, and notes their ends. */
void page_actions_turn(struct page *page);
void page_actions_poll(const struct page *page, struct page_poll *poll);

/* The newest action that runs; NULL if none does. */
const char *page_action_running(const struct page *page);

/* For /api/state. */
json_t *page_actions_json(const struct page *page);

/* As a Ctrl-C to each that runs: what is answered is kept. The second one drops what is in hand. */
void page_actions_stop(struct page *page);

/* After the server was closed. */
void page_actions_free(struct page *page);

#endif

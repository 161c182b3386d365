/*
 * The page at / of `serve`: how to ask it. It needs no token, so it holds nothing about the run.
 */
#ifndef FLOW_PRODUCTION_SERVE_PAGE_H
#define FLOW_PRODUCTION_SERVE_PAGE_H

#include "base/arena.h"

/* Its Content-Type and Content-Security-Policy: no script, style, image or frame. */
extern const char serve_page_type[], serve_page_policy[];

/* The page of a server at this port, owned by the arena. */
const char *serve_page_html(struct arena *a, int port);

/* A command that asks the server. The token is written as it is. */
const char *serve_page_curl(struct arena *a, int port, const char *token);

#endif

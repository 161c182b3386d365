/*
 * The addresses of the page. Decides which path and method a request may have, whether it needs
 * the cookie, and how long its body may be.
 */
#ifndef PAGE_PAGE_ROUTES_H
#define PAGE_PAGE_ROUTES_H

#include "page/page_state.h"

struct page_route {
	const char *method, *path; /* '*' stands for a name without a slash */
	bool open; /* no cookie is asked for: it holds nothing of this machine */
	size_t body_bytes;
	/* Answers the request, now or later; in the main thread. `name` is what '*' stands for. */
	void (*answer)(struct page *page, struct http_request *q, const char *name);
};

/* The route of a path, or NULL. *ret_name is owned by the arena. */
const struct page_route *page_route_find(struct arena *a, const char *path, const char **ret_name);

/* Whether the route takes a method. GET admits HEAD. */
bool page_route_takes(const struct page_route *route, const char *method);

/* Answers a request that came out of the queue. */
void page_route_answer(struct page *page, struct http_request *q);

#endif

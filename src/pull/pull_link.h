/*
 * The addresses that `pull` requests: which are allowed, and where a redirect may lead. Addresses
 * from a server are hostile until pull_link_read() has accepted them. Pure functions.
 */
#ifndef PULL_PULL_LINK_H
#define PULL_PULL_LINK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/url.h"

/*
 * Parses an address, ours or a server's. Strict, so that no two readers can disagree on the host:
 * accepts what url_parse() accepts and a query of graphic ASCII, but no fragment.
 */
int pull_link_read(struct arena *a, const char *link, struct url *ret_url,
		   struct err *err) MUST_USE;

/*
 * May this address be requested? Plain http is allowed only on this machine and at `plain_origin`
 * ("" for none), the address that the user configured. ERR_REFUSED.
 */
int pull_link_may_ask(const struct url *url, const char *plain_origin, struct err *err) MUST_USE;

/* May a redirect lead from one to the other? Never from https to http. ERR_REFUSED. */
int pull_link_may_follow(const struct url *from, const struct url *to, const char *plain_origin,
			 struct err *err) MUST_USE;

/* `text` with every character escaped that a path of a URL cannot hold; '/' stays. */
const char *pull_link_escape(struct arena *a, const char *text);

#endif

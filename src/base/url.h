/*
 * An http or https address, split into parts. Decides which addresses are well-formed and which
 * hosts are this machine. Resolves no names and opens nothing.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct sockaddr;

struct url {
	bool tls;
	const char *host; /* in lower case; an IPv6 address without its brackets */
	int port;
	bool is_address; /* the host is an IP address, so no name is looked up */
	bool is_loopback; /* 127.0.0.0/8, ::1 or "localhost": this machine */
	const char *origin; /* "http://127.0.0.1:8080", always with the port */
	const char *path; /* "/v1", without a slash at its end; "" if there is none */
	const char *fragment; /* behind '#'; "" if there is none */
};

/*
 * Fails with ERR_INPUT if the text is no such address, or holds a user name, a password or a
 * query: addresses are stored and shown. The arena owns all parts.
 */
int url_parse(struct arena *a, const char *text, struct url *ret_url, struct err *err) MUST_USE;

/* Where a network address leads. */
enum url_reach {
	URL_LOOPBACK, /* this machine */
	URL_PRIVATE, /* not routed on the internet: RFC 1918, 4193, 6598, and link-local */
	URL_PUBLIC
};
enum url_reach url_reach(const struct sockaddr *address);

#endif

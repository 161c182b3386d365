/*
 * An http or https address in parts. Decides what is a well-formed one and which hosts are this
 * machine; resolves no names and opens nothing.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct sockaddr;

struct url {
	bool tls;
	const char *host; /* in small letters; an IPv6 address without its brackets */
	int port;
	bool is_address; /* the host is an IP address: no name has to be looked up */
	bool is_loopback; /* 127.0.0.0/8, ::1 or "localhost": this machine */
	const char *origin; /* "http://127.0.0.1:8080", the port always there */
	const char *path; /* "/v1" without a slash at its end; "" where there is none */
	const char *fragment; /* behind '#', "" where there is none */
};

/*
 * Fails with ERR_INPUT on what is no such address, and on one with a user name, a password or a
 * query in it: an address is kept and shown. Everything is owned by the arena.
 */
int url_parse(struct arena *a, const char *text, struct url *ret_url, struct err *err) MUST_USE;

/* Where a network address leads. */
enum url_reach {
	URL_LOOPBACK, /* this machine */
	URL_PRIVATE, /* RFC 1918, RFC 4193, RFC 6598, and link-local: not routed on the internet */
	URL_PUBLIC
};
enum url_reach url_reach(const struct sockaddr *address);

#endif

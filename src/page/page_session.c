/*
 * Token, cookie, Host, Origin. The cookie is the same for every browser that entered.
 */
#include "page/page_session.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"

static void session_make_secret(char ret_secret[PAGE_SECRET_LEN + 1])
{
	unsigned char bytes[PAGE_SECRET_LEN / 2];

	hash_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(ret_secret + 2 * i, 3, "%02x", bytes[i]);
}

void page_session_init(struct page_session *s)
{
	*s = (struct page_session){ 0 };
	session_make_secret(s->token);
	session_make_secret(s->cookie);
}

enum page_entry page_session_enter(struct page_session *s, const char *token)
{
	if (http_secret_is(token, s->token)) {
		memcpy(s->used, s->token, sizeof(s->used));
		session_make_secret(s->token);
		return PAGE_ENTRY_OPEN;
	}
	return *s->used && http_secret_is(token, s->used) ? PAGE_ENTRY_USED : PAGE_ENTRY_WRONG;
}

const char *page_session_address(struct arena *a, const struct page_session *s)
{
	return arena_printf(a, "http://127.0.0.1:%d/?token=%s", s->port, s->token);
}

const char *page_session_cookie(struct arena *a, const struct page_session *s)
{
	return arena_printf(a, "toehold-%d=%s; HttpOnly; SameSite=Strict; Path=/", s->port,
			    s->cookie);
}

bool page_session_has_cookie(const struct page_session *s, const char *header)
{
	char name[32], value[PAGE_SECRET_LEN + 1];
	size_t n, n_name = (size_t)snprintf(name, sizeof(name), "toehold-%d=", s->port);
	const char *rest = header, *part;

	while (rest && (part = str_next_part(&rest, ';', &n))) {
		size_t n_blank = strspn(part, " ");

		if (n != n_blank + n_name + PAGE_SECRET_LEN ||
		    strncmp(part + n_blank, name, n_name) != 0)
			continue;
		memcpy(value, part + n_blank + n_name, PAGE_SECRET_LEN);
		value[PAGE_SECRET_LEN] = '\0';
		if (http_secret_is(value, s->cookie))
			return true;
	}
	return false;
}

/* The page's own origin, as the browser sees it. NULL: the browser names none. */
static bool session_origin_is_ours(const struct http_request *q, const char *origin)
{
	const char *host = http_request_header(q, "Host");

	return str_starts(origin, "http://") && strcmp(origin + strlen("http://"), host) == 0;
}

/* RULE: no other site, nor another port of this machine, can make a browser ask in our name. */
static bool session_is_cross_site(const struct http_request *q)
{
	const char *site = http_request_header(q, "Sec-Fetch-Site");
	const char *origin = http_request_header(q, "Origin");

	return (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) ||
	       (origin && !session_origin_is_ours(q, origin));
}

unsigned page_session_check(const struct page_session *s, const struct http_request *q,
			    bool needs_cookie, const char **ret_words)
{
	const char *own = http_request_header(q, "X-Toehold");

	*ret_words = "this Host is not served; use 127.0.0.1 or localhost";
	if (!http_host_is_ours(q))
		return MHD_HTTP_MISDIRECTED_REQUEST;
	if (!needs_cookie)
		return 0;
	*ret_words = "open the address that toehold printed in the terminal";
	if (!page_session_has_cookie(s, http_request_header(q, "Cookie")))
		return MHD_HTTP_UNAUTHORIZED;
	*ret_words = "only the page itself may ask";
	if (session_is_cross_site(q))
		return MHD_HTTP_FORBIDDEN;
	if (strcmp(q->method, "POST") != 0)
		return 0;
	if (!http_request_header(q, "Origin") || !own || strcmp(own, "page") != 0)
		return MHD_HTTP_FORBIDDEN;
	return 0;
}

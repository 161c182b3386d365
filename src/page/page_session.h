/*
 * Who may talk to the page: the browser that opened the printed address, and no web page. Decides
 * on heads of requests; must not know what they ask for.
 */
#ifndef PAGE_PAGE_SESSION_H
#define PAGE_PAGE_SESSION_H

#include "base/arena.h"
#include "flow/http/http_server.h"

enum { PAGE_SECRET_LEN = 48 };

struct page_session {
	int port;
	char token[PAGE_SECRET_LEN + 1]; /* of the printed address; good for one exchange */
	char used[PAGE_SECRET_LEN + 1]; /* the one before; "": none */
	char cookie[PAGE_SECRET_LEN + 1];
};

enum page_entry {
	PAGE_ENTRY_OPEN, /* the token was right: it is used now */
	PAGE_ENTRY_USED,
	PAGE_ENTRY_WRONG,
};

/* New secrets. */
void page_session_init(struct page_session *s);

/* Exchanges a token; after a success the session has a new one. */
enum page_entry page_session_enter(struct page_session *s, const char *token);

/* "http://127.0.0.1:PORT/?token=…" */
const char *page_session_address(struct arena *a, const struct page_session *s);

/* The value of Set-Cookie. */
const char *page_session_cookie(struct arena *a, const struct page_session *s);

/* Whether the header Cookie (NULL: none) holds the session's cookie. */
bool page_session_has_cookie(const struct page_session *s, const char *header);

/*
 * Why a request is refused: its status, and *ret_words; 0 if it is not. `needs_cookie`: it asks for
 * what is on this machine.
 */
unsigned page_session_check(const struct page_session *s, const struct http_request *q,
			    bool needs_cookie, const char **ret_words);

#endif

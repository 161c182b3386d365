/*
 * Which addresses may be requested, and where a redirect may lead.
 */
#include "pull/pull_link.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/display.h"

enum { QUERY_MAX_BYTES = 16384 }; /* storage servers put their signature here */

int pull_link_read(struct arena *a, const char *link, struct url *ret_url, struct err *err)
{
	size_t n = strcspn(link, "?#");

	for (const char *p = link + n; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '#')
			return err_set(err, ERR_REFUSED,
				       "the server named a malformed address: '%s'",
				       display_text(a, link));
	if (strlen(link + n) > QUERY_MAX_BYTES)
		return err_set(err, ERR_REFUSED, "the server named an address that is too long");
	return url_parse(a, arena_strndup(a, link, n), ret_url, err);
}

int pull_link_may_ask(const struct url *url, const char *plain_origin, struct err *err)
{
	if (url->tls || url->is_loopback || strcmp(url->origin, plain_origin) == 0)
		return 0;
	return err_set(err, ERR_REFUSED,
		       "%s is not encrypted, so anyone could alter the download; use an https "
		       "address",
		       url->origin);
}

int pull_link_may_follow(const struct url *from, const struct url *to, const char *plain_origin,
			 struct err *err)
{
	if (from->tls && !to->tls)
		return err_set(err, ERR_REFUSED,
			       "%s redirects to %s, from an encrypted address to an unencrypted "
			       "one",
			       from->origin, to->origin);
	return pull_link_may_ask(to, plain_origin, err);
}

const char *pull_link_escape(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, 3 * strlen(text) + 1);
	for (const char *p = text; *p; p++) {
		if (isalnum((unsigned char)*p) || strchr("-._~/:", *p))
			buf_addc(&b, *p);
		else
			buf_addf(&b, "%%%02X", (unsigned char)*p);
	}
	return buf_to_arena(&b, a);
}

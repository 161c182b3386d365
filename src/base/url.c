/*
 * A parser for the part of RFC 3986 that the address of a model server can use.
 */
#include "base/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"

enum { URL_MAX_BYTES = 2048, HOST_MAX_BYTES = 253 };

static int url_fail(struct arena *a, const char *text, const char *what, struct err *err)
{
	return err_set(err, ERR_INPUT, "'%s' is not the address of a server: %s",
		       display_cut(a, text, 200), what);
}

static bool url_is_name(const char *host)
{
	for (const char *p = host; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-._", *p))
			return false;
	return *host && strlen(host) <= HOST_MAX_BYTES && *host != '.' && *host != '-';
}

/* Finds out if the host is an IP address, and if it is this machine. */
static void url_look_at_host(const char *host, bool brackets, struct url *ret)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };

	ret->is_loopback = strcmp(host, "localhost") == 0;
	if (brackets && inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
		ret->is_address = true;
		ret->is_loopback = url_reach((struct sockaddr *)&v6) == URL_LOOPBACK;
	} else if (!brackets && inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
		ret->is_address = true;
		ret->is_loopback = url_reach((struct sockaddr *)&v4) == URL_LOOPBACK;
	}
}

/* Parses "HOST", "HOST:PORT" or "[IPv6]:PORT". Returns NULL, or what is wrong. */
static const char *url_parse_place(struct arena *a, const char *text, size_t n, struct url *ret)
{
	char *place = arena_strndup(a, text, n), *host = place, *end = place + n, *port;
	bool brackets = *place == '[';
	int64_t value = ret->tls ? 443 : 80;

	if (memchr(text, '@', n))
		return "it holds a user name or a password, which would be stored and shown; put a "
		       "token in the environment (docs/http.md)";
	if (brackets) {
		host++;
		end = strchr(host, ']');
		if (!end)
			return "a bracket is not closed";
		*end++ = '\0';
	} else {
		end = host + strcspn(host, ":");
	}
	if (*end && *end != ':')
		return "the host is followed by something other than a port";
	port = *end ? end + 1 : NULL;
	*end = '\0';
	if (port && !str_to_i64(port, 1, 65535, &value))
		return "the port is not a number from 1 to 65535";
	for (char *p = host; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	url_look_at_host(host, brackets, ret);
	if (brackets ? !ret->is_address : !url_is_name(host))
		return "the host is neither a name nor an IP address";
	ret->host = host;
	ret->port = (int)value;
	ret->origin = arena_printf(a, "%s://%s%s%s:%d", ret->tls ? "https" : "http",
				   brackets ? "[" : "", host, brackets ? "]" : "", ret->port);
	return NULL;
}

static bool url_has_only_graphic(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] == 0x7f || strchr("\"<>\\^`{|}", text[i]))
			return false;
	return true;
}

int url_parse(struct arena *a, const char *text, struct url *ret_url, struct err *err)
{
	struct url url = { .fragment = "" };
	const char *place, *path, *problem;
	size_t n_place, n_path;

	if (strlen(text) > URL_MAX_BYTES)
		return url_fail(a, text, "it is too long", err);
	if (str_utf8_error(text, strlen(text)) >= 0)
		return url_fail(a, text, "it is not UTF-8", err);
	url.tls = strncasecmp(text, "https://", 8) == 0;
	if (!url.tls && strncasecmp(text, "http://", 7) != 0)
		return url_fail(a, text, "it begins with neither http:// nor https://", err);
	place = text + (url.tls ? 8 : 7);
	n_place = strcspn(place, "/?#");
	problem = url_parse_place(a, place, n_place, &url);
	if (problem)
		return url_fail(a, text, problem, err);
	path = place + n_place;
	n_path = strcspn(path, "?#");
	if (path[n_path] == '?')
		return url_fail(a, text, "it holds a query", err);
	if (!url_has_only_graphic(path, n_path))
		return url_fail(a, text, "its path holds a character that has to be escaped", err);
	if (path[n_path] == '#')
		url.fragment = arena_strdup(a, path + n_path + 1);
	while (n_path > 0 && path[n_path - 1] == '/')
		n_path--;
	url.path = arena_strndup(a, path, n_path);
	*ret_url = url;
	return 0;
}

/* First bits of addresses, in network order. */
static const struct {
	uint32_t start;
	int bits;
	enum url_reach reach;
} v4_rows[] = {
	{ 0x7f000000, 8, URL_LOOPBACK }, /* 127.0.0.0/8 */
	{ 0x0a000000, 8, URL_PRIVATE }, /* 10.0.0.0/8 */
	{ 0xac100000, 12, URL_PRIVATE }, /* 172.16.0.0/12 */
	{ 0xc0a80000, 16, URL_PRIVATE }, /* 192.168.0.0/16 */
	{ 0xa9fe0000, 16, URL_PRIVATE }, /* 169.254.0.0/16, link-local */
	{ 0x64400000, 10, URL_PRIVATE }, /* 100.64.0.0/10, shared (RFC 6598) */
};

static enum url_reach url_reach_v4(uint32_t address)
{
	for (size_t i = 0; i < COUNT_OF(v4_rows); i++)
		if (address >> (32 - v4_rows[i].bits) == v4_rows[i].start >> (32 - v4_rows[i].bits))
			return v4_rows[i].reach;
	return URL_PUBLIC;
}

static enum url_reach url_reach_v6(const struct in6_addr *address)
{
	const uint8_t *b = address->s6_addr;

	if (IN6_IS_ADDR_LOOPBACK(address))
		return URL_LOOPBACK;
	if (IN6_IS_ADDR_V4MAPPED(address))
		return url_reach_v4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
				    (uint32_t)b[14] << 8 | b[15]);
	if ((b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80))
		return URL_PRIVATE;
	return URL_PUBLIC;
}

enum url_reach url_reach(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return url_reach_v4(ntohl(
			((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	if (address->sa_family == AF_INET6)
		return url_reach_v6(
			&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
	return URL_PUBLIC;
}

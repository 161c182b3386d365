/*
 * The table of paths, and how a path is found in it.
 */
#include "flow/production/http_routes.h"

#include <string.h>

#include "base/array.h"
#include "base/str.h"

static const struct route routes[] = {
	{ "POST", "/classify", ROUTE_ASK, REQUEST_CLASSIFY, false },
	{ "POST", "/v1/chat/completions", ROUTE_ASK, REQUEST_CHAT, false },
	{ "POST", "/v1/systemone", ROUTE_ASK, REQUEST_SYSTEMONE, false },
	{ "POST", "/v1/decisions", ROUTE_ASK, REQUEST_DECISIONS, false },
	{ "GET", "/v1/models", ROUTE_MODELS, REQUEST_CHAT, false },
	{ "GET", "/v1/models/", ROUTE_MODEL, REQUEST_CHAT, false },
	{ "GET", "/metrics", ROUTE_METRICS, REQUEST_CHAT, false },
	{ "GET", "/health", ROUTE_HEALTH, REQUEST_CHAT, true },
	{ "GET", "/", ROUTE_PAGE, REQUEST_CHAT, true },
};

static bool route_path_is(const struct route *route, const char *path)
{
	static const char version[] = "/v1";
	const char *known = route->path;
	size_t n = strlen(path), n_known;

	if (str_starts(known, version) && !str_starts(path, "/v1/"))
		known += strlen(version);
	n_known = strlen(known);
	if (route->kind == ROUTE_MODEL)
		return n > n_known && strncmp(known, path, n_known) == 0;
	return strncmp(known, path, n_known) == 0 &&
	       (n == n_known || (n_known > 1 && n == n_known + 1 && path[n_known] == '/'));
}

bool http_route_takes(const struct route *route, const char *method)
{
	return strcmp(route->method, method) == 0 || strcmp(method, "OPTIONS") == 0 ||
	       (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

const struct route *http_route_find(const char *path)
{
	for (size_t i = 0; i < COUNT_OF(routes); i++)
		if (route_path_is(&routes[i], path))
			return &routes[i];
	return NULL;
}

const char *http_route_allowed(const struct route *route)
{
	return strcmp(route->method, "GET") == 0 ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
}

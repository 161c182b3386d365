/*
 * The paths of `serve`. Decides which path and method a request may have, and whether it needs the
 * token; must not know how it is answered.
 */
#ifndef FLOW_PRODUCTION_HTTP_ROUTES_H
#define FLOW_PRODUCTION_HTTP_ROUTES_H

#include <stdbool.h>

#include "flow/production/request.h"

enum route_kind {
	ROUTE_ASK,
	ROUTE_PAGE,
	ROUTE_HEALTH,
	ROUTE_MODELS,
	ROUTE_MODEL, /* the name follows */
	ROUTE_METRICS,
};

struct route {
	const char *method, *path;
	enum route_kind kind;
	enum request_form form;
	bool open; /* no token is asked for */
};

/*
 * The route of a path, or NULL. "/classify/" and "/models" are taken for "/classify" and
 * "/v1/models": clients differ in these.
 */
const struct route *http_route_find(const char *path);

/* Whether the route takes a method. GET admits HEAD, and every path admits OPTIONS. */
bool http_route_takes(const struct route *route, const char *method);

/* Those methods, for the header Allow. */
const char *http_route_allowed(const struct route *route);

#endif

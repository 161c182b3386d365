/*
 * Walks a path. Tries the longest name first, because names of members can hold points.
 */
#include "base/json/json_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool path_ends_step(char c)
{
	return c == '\0' || c == '.' || c == '[';
}

/* The path behind a step: without the point that separates the next one. */
static const char *path_rest(const char *p)
{
	return *p == '.' ? p + 1 : p;
}

static json_t *path_in_list(const json_t *list, const char *path)
{
	bool bracket = *path == '[';
	const char *digits = path + bracket;
	size_t n = strspn(digits, "0123456789");
	const char *end = digits + n;

	if (n == 0 || (bracket && *end != ']') || !path_ends_step(end[bracket]))
		return NULL;
	return json_at_path(json_array_get(list, strtoul(digits, NULL, 10)),
			    path_rest(end + bracket));
}

static json_t *path_in_object(const json_t *object, const char *path)
{
	json_t *found = NULL;

	for (size_t n = strlen(path); n > 0 && !found; n--) {
		if (!path_ends_step(path[n]))
			continue;
		found = json_at_path(json_object_getn(object, path, n), path_rest(path + n));
	}
	return found;
}

json_t *json_at_path(const json_t *value, const char *path)
{
	if (!value || *path == '\0')
		return (json_t *)value;
	if (json_is_array(value))
		return path_in_list(value, path);
	return json_is_object(value) ? path_in_object(value, path) : NULL;
}

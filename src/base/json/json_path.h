/*
 * A value inside a JSON value, named as people write it: "data.text", "annotations.0.value".
 * Must not know what a value means.
 */
#ifndef BASE_JSON_JSON_PATH_H
#define BASE_JSON_JSON_PATH_H

#include <jansson.h>

/*
 * The value at a path, borrowed; NULL if there is none. Steps are names of members, or places in a
 * list from 0, separated by points; "a[0].b" is also read. A member whose own name holds points
 * comes first: "label.responses" finds {"label.responses": …} before {"label": {"responses": …}}.
 */
json_t *json_at_path(const json_t *value, const char *path);

#endif

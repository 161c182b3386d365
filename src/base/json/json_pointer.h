/*
 * JSON pointers (RFC 6901), such as "/properties/amount": to a value, and to its place in the text
 * that it was read from. Knows nothing of the meaning.
 */
#ifndef BASE_JSON_JSON_POINTER_H
#define BASE_JSON_JSON_POINTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The value that a pointer leads to, borrowed; NULL if there is none. "" is the root. */
json_t *json_at_pointer(const json_t *root, const char *pointer);

/* The pointer to a member, or to the item of a list. Owned by the arena. */
const char *json_pointer_member(struct arena *a, const char *pointer, const char *key);
const char *json_pointer_item(struct arena *a, const char *pointer, size_t at);

/*
 * The line and column (from 1, in characters) of a value in the text of valid JSON; false if the
 * pointer leads to none.
 */
bool json_place(const char *text, const char *pointer, size_t *ret_line, size_t *ret_column);

#endif

/*
 * Jansson's values to text, the ways in which this program needs it. Knows nothing of what the
 * values mean.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"

/*
 * Of this process, before any value is made: without memory it ends with a message. Jansson alone
 * would leave members out, and the text would look whole.
 */
void json_must_have_memory(void);

/* Compact text of a value, owned by the arena; releases the value. */
const char *json_text(struct arena *a, json_t *value);

/*
 * Writes a value and a line break; releases the value. Characters that a terminal would obey, hide
 * or reorder become \uXXXX: the same value, safe to look at. Indented, or all on one line.
 */
void json_print(json_t *value, FILE *out);
void json_print_line(json_t *value, FILE *out);

/* A string from text of any bytes: what is not well-formed is shown as \xNN. NULL: null. */
json_t *json_any_text(const char *text);

#endif

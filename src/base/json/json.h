/*
 * Jansson's values as text. Knows nothing of their meaning.
 */
#ifndef BASE_JSON_JSON_H
#define BASE_JSON_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"

/*
 * Call once, before any value is made: from then on the process ends with a message if Jansson
 * gets no memory. Without this, Jansson leaves members out, and the text looks complete.
 */
void json_must_have_memory(void);

/* The compact text of an array or object, owned by the arena. Releases the value. */
const char *json_text(struct arena *a, json_t *value);

/*
 * Writes a value and a line break, and releases the value. Hidden characters (base/str.h) become
 * \uXXXX: the same value, safe for a terminal. json_print indents; json_print_line uses one line.
 */
void json_print(json_t *value, FILE *out);
void json_print_line(json_t *value, FILE *out);

/* A string of any bytes: malformed UTF-8 is printable text (\xNN). NULL becomes null. */
json_t *json_any_text(const char *text);

/* A list of such texts. */
json_t *json_text_list(const char *const *texts, size_t n);

/* The text of a string; NULL if it is none, or holds a NUL: cut there it would be another text. */
const char *json_whole_text(const json_t *value);

/*
 * The escape of half a character that kept Jansson from reading a text, such as "\uD83D", owned by
 * the arena; NULL if something else did. Jansson has no code of its own for it.
 */
const char *json_half_escape(struct arena *a, const json_error_t *found);

/* An integer; null if it is negative, which stands for a figure that is not available. */
json_t *json_known(int64_t value);

#endif

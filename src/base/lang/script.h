/*
 * The writing system of a text, by Unicode ranges. Names are those of UAX #24; only common scripts
 * have one. Must not know languages: one script serves many.
 */
#ifndef BASE_LANG_SCRIPT_H
#define BASE_LANG_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The script of more than half of the letters, such as "Latin". Returns "" if the text has no
 * letters, if no script has the majority, or if it is not UTF-8. The name is static.
 */
const char *script_of(const char *text, size_t n_bytes);

/*
 * Whether a text holds letters that are written from right to left (UAX #9, classes R and AL).
 * Isolate such a text before you print it on a line with others, or numbers near it change places.
 */
bool script_runs_left(const char *text);

/* First strong isolate and pop directional isolate: print them before and after such a text. */
#define SCRIPT_ISOLATE "\xE2\x81\xA8"
#define SCRIPT_ISOLATE_END "\xE2\x81\xA9"

#endif

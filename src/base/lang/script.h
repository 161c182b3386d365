/*
 * Which writing system a text is in, by Unicode ranges (UAX #24's names, the common scripts alone).
 * Knows nothing of languages: many are written in one script.
 */
#ifndef BASE_LANG_SCRIPT_H
#define BASE_LANG_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The script of more than half of the letters, such as "Latin"; "" where there are no letters, no
 * script has the majority, or the text is not UTF-8. The name is a constant.
 */
const char *script_of(const char *text, size_t n_bytes);

/*
 * Whether a text holds letters that are written from right to left (UAX #9, classes R and AL). On
 * one line with other texts it has to be isolated, or numbers beside it change places.
 */
bool script_runs_left(const char *text);

/* First strong isolate and pop directional isolate, to stand around such a text. */
#define SCRIPT_ISOLATE "\xE2\x81\xA8"
#define SCRIPT_ISOLATE_END "\xE2\x81\xA9"

#endif

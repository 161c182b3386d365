/*
 * What a text is written in, as far as can be told: a language where the detector is sure, else
 * the script. Says which of the two it is; never guesses.
 */
#ifndef BASE_LANG_TEXT_LANGUAGE_H
#define BASE_LANG_TEXT_LANGUAGE_H

#include <stddef.h>

enum { TEXT_LANGUAGE_MAX = 40 };

/* Before the name of a script, where the language is not told: "script: Cyrillic". */
#define TEXT_LANGUAGE_SCRIPT "script: "

/* "de", "script: Cyrillic", or "" where there are no letters or the text is not UTF-8. */
void text_language(const char *text, size_t n_bytes, char ret_lang[TEXT_LANGUAGE_MAX]);

/* What told it: "CLD2 V2.0 - 20140204", or "scripts alone". A constant. */
const char *written_by(void);

#endif

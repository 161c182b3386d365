/*
 * What a text is written in: a language if the detector is sure, otherwise the script. The result
 * says which of the two it is.
 */
#ifndef BASE_LANG_TEXT_LANGUAGE_H
#define BASE_LANG_TEXT_LANGUAGE_H

#include <stddef.h>

enum { TEXT_LANGUAGE_MAX = 40 };

/* Stands before the name of a script: "script: Cyrillic". */
#define TEXT_LANGUAGE_SCRIPT "script: "

/* "de", "script: Cyrillic", or "" if the text has no letters or is not UTF-8. */
void text_language(const char *text, size_t n_bytes, char ret_lang[TEXT_LANGUAGE_MAX]);

/* What detects languages in this build: "CLD2 V2.0 - 20140204", or "scripts alone". Static. */
const char *text_language_detector(void);

#endif

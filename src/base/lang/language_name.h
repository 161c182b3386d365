/*
 * Codes and English names of languages, from languages.def. Decides which codes mean the same
 * language; must not know what language a text is in (text_language.h).
 */
#ifndef BASE_LANG_LANGUAGE_NAME_H
#define BASE_LANG_LANGUAGE_NAME_H

enum { LANGUAGE_CODE_MAX = 36 };

/*
 * The code to compare a tag's language by: "de" for "de", "de-CH", "DE_de", "deu" and "ger".
 * If languages.def does not list the language, this is the first part of the tag in lower case.
 */
void language_code(const char *tag, char ret_code[LANGUAGE_CODE_MAX]);

/* The language's name in English ("German"), or the tag itself if languages.def has no name. */
const char *language_name(const char *tag);

#endif

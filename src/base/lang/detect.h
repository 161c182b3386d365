/*
 * Detects the language of a text with a library. The build compiles detect_cld2.cpp if it finds
 * CLD2 with its full tables, otherwise detect_none.c. Only the program that the user starts links
 * one of them; workers do not.
 */
#ifndef BASE_LANG_DETECT_H
#define BASE_LANG_DETECT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DETECT_CODE_MAX = 16 };

/*
 * Writes the code of the text's language ("de", "zh-Hant", "nso"). The text is well-formed UTF-8.
 * Returns false if the library is not sure, or if this build has no library.
 */
bool detect_language(const char *text, size_t n_bytes, char ret_code[DETECT_CODE_MAX]);

/* The library and the version of its tables, or "" if this build has none. Static. */
const char *detect_name(void);

#ifdef __cplusplus
}
#endif

#endif

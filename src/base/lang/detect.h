/*
 * The language of a text, by a library. detect_cld2.cpp asks CLD2 where the build found it with its
 * full tables, detect_none.c stands in for it otherwise. Only the program that the user starts
 * links one of the two.
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
 * The code of the language that well-formed UTF-8 is written in ("de", "zh-Hant", "nso"); false
 * where the library is not sure, or there is none.
 */
bool detect_language(const char *text, size_t n_bytes, char ret_code[DETECT_CODE_MAX]);

/* Which library, with the version of its tables; "" where there is none. A constant. */
const char *detect_name(void);

#ifdef __cplusplus
}
#endif

#endif

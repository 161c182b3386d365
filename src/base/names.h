/*
 * Enums as text. One X-macro list, X(CONSTANT, "text", ...), makes the enum and its texts, so that
 * code compares enums and only files and people see the text.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

/* For an X-macro list: its constants, and the array of their texts. */
#define NAMES_CONSTANT(id, ...) id,
#define NAMES_TEXT(id, text, ...) [id] = (text),

/* The texts of an enum whose constants count from 0. */
struct names {
	const char *const *texts;
	int n;
};

/* The constant with this text, or -1. */
int names_find(const struct names *names, const char *text);

/* The constant with this text; the first one if there is none, or if the text is NULL. */
int names_find_or_first(const struct names *names, const char *text);

#endif

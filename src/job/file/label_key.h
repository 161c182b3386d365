/*
 * What a reader can tell apart: two labels with the same key look the same, or differ only in case.
 */
#ifndef JOB_FILE_LABEL_KEY_H
#define JOB_FILE_LABEL_KEY_H

#include "base/arena.h"

/*
 * The text without what a reader does not see: NFKC, case folded (The Unicode Standard, 3.13),
 * without characters that are ignorable by default, one kind of dash and of apostrophe, one space
 * for each run of blanks, none at the ends. "" if nothing shows.
 */
char *label_fold(struct arena *a, const char *text);

/* label_fold(), with a Latin letter in the place of each letter of another script that looks so. */
char *label_key(struct arena *a, const char *text);

/*
 * The text for a message, with \u{N} for each character that does not show or looks like another:
 * hidden ones, blanks other than a single space between words, combining marks, look-alikes.
 */
char *label_show(struct arena *a, const char *text);

/* How two labels with the same key differ, for a message: "differ only in case", for example. */
const char *label_difference(struct arena *a, const char *x, const char *y);

#endif

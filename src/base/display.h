/*
 * Foreign text in a message: one line, safe for a terminal, cut if it is long. Every message that
 * quotes a file uses it. Also writes text whole, or in lines of a terminal's width.
 */
#ifndef BASE_DISPLAY_H
#define BASE_DISPLAY_H

#include <stdio.h>

#include "base/arena.h"

/* At most max_bytes of `text`, printable; ends in "…" if it was cut. Owned by the arena. */
const char *display_cut(struct arena *a, const char *text, size_t max_bytes);

/* At most about 100 bytes of `text`, printable; ends in "…" if it was cut. Owned by the arena. */
const char *display_text(struct arena *a, const char *text);

/* As above for a path: at most about 300 bytes. "-" is "standard input". */
const char *display_path(struct arena *a, const char *path);

/* A path as a word for a shell, quoted if it holds anything but plain characters. */
const char *display_shell_word(struct arena *a, const char *word);

/* At most `columns` columns of printable text; ends in "…" if it was cut. Owned by the arena. */
const char *display_fit(struct arena *a, const char *text, size_t columns);

/* The same, but cut in the middle, so that the last word stays if there is room for it. */
const char *display_fit_middle(struct arena *a, const char *text, size_t columns);

/* Writes all of `text`, printable. */
void display_write(const char *text, FILE *out);

/*
 * The lines of printable text of at most `columns`, which break between words; a longer word is a
 * line of its own. One line, if there is no word. Owned by the arena.
 */
const char **display_lines(struct arena *a, const char *text, size_t columns, size_t *ret_n);

/*
 * Writes printable text and a line break. Its words fill lines from column `start` to `end`; a
 * longer word has a line to itself. What stands before column `start` in the first line is written
 * already.
 */
void display_wrap(struct arena *a, const char *text, size_t start, size_t end, FILE *out);

#endif

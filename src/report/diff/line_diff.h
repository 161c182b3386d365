/*
 * The difference of two texts by lines, as `diff` shows it. Pure; must not know what a text is.
 */
#ifndef REPORT_DIFF_LINE_DIFF_H
#define REPORT_DIFF_LINE_DIFF_H

#include <stdio.h>

#include "base/arena.h"

/*
 * Every line of both texts in order, marked ' ' if both have it, '-' if only `a` has it, '+' if
 * only `b` has it. As few lines as possible are changed (the longest common subsequence); texts of
 * more than LINE_DIFF_MAX lines stand one behind the other. Owned by the arena.
 */
enum { LINE_DIFF_MAX = 2000 };

struct line_change {
	char mark;
	const char *text;
};

void line_diff(struct arena *arena, const char *a, const char *b, struct line_change **ret_changes,
	       size_t *ret_n);

/* Writes them: the mark, a blank, the line. */
void line_diff_write(struct arena *arena, const char *a, const char *b, FILE *out);

#endif

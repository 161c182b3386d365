/*
 * The difference of two texts by lines, as `diff` shows it. Pure; must not know what a text is.
 */
#ifndef REPORT_DIFF_LINE_DIFF_H
#define REPORT_DIFF_LINE_DIFF_H

#include <stdio.h>

#include "base/arena.h"

/*
 * Writes every line of both texts in order: "  " before a line of both, "- " before one of `a`
 * alone, "+ " before one of `b` alone. Shows as few changed lines as possible (the longest common
 * subsequence); texts of more than LINE_DIFF_MAX lines are shown one behind the other.
 */
enum { LINE_DIFF_MAX = 2000 };

void line_diff_write(struct arena *arena, const char *a, const char *b, FILE *out);

#endif

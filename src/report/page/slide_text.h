/*
 * Text in lines for a picture, which cannot break lines itself. Widths are estimates for wide sans
 * serif fonts, so that the text fits in others too. Knows nothing of what is said.
 */
#ifndef REPORT_PAGE_SLIDE_TEXT_H
#define REPORT_PAGE_SLIDE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { SLIDE_MAX_LINES = 4 };

/* Pixels that the text takes at this size, at most. */
double slide_text_width(const char *text, double size_px, bool bold);

/*
 * Breaks a text at its spaces into at most max_lines lines (at most SLIDE_MAX_LINES) of width_px;
 * the last one ends in "…" if there is more. Marks of direction are left out. Returns how many
 * lines; *ret_whole: nothing was cut. Owned by the arena.
 */
struct slide_font {
	double size_px, width_px;
	bool bold;
};
size_t slide_text_lines(struct arena *a, const char *text, const struct slide_font *font,
			size_t max_lines, const char *ret_lines[SLIDE_MAX_LINES], bool *ret_whole);

#endif

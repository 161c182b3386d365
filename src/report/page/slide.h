/*
 * A run as one slide, 16:9: what to do, the candidates that this is about, how often each is right,
 * and the next step. As a page that prints on one sheet, or as SVG for other programs. No script,
 * no request. Knows nothing of files.
 */
#ifndef REPORT_PAGE_SLIDE_H
#define REPORT_PAGE_SLIDE_H

#include <stdbool.h>

#include "report/result/result.h"

/* svg: the picture itself, which carries all of its style. */
void slide_write(struct arena *a, const struct result *r, bool svg, FILE *out);

#endif

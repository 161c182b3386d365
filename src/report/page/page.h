/*
 * A run as one self-contained page for people who decide: first the decision, then what it rests
 * on, then what was logged. No script, no request. Knows nothing of files.
 */
#ifndef REPORT_PAGE_PAGE_H
#define REPORT_PAGE_PAGE_H

#include "report/result/result.h"

/* `r` must have been loaded with its texts. */
void report_write_html(struct arena *a, const struct result *r, FILE *out);

#endif

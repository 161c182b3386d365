/*
 * Half a page for a message or a ticket system: what to do, the candidates that this is about, what
 * next, what was tested, the licence. As plain text, or as Markdown.
 */
#ifndef REPORT_PAGE_BRIEF_H
#define REPORT_PAGE_BRIEF_H

#include <stdbool.h>

#include "report/result/result.h"

void brief_write(struct arena *a, const struct result *r, bool markdown, FILE *out);

#endif

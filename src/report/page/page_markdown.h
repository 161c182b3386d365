/*
 * The first screen of the page as Markdown, to paste into GitHub, a chat or a mail.
 */
#ifndef REPORT_PAGE_PAGE_MARKDOWN_H
#define REPORT_PAGE_PAGE_MARKDOWN_H

#include "report/result/result.h"

void report_write_markdown(struct arena *a, const struct result *r, FILE *out);

#endif

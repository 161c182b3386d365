/*
 * How the report looks: one style sheet for phone, desktop and paper. Colour is never the only
 * sign. Knows nothing of what is reported.
 */
#ifndef REPORT_PAGE_STYLE_H
#define REPORT_PAGE_STYLE_H

extern const char page_style[];

#endif

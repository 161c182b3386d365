/*
 * How the report looks: one style sheet, for a phone, a desk and paper. Colour never says anything
 * alone. Knows nothing of what is reported.
 */
#ifndef REPORT_PAGE_STYLE_H
#define REPORT_PAGE_STYLE_H

extern const char page_style[];

#endif

/*
 * Charts as inline SVG, as wide as the page: x positions are percentages, everything else is
 * pixels, so that text keeps its size on a phone. Knows scales and marks; the callers decide what
 * is drawn. Each chart has a title and a description, and a table beside it has its figures.
 */
#ifndef REPORT_PAGE_CHART_H
#define REPORT_PAGE_CHART_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

/* From values to percent of the width. */
struct scale {
	double low, high; /* values at the ends; > 0 if log */
	double left, right; /* percent of the width */
	bool log;
};

double scale_at(const struct scale *s, double value);

/* A logarithmic scale around values from `low` to `high`, both > 0, with room at both ends. */
struct scale scale_log(double low, double high, double left, double right);

/* The low end of an axis of shares up to 100%, chosen so that its four steps are round. */
double scale_share_low(double worst);

enum { SCALE_MAX_TICKS = 12 };

/* Round values within the scale: 1, 2, 5 of each decade, or fewer if there is no room. */
size_t scale_ticks(const struct scale *s, double ret_values[SCALE_MAX_TICKS]);

/* The sign of a candidate. */
enum chart_mark {
	MARK_MODEL,
	MARK_PICK, /* the candidate of the first card: to use today, that may do, or the closest */
	MARK_MAYBE, /* of the second card: a smaller one that may do */
	MARK_BASELINE,
	MARK_BASELINE_PICK,
	MARK_BASELINE_MAYBE,
};

/* <svg> with its title and description; height in pixels. chart_end() closes it. */
void chart_begin(FILE *out, const char *css_class, int height, const char *title,
		 const char *description);
void chart_end(FILE *out);

/* x in percent, y in pixels. */
void chart_mark(FILE *out, enum chart_mark mark, double x, double y);
/* A point of a curve: small and filled. */
void chart_dot(FILE *out, double x, double y);
/* A vertical interval: x in percent, its ends in pixels. */
void chart_whisker(FILE *out, const char *css_class, double x, double top, double bottom);
/* What is assured: a bracket that opens to the right. */
void chart_least(FILE *out, double x, double y);
void chart_line(FILE *out, const char *css_class, double x1, double y1, double x2, double y2);
/* `anchor` is "start", "middle" or "end"; css_class may be "". */
void chart_text(FILE *out, const char *css_class, const char *anchor, double x, double y,
		const char *text);

/* One entry of a legend: a picture of 30 by 18 pixels, then its meaning. */
void chart_key_begin(FILE *out, const char *title);
void chart_key_end(FILE *out, const char *words);

#endif

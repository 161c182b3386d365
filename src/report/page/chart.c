/*
 * Scales and marks.
 */
#include "report/page/chart.h"

#include <math.h>

#include "base/array.h"
#include "report/page/html.h"

/* Percent of the width that a tick's label needs on a phone. */
enum { LEAST_APART = 14 };

double scale_at(const struct scale *s, double value)
{
	double share = s->log ? (log(value) - log(s->low)) / (log(s->high) - log(s->low)) :
				(value - s->low) / (s->high - s->low);

	if (share < 0)
		share = 0;
	return s->left + (s->right - s->left) * (share > 1 ? 1 : share);
}

struct scale scale_log(double low, double high, double left, double right)
{
	double middle = sqrt(low * high);

	low /= 1.3;
	high *= 1.3;
	if (high / low < 6) {
		low = middle / sqrt(6);
		high = middle * sqrt(6);
	}
	return (struct scale){ low, high, left, right, true };
}

double scale_share_low(double worst)
{
	static const double lows[] = { 0.8, 0.6, 0.2 };

	for (size_t i = 0; i < COUNT_OF(lows); i++)
		if (worst >= lows[i] + 0.02)
			return lows[i];
	return 0;
}

static size_t chart_log_ticks(const struct scale *s, const double *steps, size_t n_steps,
			      double ret_values[SCALE_MAX_TICKS])
{
	size_t n = 0;

	for (int decade = (int)floor(log10(s->low)); decade <= (int)ceil(log10(s->high)); decade++)
		for (size_t i = 0; i < n_steps; i++) {
			double value = steps[i] * pow(10, decade);

			if (value >= s->low && value <= s->high && n < SCALE_MAX_TICKS)
				ret_values[n++] = value;
		}
	return n;
}

size_t scale_ticks(const struct scale *s, double ret_values[SCALE_MAX_TICKS])
{
	static const double steps[] = { 1, 2, 5 }, wider[] = { 1, 3 };
	double decade = (s->right - s->left) / log10(s->high / s->low); /* percent */
	size_t n;

	if (s->log) {
		if (decade * log10(2) >= LEAST_APART)
			return chart_log_ticks(s, steps, 3, ret_values);
		return chart_log_ticks(s, wider, decade * log10(3) >= LEAST_APART ? 2 : 1,
				       ret_values);
	}
	for (n = 0; n <= 4; n++)
		ret_values[n] = s->low + (s->high - s->low) * (double)n / 4;
	return n;
}

void chart_begin(FILE *out, const char *css_class, int height, const char *title,
		 const char *description)
{
	html_markup(out, "<svg role=\"img\" class=\"");
	html_text(out, css_class);
	html_shape(out, "\" width=\"100%%\" height=\"%d\">", height);
	html_element(out, "title", title);
	html_element(out, "desc", description);
}

void chart_end(FILE *out)
{
	html_markup(out, "</svg>\n");
}

/* An inner <svg> puts shapes in pixels at a point in percent. */
static void chart_at(FILE *out, double x, double y)
{
	html_shape(out, "<svg x=\"%.2f%%\" y=\"%.1f\" width=\"1\" height=\"1\">", x, y);
}

void chart_mark(FILE *out, enum chart_mark mark, double x, double y)
{
	static const char *const shapes[] = {
		[MARK_MODEL] = "<circle class=\"dot\" r=\"5.5\"/>",
		[MARK_PICK] = "<circle class=\"ring\" r=\"9\"/><circle class=\"dot pick\" "
			      "r=\"5.5\"/>",
		[MARK_MAYBE] = "<circle class=\"ring\" r=\"9\"/><circle class=\"dot\" "
			       "r=\"5.5\"/>",
		[MARK_BASELINE] = "<rect class=\"dot base\" x=\"-5\" y=\"-5\" width=\"10\" "
				  "height=\"10\"/>",
		[MARK_BASELINE_PICK] = "<circle class=\"ring\" r=\"10\"/><rect class=\"dot pick\" "
				       "x=\"-5\" y=\"-5\" width=\"10\" height=\"10\"/>",
		[MARK_BASELINE_MAYBE] = "<circle class=\"ring\" r=\"10\"/><rect class=\"dot "
					"base\" x=\"-5\" y=\"-5\" width=\"10\" height=\"10\"/>",
	};

	chart_at(out, x, y);
	html_markup(out, shapes[mark]);
	html_markup(out, "</svg>");
}

void chart_dot(FILE *out, double x, double y)
{
	chart_at(out, x, y);
	html_markup(out, "<circle class=\"count\" r=\"4\"/></svg>");
}

void chart_whisker(FILE *out, const char *css_class, double x, double top, double bottom)
{
	chart_at(out, x, top);
	html_markup(out, "<path class=\"");
	html_text(out, css_class);
	html_shape(out, "\" d=\"M-4 0H4M0 0V%.1fM-4 %.1fH4\"/></svg>", bottom - top, bottom - top);
}

void chart_least(FILE *out, double x, double y)
{
	chart_at(out, x, y);
	html_markup(out, "<path class=\"least\" d=\"M7 -9H0V9H7\"/></svg>");
}

void chart_line(FILE *out, const char *css_class, double x1, double y1, double x2, double y2)
{
	html_markup(out, "<line class=\"");
	html_text(out, css_class);
	html_shape(out, "\" x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\"/>", x1, y1, x2, y2);
}

void chart_text(FILE *out, const char *css_class, const char *anchor, double x, double y,
		const char *text)
{
	html_markup(out, "<text class=\"");
	html_text(out, css_class);
	html_markup(out, "\" text-anchor=\"");
	html_text(out, anchor);
	html_shape(out, "\" x=\"%.2f%%\" y=\"%.1f\">", x, y);
	html_text(out, text);
	html_markup(out, "</text>");
}

void chart_key_begin(FILE *out, const char *title)
{
	html_markup(out, "<li>");
	chart_begin(out, "key", 18, title, "Key");
}

void chart_key_end(FILE *out, const char *words)
{
	chart_end(out);
	html_element(out, "span", words);
	html_markup(out, "</li>\n");
}

/*
 * The distribution of times to first token: a small histogram a candidate, all on one scale.
 */
#include <math.h>

#include "base/str.h"
#include "report/page/html.h"
#include "report/page/sections.h"

enum { STRIP_PX = 44, GROUND_PX = STRIP_PX - 4, BINS = 60 };

static bool times_has_times(const struct page *p, size_t i)
{
	return page_measured(p, i) && !p->r->candidates[i].baseline &&
	       p->r->candidates[i].score.ttft_p50_us > 0;
}

/* Calls `each` with every time of a candidate over the ordinary tickets. */
static void times_each_time(const struct page *p, size_t candidate,
			    void (*each)(void *ctx, double us), void *ctx)
{
	const struct candidate_result *c = &p->r->candidates[candidate];

	for (size_t i = 0; i < p->r->n_ordinary; i++)
		if (c->answers[i] && c->answers[i]->outcome == OUTCOME_OK &&
		    c->answers[i]->ttft_us > 0)
			each(ctx, (double)c->answers[i]->ttft_us);
}

struct range {
	double low, high;
};

static void times_widen(void *ctx, double us)
{
	struct range *r = ctx;

	r->low = fmin(r->low, us);
	r->high = fmax(r->high, us);
}

struct histogram {
	struct scale scale;
	size_t bins[BINS], most;
};

static void times_count(void *ctx, double us)
{
	struct histogram *h = ctx;
	double place = (scale_at(&h->scale, us) - h->scale.left) / (h->scale.right - h->scale.left);
	size_t bin = (size_t)(place * BINS);
	size_t n = ++h->bins[bin < BINS ? bin : BINS - 1];

	if (n > h->most)
		h->most = n;
}

static void times_draw_bins(const struct page *p, const struct histogram *h)
{
	double width = (h->scale.right - h->scale.left) / BINS;

	for (size_t i = 0; i < BINS; i++) {
		double height =
			h->most ? (GROUND_PX - 6) * (double)h->bins[i] / (double)h->most : 0;

		if (h->bins[i])
			html_shape(p->out,
				   "<rect class=\"count\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" "
				   "height=\"%.1f\"/>",
				   h->scale.left + (double)i * width, GROUND_PX - height,
				   width * 0.86, height);
	}
}

static void times_draw_strip(const struct page *p, size_t at, const struct scale *scale)
{
	const struct score *s = &p->r->candidates[at].score;
	struct histogram h = { .scale = *scale };
	double ticks[SCALE_MAX_TICKS], p50 = scale_at(scale, (double)s->ttft_p50_us),
				       p95 = scale_at(scale, (double)s->ttft_p95_us);
	size_t n = scale_ticks(scale, ticks);

	times_each_time(p, at, times_count, &h);
	chart_begin(p->out, "strip", STRIP_PX, page_name(p, at),
		    arena_printf(p->a,
				 "Times to first token of %zu tickets: half are under %s, 95 of "
				 "100 under %s.",
				 s->n, str_duration(p->a, s->ttft_p50_us),
				 str_duration(p->a, s->ttft_p95_us)));
	for (size_t i = 0; i < n; i++)
		chart_line(p->out, "grid", scale_at(scale, ticks[i]), 0, scale_at(scale, ticks[i]),
			   STRIP_PX);
	times_draw_bins(p, &h);
	chart_line(p->out, "grid", scale->left, GROUND_PX, scale->right, GROUND_PX);
	chart_line(p->out, "p50", p50, 2, p50, GROUND_PX + 3);
	chart_line(p->out, "p95", p95, 2, p95, GROUND_PX + 3);
	chart_end(p->out);
}

static void times_write_row(const struct page *p, size_t at, const struct scale *scale)
{
	const struct score *s = &p->r->candidates[at].score;

	html_markup(p->out, "<li class=\"");
	html_text(p->out, page_pick_class(p, at));
	html_markup(p->out, "\">");
	html_elementf(p->out, "span class=\"name\"", "%zu %s", at + 1, page_name(p, at));
	times_draw_strip(p, at, scale);
	html_elementf(p->out, "span class=\"figure\"", "%s", str_duration(p->a, s->ttft_p50_us));
	html_markup(p->out, "</li>\n");
}

static void times_write_axis(const struct page *p, const struct scale *scale)
{
	double ticks[SCALE_MAX_TICKS];
	size_t n = scale_ticks(scale, ticks);

	html_markup(p->out, "<li class=\"axis\"><span class=\"name\"></span>");
	chart_begin(p->out, "strip", 18, "Scale", "Time to first token, logarithmic.");
	for (size_t i = 0; i < n; i++)
		chart_text(p->out, "dim", "middle", scale_at(scale, ticks[i]), 13,
			   str_duration(p->a, (int64_t)ticks[i]));
	chart_end(p->out);
	html_markup(p->out, "<span class=\"figure\"></span></li>\n");
}

void chart_times(const struct page *p)
{
	struct range range = { INFINITY, 0 };
	struct scale scale;

	for (size_t i = 0; i < p->r->n; i++)
		if (times_has_times(p, i))
			times_each_time(p, i, times_widen, &range);
	if (range.high <= 0)
		return;
	scale = scale_log(range.low, range.high, 3, 97);
	html_markup(p->out, "<figure>\n<ol class=\"rows\">\n");
	for (size_t i = 0; i < p->r->n; i++)
		if (times_has_times(p, i))
			times_write_row(p, i, &scale);
	times_write_axis(p, &scale);
	html_markup(p->out,
		    "</ol>\n<p class=\"note\">Each column counts tickets. Solid line: half "
		    "of the tickets were faster (the figure on the right). Dashed line: 95 of "
		    "100 were.</p>\n</figure>\n");
}

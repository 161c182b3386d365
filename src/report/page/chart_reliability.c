/*
 * The reliability diagram of one candidate: how often its answers are right, by the probability
 * that it stated. On the dashed diagonal both are the same.
 */
#include "report/page/html.h"
#include "report/page/sections.h"

enum { HEIGHT_PX = 300, TOP_PX = 12, BOTTOM_PX = 236 };

static const struct scale stated_scale = { 0, 1, 10, 95, false };
static const struct scale right_scale = { 0, 1, BOTTOM_PX, TOP_PX, false };

static void reliability_draw_ground(const struct page *p)
{
	double ticks[SCALE_MAX_TICKS];
	size_t n = scale_ticks(&stated_scale, ticks);

	for (size_t i = 0; i < n; i++) {
		double x = scale_at(&stated_scale, ticks[i]), y = scale_at(&right_scale, ticks[i]);
		const char *share = arena_printf(p->a, "%.0f%%", 100 * ticks[i]);

		chart_line(p->out, "grid", x, TOP_PX, x, BOTTOM_PX);
		chart_text(p->out, "dim", "middle", x, BOTTOM_PX + 34, share);
		chart_line(p->out, "grid", 7, y, 100, y);
		chart_text(p->out, "dim", "start", 0, y + 4, share);
	}
	chart_text(p->out, "dim", "start", 0, BOTTOM_PX + 16, "answers");
	chart_text(p->out, "dim", "end", 100, BOTTOM_PX + 54, "stated probability");
	chart_line(p->out, "bar", scale_at(&stated_scale, 0), scale_at(&right_scale, 0),
		   scale_at(&stated_scale, 1), scale_at(&right_scale, 1));
}

/* Its point, its interval, and below the axis the number of its answers. */
static void reliability_draw_bin(const struct page *p, const struct reliability_bin *bin)
{
	double x = scale_at(&stated_scale, bin->stated);

	chart_whisker(p->out, "whisker", x, scale_at(&right_scale, bin->right.high),
		      scale_at(&right_scale, bin->right.low));
	chart_dot(p->out, x, scale_at(&right_scale, (double)bin->n_right / (double)bin->n));
	chart_text(p->out, "", "middle", x, BOTTOM_PX + 16, arena_printf(p->a, "%zu", bin->n));
}

static const char *reliability_describe(const struct page *p, const struct reliability *l)
{
	const char *text = words_reliability(p->a, l);

	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		const struct reliability_bin *bin = &l->bins[i];

		if (bin->n > 0)
			text = arena_add_item(p->a, text, " ", "Stated %s: %zu of %zu right.",
					      words_share(p->a, bin->stated), bin->n_right, bin->n);
	}
	return text;
}

static void reliability_write_legend(const struct page *p)
{
	html_markup(p->out, "<ul class=\"legend\">\n");
	chart_key_begin(p->out, "answers of one bin");
	chart_dot(p->out, 50, 9);
	chart_key_end(p->out, "how often such answers are right; below, how many there are");
	chart_key_begin(p->out, "95% interval");
	chart_whisker(p->out, "whisker", 50, 2, 16);
	chart_key_end(p->out, "95% interval (Clopper-Pearson)");
	chart_key_begin(p->out, "as stated");
	chart_line(p->out, "bar", 0, 9, 100, 9);
	chart_key_end(p->out, "as often right as stated; a point below it promises too much");
	html_markup(p->out, "</ul>\n");
}

void chart_reliability(const struct page *p, size_t candidate, const struct reliability *l)
{
	html_markup(p->out, "<figure>\n");
	chart_begin(p->out, "scatter", HEIGHT_PX,
		    arena_printf(p->a, "Reliability of %s", page_name(p, candidate)),
		    reliability_describe(p, l));
	reliability_draw_ground(p);
	for (size_t i = 0; i < RELIABILITY_BINS; i++)
		if (l->bins[i].n > 0)
			reliability_draw_bin(p, &l->bins[i]);
	chart_end(p->out);
	reliability_write_legend(p);
	html_markup(p->out, "</figure>\n");
}

/*
 * How often each candidate is right, a row a candidate, from 0 to 100%. A mark is the score, and
 * the one sign of uncertainty is the bar behind it: it ends where the guaranteed share does.
 */
#include <math.h>

#include "report/page/html.h"
#include "report/page/sections.h"

enum { STRIP_PX = 24, MIDDLE_PX = STRIP_PX / 2 };

/* Room at both ends, so that a mark at 0 or 100% is not cut. */
static const struct scale shares = { .low = 0, .high = 1, .left = 3, .right = 97 };

static void accuracy_draw_ground(const struct page *p, int height)
{
	double ticks[SCALE_MAX_TICKS], bar = scale_at(&shares, p->r->standard.bar);
	size_t n = scale_ticks(&shares, ticks);

	for (size_t i = 0; i < n; i++)
		chart_line(p->out, "grid", scale_at(&shares, ticks[i]), 0,
			   scale_at(&shares, ticks[i]), height);
	chart_line(p->out, "bar", bar, 0, bar, height);
}

static void accuracy_draw_strip(const struct page *p, size_t at)
{
	const struct tally *e = &p->r->contenders[at].evidence;
	const struct verdict *v = &p->r->decision.verdicts[at];
	double score = (double)e->right / (double)e->n;
	double left = scale_at(&shares, 0), least = scale_at(&shares, v->at_least);

	chart_begin(p->out, "strip", STRIP_PX, page_name(p, at),
		    arena_printf(p->a,
				 "%zu of %zu right (%.1f%%). At least %.0f%% is guaranteed. The "
				 "bar is at %.3g%%.",
				 e->right, e->n, 100 * score, floor(100 * v->at_least),
				 100 * p->r->standard.bar));
	accuracy_draw_ground(p, STRIP_PX);
	html_shape(p->out,
		   "<rect class=\"proven\" x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" height=\"10\"/>",
		   left, MIDDLE_PX - 5, least - left);
	chart_line(p->out, "seen", least, MIDDLE_PX, scale_at(&shares, score), MIDDLE_PX);
	chart_mark(p->out, page_mark(p, at), scale_at(&shares, score), MIDDLE_PX);
	chart_end(p->out);
}

static void accuracy_write_row(const struct page *p, size_t at)
{
	const struct tally *e = &p->r->contenders[at].evidence;

	html_markup(p->out, "<li class=\"");
	html_text(p->out, page_pick_class(p, at));
	html_markup(p->out, "\">");
	html_open_titled(p->out, "span class=\"name\"", page_full_name(p, at));
	html_textf(p->out, "%zu %s", at + 1, page_name(p, at));
	html_markup(p->out, "</span>");
	accuracy_draw_strip(p, at);
	html_elementf(p->out, "span class=\"figure\"", "%zu/%zu · %s", e->right, e->n,
		      words_share(p->a, (double)e->right / (double)e->n));
	html_markup(p->out, "</li>\n");
}

static void accuracy_write_axis(const struct page *p)
{
	double ticks[SCALE_MAX_TICKS];
	size_t n = scale_ticks(&shares, ticks);

	html_markup(p->out, "<li class=\"axis\"><span class=\"name\"></span>");
	chart_begin(p->out, "strip", 34, "Scale", "Accuracy from 0 to 100%, and the bar.");
	for (size_t i = 0; i < n; i++)
		chart_text(p->out, "dim", "middle", scale_at(&shares, ticks[i]), 13,
			   arena_printf(p->a, "%.0f%%", 100 * ticks[i]));
	chart_text(p->out, "", "end", scale_at(&shares, p->r->standard.bar), 29,
		   arena_printf(p->a, "bar %s", words_share(p->a, p->r->standard.bar)));
	chart_end(p->out);
	html_markup(p->out, "<span class=\"figure\"></span></li>\n");
}

static void accuracy_write_key(const struct page *p, enum chart_mark mark, const char *what)
{
	chart_key_begin(p->out, what);
	chart_mark(p->out, mark, 50, 9);
	chart_key_end(p->out, what);
}

static void accuracy_write_legend(const struct page *p)
{
	const struct overview *o = p->overview;

	html_markup(p->out, "<ul class=\"legend\">\n");
	accuracy_write_key(p, MARK_MODEL, "score");
	accuracy_write_key(p, MARK_BASELINE, "score without a model");
	for (size_t i = 0; i < o->n_cards; i++)
		accuracy_write_key(p, page_mark(p, o->cards[i].candidate), o->cards[i].role);
	chart_key_begin(p->out, "guaranteed");
	html_markup(p->out, "<rect class=\"proven\" x=\"0\" y=\"4\" width=\"26\" height=\"10\"/>");
	chart_key_end(p->out, arena_printf(p->a, "guaranteed (%s sure)",
					   words_share(p->a, p->r->standard.certainty)));
	html_markup(p->out, "</ul>\n");
}

void chart_accuracy(const struct page *p)
{
	html_markup(p->out, "<figure>\n<ol class=\"rows\">\n");
	for (size_t i = 0; i < p->r->n; i++)
		if (page_measured(p, i) && p->r->contenders[i].evidence.n > 0)
			accuracy_write_row(p, i);
	accuracy_write_axis(p);
	html_markup(p->out, "</ol>\n");
	accuracy_write_legend(p);
	html_markup(p->out, "</figure>\n");
}

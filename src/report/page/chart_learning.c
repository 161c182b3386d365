/*
 * Learning curves: how often heads are right on held-out tickets, by the number of tickets they
 * learnt from, and how often each is right on the run's tickets.
 */
#include <math.h>

#include "base/array.h"
#include "judge/measure/stats.h"
#include "report/page/html.h"
#include "report/page/sections.h"

enum { HEIGHT_PX = 300, TOP_PX = 12, BOTTOM_PX = 256, LABEL_PX = 14 };

/* Heads have points at the same numbers of tickets: this shifts them apart. */
static const double beside_px = 8;
/* The width of a label, in percent. */
static const double label_room = 12;

static const char *const line_classes[] = { "line", "line dash", "line dots", "line mixed" };

struct place {
	double x, y; /* percent, pixels */
};

struct plot {
	const struct page *page;
	const struct tuned_head *heads;
	size_t n;
	struct scale xs, ys; /* ys in pixels */
	struct place *labels;
	size_t n_labels;
};

static const char *learning_line_class(size_t head)
{
	return line_classes[head % (COUNT_OF(line_classes))];
}

/* The head itself on the run's ordinary tickets; n is 0 if it was not measured. */
static struct tally learning_own(const struct page *p, const struct tuned_head *h)
{
	return page_measured(p, h->candidate) ? p->r->contenders[h->candidate].score :
						(struct tally){ 0 };
}

static struct plot learning_measure(const struct page *p, const struct tuned_head *heads, size_t n)
{
	struct plot plot = { .page = p, .heads = heads, .n = n };
	double least = INFINITY, most = 0, worst = p->r->standard.bar;

	for (size_t i = 0; i < n; i++) {
		const struct head_quality *q = &heads[i].record.quality;
		struct tally t = learning_own(p, &heads[i]);

		for (size_t k = 0; k < q->n_curve; k++)
			worst = fmin(worst,
				     stats_wilson(q->curve[k].right, heads[i].record.n, 0.95).low);
		if (t.n > 0)
			worst = fmin(worst, stats_wilson(t.right, t.n, 0.95).low);
		least = fmin(least, (double)(q->n_curve ? q->curve[0].n : heads[i].record.n));
		most = fmax(most, (double)heads[i].record.n);
	}
	plot.xs = scale_log(least, most, 10, 95);
	plot.ys = (struct scale){ scale_share_low(worst), 1, BOTTOM_PX, TOP_PX, false };
	plot.labels = arena_array(p->a, n, sizeof(*plot.labels));
	return plot;
}

static void learning_draw_ground(const struct plot *plot)
{
	const struct page *p = plot->page;
	double ticks[SCALE_MAX_TICKS], bar = scale_at(&plot->ys, p->r->standard.bar);
	size_t n = scale_ticks(&plot->xs, ticks);

	for (size_t i = 0; i < n; i++) {
		double x = scale_at(&plot->xs, ticks[i]);

		chart_line(p->out, "grid", x, TOP_PX, x, BOTTOM_PX);
		chart_text(p->out, "dim", "middle", x, BOTTOM_PX + 16,
			   arena_printf(p->a, "%.0f", ticks[i]));
	}
	n = scale_ticks(&plot->ys, ticks);
	for (size_t i = 0; i < n; i++) {
		double y = scale_at(&plot->ys, ticks[i]);

		chart_line(p->out, "grid", 7, y, 100, y);
		chart_text(p->out, "dim", "start", 0, y + 4,
			   arena_printf(p->a, "%.0f%%", 100 * ticks[i]));
	}
	chart_text(p->out, "dim", "end", 100, BOTTOM_PX + 34, "training tickets (log)");
	chart_line(p->out, "bar", 7, bar, 100, bar);
}

static struct place learning_point_at(const struct plot *plot, size_t n_tickets, size_t right,
				      size_t of)
{
	return (struct place){ scale_at(&plot->xs, (double)n_tickets),
			       scale_at(&plot->ys, (double)right / (double)of) };
}

static void learning_draw_interval(const struct plot *plot, const char *css_class, double x,
				   size_t right, size_t of)
{
	struct interval i = stats_wilson(right, of, 0.95);

	chart_whisker(plot->page->out, css_class, x, scale_at(&plot->ys, i.high),
		      scale_at(&plot->ys, i.low));
}

static void learning_draw_curve(const struct plot *plot, size_t at)
{
	const struct head_record *h = &plot->heads[at].record;
	const struct head_quality *q = &h->quality;
	FILE *out = plot->page->out;

	for (size_t k = 0; k < q->n_curve; k++) {
		struct place here = learning_point_at(plot, q->curve[k].n, q->curve[k].right, h->n),
			     before;

		learning_draw_interval(plot, "whisker", here.x, q->curve[k].right, h->n);
		if (k == 0)
			continue;
		before = learning_point_at(plot, q->curve[k - 1].n, q->curve[k - 1].right, h->n);
		chart_line(out, learning_line_class(at), before.x, before.y, here.x, here.y);
	}
	for (size_t k = 0; k < q->n_curve; k++) {
		struct place here = learning_point_at(plot, q->curve[k].n, q->curve[k].right, h->n);

		chart_dot(out, here.x, here.y);
	}
}

/* Moves it up or down until it covers no other label. */
static double learning_free_y(const struct plot *plot, struct place wanted)
{
	for (size_t step = 0; step <= 2 * plot->n; step++) {
		double y = wanted.y + (step % 2 ? -1 : 1) * (double)((step + 1) / 2) * LABEL_PX;
		bool is_free = y >= TOP_PX && y <= BOTTOM_PX;

		for (size_t i = 0; i < plot->n_labels; i++)
			is_free &= fabs(plot->labels[i].x - wanted.x) > label_room ||
				   fabs(plot->labels[i].y - y) >= LABEL_PX;
		if (is_free)
			return y;
	}
	return wanted.y;
}

/* The candidate's number, to the right of its line's end. */
static void learning_draw_label(struct plot *plot, size_t at, struct place end)
{
	const struct page *p = plot->page;
	size_t candidate = plot->heads[at].candidate;

	end.y = learning_free_y(plot, end);
	plot->labels[plot->n_labels++] = end;
	html_shape(p->out,
		   "<svg x=\"%.2f%%\" y=\"%.1f\" width=\"1\" height=\"1\"><text x=\"13\" "
		   "y=\"4\" text-anchor=\"start\" class=\"",
		   end.x, end.y);
	html_text(p->out, page_pick_class(p, candidate));
	html_markup(p->out, "\">");
	html_textf(p->out, "%zu", candidate + 1);
	html_markup(p->out, "</text></svg>");
}

/* The candidate's own mark, at the number of tickets that its head learnt from. */
static void learning_draw_own(struct plot *plot, size_t at)
{
	const struct tuned_head *h = &plot->heads[at];
	const struct head_quality *q = &h->record.quality;
	struct tally t = learning_own(plot->page, h);
	struct place end;

	if (t.n > 0) {
		end = learning_point_at(plot, h->record.n, t.right, t.n);
		learning_draw_interval(plot, "whisker own", end.x, t.right, t.n);
		chart_mark(plot->page->out, page_mark(plot->page, h->candidate), end.x, end.y);
	} else if (q->n_curve > 0) {
		end = learning_point_at(plot, q->curve[q->n_curve - 1].n,
					q->curve[q->n_curve - 1].right, h->record.n);
	} else {
		return;
	}
	learning_draw_label(plot, at, end);
}

static const char *learning_describe(const struct plot *plot)
{
	const struct page *p = plot->page;
	const char *text = "";

	for (size_t i = 0; i < plot->n; i++) {
		struct tally t = learning_own(p, &plot->heads[i]);

		text = arena_add_item(p->a, text, " ", "%zu %s, held out, learnt from %s.",
				      plot->heads[i].candidate + 1,
				      page_name(p, plot->heads[i].candidate),
				      head_words_curve(p->a, &plot->heads[i].record));
		if (t.n > 0)
			text = arena_add_item(p->a, text, " ", "On this run's tickets: %s.",
					      words_right(p->a, &t));
	}
	return text;
}

static void learning_write_legend(const struct plot *plot)
{
	const struct page *p = plot->page;
	static const char *const words[] = {
		[MARK_MODEL] = "on this run's tickets",
		[MARK_PICK] = "the pick, on this run's tickets",
		[MARK_BASELINE] = "a baseline, on this run's tickets",
		[MARK_BASELINE_PICK] = "the pick, a baseline, on this run's tickets",
	};
	bool used[COUNT_OF(words)] = { false };

	html_markup(p->out, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < plot->n; i++) {
		const struct tuned_head *h = &plot->heads[i];
		const char *name = page_name(p, h->candidate);

		used[page_mark(p, h->candidate)] |= learning_own(p, h).n > 0;
		chart_key_begin(p->out, name);
		chart_line(p->out, learning_line_class(i), 0, 9, 100, 9);
		chart_dot(p->out, 50, 9);
		chart_key_end(p->out, arena_printf(p->a, "%zu %s, on training tickets held out",
						   h->candidate + 1, name));
	}
	for (enum chart_mark mark = MARK_MODEL; mark <= MARK_BASELINE_PICK; mark++) {
		if (!used[mark])
			continue;
		chart_key_begin(p->out, "on this run's tickets");
		chart_mark(p->out, mark, 50, 9);
		chart_key_end(p->out, words[mark]);
	}
	chart_key_begin(p->out, "95% interval");
	chart_whisker(p->out, "whisker", 50, 2, 16);
	chart_key_end(p->out, "95% interval (Wilson)");
	chart_key_begin(p->out, "the bar");
	chart_line(p->out, "bar", 0, 9, 100, 9);
	chart_key_end(p->out, "the bar");
	html_markup(p->out, "</ul>\n");
}

void chart_learning(const struct page *p, const struct tuned_head *heads, size_t n)
{
	struct plot plot = learning_measure(p, heads, n);

	html_markup(p->out, "<figure>\n");
	chart_begin(p->out, "scatter", HEIGHT_PX,
		    n == 1 ? arena_printf(p->a, "Learning curve of %s",
					  page_name(p, heads[0].candidate)) :
			     "Learning curves",
		    learning_describe(&plot));
	learning_draw_ground(&plot);
	for (size_t i = 0; i < n; i++) {
		html_shape(p->out, "<svg x=\"%.1f\" width=\"100%%\" height=\"%d\">",
			   beside_px * ((double)i - (double)(n - 1) / 2), (int)HEIGHT_PX);
		learning_draw_curve(&plot, i);
		learning_draw_own(&plot, i);
		html_markup(p->out, "</svg>");
	}
	chart_end(p->out);
	learning_write_legend(&plot);
	html_markup(p->out, "</figure>\n");
}

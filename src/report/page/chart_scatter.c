/*
 * Accuracy against size or time: a point a candidate, with its number and name beside it.
 * Baselines have neither size nor time: they have a column of their own on the left.
 */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "report/page/html.h"
#include "report/page/sections.h"

/* Labels are in pixels and points in percent: labels are placed as if the width were WIDTH_PX. */
enum {
	HEIGHT_PX = 340,
	TOP_PX = 16,
	BOTTOM_PX = 296,
	WIDTH_PX = 780,
	LINE_PX = 15,
	NAME_MAX_CHARS = 44,
	MAX_PLACES = 14
};

static const double char_px = 7, label_gap_px = 13;

struct box {
	double left, right, top, bottom; /* pixels */
};

struct point {
	size_t candidate;
	double x, y; /* percent, pixels */
};

struct plot {
	const struct page *page;
	struct scale xs, ys;
	struct point *points;
	size_t n;
	struct box *taken; /* by marks and labels */
	size_t n_taken;
	bool baselines;
};

static double scatter_accuracy(const struct page *p, size_t candidate)
{
	const struct tally *t = &p->r->contenders[candidate].score;

	return (double)t->right / (double)t->n;
}

static double scatter_y_of(const struct plot *plot, double share)
{
	return BOTTOM_PX - (BOTTOM_PX - TOP_PX) * (share - plot->ys.low) / (1 - plot->ys.low);
}

static bool scatter_on_plot(const struct page *p, const struct scatter *what, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];

	return page_measured(p, i) && (c->baseline || what->value_of(c) > 0);
}

/* Both scales, from the candidates that are models. False if there is none. */
static bool scatter_measure(struct plot *plot, const struct scatter *what)
{
	const struct page *p = plot->page;
	double low = INFINITY, high = 0, worst = p->r->standard.bar;

	for (size_t i = 0; i < p->r->n; i++) {
		double value;

		if (!scatter_on_plot(p, what, i))
			continue;
		worst = fmin(worst, scatter_accuracy(p, i));
		plot->baselines |= p->r->candidates[i].baseline;
		if (p->r->candidates[i].baseline)
			continue;
		value = what->value_of(&p->r->candidates[i]);
		low = fmin(low, value);
		high = fmax(high, value);
	}
	if (high <= 0)
		return false;
	plot->xs = scale_log(low, high, plot->baselines ? 24 : 10, 95);
	plot->ys = (struct scale){ .low = scale_share_low(worst), .high = 1 };
	return true;
}

/* The line of the bar: a label on it would look struck through. */
static struct box scatter_bar_box(const struct plot *plot)
{
	double y = scatter_y_of(plot, plot->page->r->standard.bar);

	return (struct box){ 0, WIDTH_PX, y - 1, y + 1 };
}

static void scatter_place_points(struct plot *plot, const struct scatter *what)
{
	const struct page *p = plot->page;

	plot->points = arena_array(p->a, p->r->n, sizeof(*plot->points));
	plot->taken = arena_array(p->a, 2 * p->r->n + 1, sizeof(*plot->taken));
	plot->taken[plot->n_taken++] = scatter_bar_box(plot);
	for (size_t i = 0; i < p->r->n; i++) {
		const struct candidate_result *c = &p->r->candidates[i];
		struct point *t = &plot->points[plot->n];
		double px;

		if (!scatter_on_plot(p, what, i))
			continue;
		t->candidate = i;
		t->x = c->baseline ? 12 : scale_at(&plot->xs, what->value_of(c));
		t->y = scatter_y_of(plot, scatter_accuracy(p, i));
		px = t->x / 100 * WIDTH_PX;
		plot->taken[plot->n_taken++] = (struct box){ px - 8, px + 8, t->y - 6, t->y + 6 };
		plot->n++;
	}
}

static void scatter_draw_ground(const struct plot *plot, const struct scatter *what)
{
	const struct page *p = plot->page;
	double ticks[SCALE_MAX_TICKS], bar = scatter_y_of(plot, p->r->standard.bar);
	size_t n = scale_ticks(&plot->xs, ticks);

	for (size_t i = 0; i < n; i++) {
		double x = scale_at(&plot->xs, ticks[i]);

		chart_line(p->out, "grid", x, TOP_PX, x, BOTTOM_PX);
		chart_text(p->out, "dim", "middle", x, BOTTOM_PX + 16, what->tick(p->a, ticks[i]));
	}
	n = scale_ticks(&plot->ys, ticks);
	for (size_t i = 0; i < n; i++) {
		double y = scatter_y_of(plot, ticks[i]);

		chart_line(p->out, "grid", 7, y, 100, y);
		chart_text(p->out, "dim", "start", 0, y + 4,
			   arena_printf(p->a, "%.0f%%", 100 * ticks[i]));
	}
	if (plot->baselines)
		chart_text(p->out, "dim", "middle", 12, BOTTOM_PX + 16, "no model");
	chart_text(p->out, "dim", "end", 100, BOTTOM_PX + 34, what->axis);
	chart_line(p->out, "bar", 7, bar, 100, bar);
}

static bool scatter_is_free(const struct plot *plot, const struct box *b)
{
	if (b->top < 0 || b->bottom > BOTTOM_PX || b->left < 0 || b->right > WIDTH_PX)
		return false;
	for (size_t i = 0; i < plot->n_taken; i++) {
		const struct box *t = &plot->taken[i];

		if (b->left < t->right && t->left < b->right && b->top < t->bottom &&
		    t->top < b->bottom)
			return false;
	}
	return true;
}

/* A place for a label, relative to its point. */
struct place {
	struct box box;
	double side, dy; /* side: -1 left, 1 right */
};

/*
 * The first free place: on the side with more room, on the other, then further up and down. False
 * if no free place is close enough to belong to the point.
 */
static bool scatter_find_place(const struct plot *plot, const struct point *t, double width,
			       struct place *ret_place)
{
	double px = t->x / 100 * WIDTH_PX;
	double first = t->x > 55 ? -1 : 1;
	struct place place;

	for (int step = 0; step < MAX_PLACES; step++) {
		int row = (step / 2 + 1) / 2;

		place.side = step % 2 ? -first : first;
		place.dy = row * LINE_PX * (step / 2 % 2 ? -1 : 1);
		place.box.left = place.side < 0 ? px - label_gap_px - width : px + label_gap_px;
		place.box.right = place.box.left + width;
		place.box.top = t->y + place.dy - LINE_PX / 2.0;
		place.box.bottom = place.box.top + LINE_PX;
		if (step == 0)
			*ret_place = place;
		if (scatter_is_free(plot, &place.box)) {
			*ret_place = place;
			return true;
		}
	}
	return false;
}

/* Cuts in the middle: the last word, the way, distinguishes candidates of one model. */
static const char *scatter_short_name(struct arena *a, const char *name)
{
	const char *way = strrchr(name, ' ');
	size_t n_way = way ? strlen(way) : 0, n = strlen(name);

	if (str_chars_len(name, n, NAME_MAX_CHARS) == n)
		return name;
	if (n_way + 10 > NAME_MAX_CHARS)
		n_way = 0;
	return arena_printf(a, "%.*s…%s", (int)str_chars_len(name, n, NAME_MAX_CHARS - n_way), name,
			    n_way ? way : "");
}

/* Number and name, or only the number if there is no room; the table below has the names. */
static void scatter_draw_label(struct plot *plot, const struct point *t)
{
	const struct page *p = plot->page;
	const char *name = scatter_short_name(p->a, page_name(p, t->candidate));
	struct place place;
	bool named = scatter_find_place(plot, t, (double)(str_columns(name) + 3) * char_px, &place);

	if (!named)
		scatter_find_place(plot, t, 3 * char_px, &place);
	plot->taken[plot->n_taken++] = place.box;
	html_shape(p->out, "<svg x=\"%.2f%%\" y=\"%.1f\" width=\"1\" height=\"1\">", t->x, t->y);
	if (place.dy != 0)
		html_shape(p->out, "<path class=\"lead-line\" d=\"M%.1f %.1fL%.1f %.1f\"/>",
			   place.side * 6.5, place.dy > 0 ? 3.0 : -3.0, place.side * 11, place.dy);
	html_shape(p->out, "<text x=\"%.1f\" y=\"%.1f\"", place.side * label_gap_px, place.dy + 4);
	html_markup(p->out, place.side < 0 ? " text-anchor=\"end\" class=\"" :
					     " text-anchor=\"start\" class=\"");
	html_text(p->out, page_pick_class(p, t->candidate));
	html_markup(p->out, "\">");
	html_textf(p->out, "%zu", t->candidate + 1);
	if (named)
		html_elementf(p->out, "tspan class=\"who\"", " %s", name);
	html_markup(p->out, "</text></svg>");
}

/* The pick goes first, so that there is always room for its name. */
static void scatter_draw_labels(struct plot *plot)
{
	int pick = plot->page->r->decision.pick;

	for (size_t i = 0; i < plot->n; i++)
		if ((int)plot->points[i].candidate == pick)
			scatter_draw_label(plot, &plot->points[i]);
	for (size_t i = 0; i < plot->n; i++)
		if ((int)plot->points[i].candidate != pick)
			scatter_draw_label(plot, &plot->points[i]);
}

static const char *scatter_describe(const struct plot *plot, const struct scatter *what)
{
	const struct page *p = plot->page;
	struct buf b;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < plot->n; i++) {
		size_t c = plot->points[i].candidate;
		double value = what->value_of(&p->r->candidates[c]);

		buf_addf(&b, "%zu: %.1f%% right at %s. ", c + 1, 100 * scatter_accuracy(p, c),
			 p->r->candidates[c].baseline ? "no model" : what->tick(p->a, value));
	}
	return buf_to_arena(&b, p->a);
}

void chart_scatter(const struct page *p, const struct scatter *what)
{
	struct plot plot = { .page = p };

	if (!scatter_measure(&plot, what))
		return;
	scatter_place_points(&plot, what);
	html_markup(p->out, "<figure>");
	chart_begin(p->out, "scatter", HEIGHT_PX, what->title, scatter_describe(&plot, what));
	scatter_draw_ground(&plot, what);
	scatter_draw_labels(&plot);
	for (size_t i = 0; i < plot.n; i++)
		chart_mark(p->out, page_mark(p, plot.points[i].candidate), plot.points[i].x,
			   plot.points[i].y);
	chart_end(p->out);
	html_markup(p->out, "</figure>\n");
}

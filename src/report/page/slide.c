/*
 * The slide: 1600 by 900 units. It is drawn with attributes instead of a style sheet, which office
 * programs ignore. No text is smaller than 26 units, 15.6 points on a slide 7.5 inches high.
 */
#include "report/page/slide.h"

#include <math.h>

#include "base/array.h"
#include "base/clock.h"
#include "report/page/html.h"
#include "report/page/overview.h"
#include "report/page/slide_text.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

enum {
	WIDTH = 1600,
	HEIGHT = 900,
	LEFT = 70,
	RIGHT = WIDTH - LEFT,
	TEXT = 26, /* the smallest size */
	MAX_ROWS = 8,
	ROW = 46,
	CHART_RIGHT = 930,
	CARD_LEFT = 970,
	CARD_HEIGHT = 222
};

static const char ink[] = "#182030", soft[] = "#4b5567", deep[] = "#123f7a", mid[] = "#5f7fa8";

static const char slide_style[] =
	"@page{size:13.333in 7.5in;margin:0}\n"
	"html,body{margin:0;background:#fff}\n"
	"h1{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}\n"
	"svg{display:block;width:100vw;height:56.25vw;max-height:100vh}\n"
	"@media print{h1{display:none}svg{width:13.333in;height:7.49in;max-height:none}\n"
	"body{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

struct slide {
	struct arena *a;
	const struct result *r;
	FILE *out;
	struct overview overview;
	double y; /* below what is drawn already */
};

/* How a text looks. */
struct type {
	double size;
	bool bold;
	const char *fill, *anchor;
};

static void slide_text(const struct slide *s, const struct type *type, double x, double y,
		       const char *text)
{
	html_shape(s->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" font-weight=\"%d\"", x,
		   y, type->size, type->bold ? 700 : 400);
	html_markup(s->out, " fill=\"");
	html_text(s->out, type->fill);
	html_markup(s->out, "\" text-anchor=\"");
	html_text(s->out, type->anchor);
	html_markup(s->out, "\">");
	html_text(s->out, text);
	html_markup(s->out, "</text>\n");
}

static void slide_rect(const struct slide *s, double x, double y, double width, double height,
		       const char *fill)
{
	html_shape(s->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", x, y,
		   width, height);
	html_markup(s->out, " fill=\"");
	html_text(s->out, fill);
	html_markup(s->out, "\"/>\n");
}

/* Writes lines of text from *y on, and moves it below them. */
static void slide_lines(const struct slide *s, const struct type *type, double x, double *y,
			const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*y += type->size * 1.17;
		slide_text(s, type, x, *y, lines[i]);
	}
}

/* Text in one line, cut if it is too long. */
static void slide_one_line(const struct slide *s, const struct type *type, double x, double y,
			   double width, const char *text)
{
	const struct slide_font font = { type->size, width, type->bold };
	const char *lines[SLIDE_MAX_LINES];
	bool whole;

	if (slide_text_lines(s->a, text, &font, 1, lines, &whole) > 0)
		slide_text(s, type, x, y, lines[0]);
}

/* As large as three lines allow. */
static void slide_draw_headline(struct slide *s)
{
	static const double sizes[] = { 50, 44, 38, 32 };
	const char *lines[SLIDE_MAX_LINES];
	struct type type = { 50, true, ink, "start" };
	bool whole = false;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(sizes) && !whole; i++) {
		struct slide_font font = { sizes[i], RIGHT - LEFT, true };

		type.size = sizes[i];
		n = slide_text_lines(s->a, s->overview.headline, &font, 3, lines, &whole);
	}
	s->y = 66;
	slide_lines(s, &type, LEFT, &s->y, lines, n);
}

static void slide_draw_eyebrow(const struct slide *s)
{
	const struct type type = { TEXT, false, soft, "start" };
	const struct run_row *run = s->r->run;

	slide_one_line(s, &type, LEFT, 56, RIGHT - LEFT,
		       arena_printf(s->a, "%s · run %s · %.10s · %zu tickets", run->job_name,
				    run->name, clock_iso(s->a, run->created_us), s->r->n_tickets));
}

static bool slide_is_measured(const struct slide *s, size_t i)
{
	return s->r->contenders[i].evidence.n > 0;
}

static double slide_score(const struct slide *s, size_t i)
{
	const struct tally *e = &s->r->contenders[i].evidence;

	return (double)e->right / (double)e->n;
}

/* Marks at most MAX_ROWS candidates: those with a card, then the best. */
static void slide_choose_rows(const struct slide *s, bool *ret_chosen)
{
	size_t n = 0;

	for (size_t i = 0; i < s->overview.n_cards; i++) {
		size_t at = s->overview.cards[i].candidate;

		ret_chosen[at] = slide_is_measured(s, at);
		n += ret_chosen[at];
	}
	while (n++ < MAX_ROWS) {
		size_t best = s->r->n;

		for (size_t i = 0; i < s->r->n; i++)
			if (!ret_chosen[i] && slide_is_measured(s, i) &&
			    (best == s->r->n || slide_score(s, i) > slide_score(s, best)))
				best = i;
		if (best == s->r->n)
			return;
		ret_chosen[best] = true;
	}
}

static double slide_x_of(double share)
{
	return 520 + (712 - 520) * share;
}

static void slide_draw_row(const struct slide *s, size_t i, double y)
{
	const struct tally *e = &s->r->contenders[i].evidence;
	bool named = overview_card_of(&s->overview, i) > 0;
	const struct type name = { TEXT, false, named ? deep : ink, "start" };
	const struct type figure = { TEXT, named, ink, "end" };
	const char *fill = named ? deep : mid;
	double least = slide_x_of(s->r->decision.verdicts[i].at_least);

	slide_one_line(s, &name, LEFT, y + 9, 508 - LEFT, s->r->candidates[i].short_name);
	slide_rect(s, slide_x_of(0), y - 9, least - slide_x_of(0), 18, fill);
	slide_rect(s, least, y - 1.5, fmax(0, slide_x_of(slide_score(s, i)) - least), 3, fill);
	html_shape(s->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"8\" stroke-width=\"3\"",
		   slide_x_of(slide_score(s, i)), y);
	html_markup(s->out, named ? " stroke=\"#123f7a\" fill=\"#123f7a\"/>\n" :
				    " stroke=\"#5f7fa8\" fill=\"#ffffff\"/>\n");
	slide_text(s, &figure, CHART_RIGHT, y + 9,
		   arena_printf(s->a, "%zu/%zu · %s", e->right, e->n,
				words_share(s->a, slide_score(s, i))));
}

/* The task's own figures of the candidate that is shown in detail, below the chart. */
static void slide_draw_figures(const struct slide *s, double y)
{
	static const struct type small = { TEXT, false, ink, "start" };
	const struct slide_font font = { TEXT, CHART_RIGHT - LEFT, false };
	const char **sentences, *lines[SLIDE_MAX_LINES];
	int shown = result_shown(s->r);
	size_t n = 0;
	bool whole;

	if (shown >= 0)
		n = answer_figures_short(s->a, s->r, (size_t)shown, &sentences);
	if (n == 0)
		return;
	n = slide_text_lines(
		s->a,
		arena_printf(s->a, "%s · %s", s->r->candidates[shown].short_name, sentences[n - 1]),
		&font, 2, lines, &whole);
	slide_lines(s, &small, LEFT, &y, lines, n);
}

static void slide_draw_chart(const struct slide *s)
{
	static const struct type small = { TEXT, false, soft, "start" };
	static const struct type middle = { TEXT, false, soft, "middle" };
	bool *chosen = arena_array(s->a, s->r->n + 1, sizeof(*chosen));
	double top = s->y + 44, y = top + ROW / 2.0, bar = slide_x_of(s->r->standard.bar);
	size_t n = 0;

	slide_choose_rows(s, chosen);
	for (size_t i = 0; i < s->r->n; i++)
		n += chosen[i];
	html_shape(s->out,
		   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#182030\" "
		   "stroke-width=\"2.5\" stroke-dasharray=\"8 5\"/>\n",
		   bar, top, bar, top + (double)n * ROW);
	for (size_t i = 0; i < s->r->n; i++) {
		if (!chosen[i])
			continue;
		slide_draw_row(s, i, y);
		y += ROW;
	}
	slide_text(s, &middle, bar, y + 6,
		   arena_printf(s->a, "bar %s", words_share(s->a, s->r->standard.bar)));
	slide_text(s, &small, LEFT, y + 6, "filled: guaranteed · dot: score");
	slide_draw_figures(s, y + 6);
}

static void slide_draw_card(const struct slide *s, const struct overview_card *card, double top)
{
	static const struct {
		const char *fill, *ink;
	} colours[VERDICT_COUNT] = { [VERDICT_NONE] = { "#ccd3de", "#182030" },
				     [VERDICT_CLEARS] = { "#123f7a", "#ffffff" },
				     [VERDICT_GOOD_ENOUGH] = { "#c9dcf3", "#0b2c58" },
				     [VERDICT_DOES_NOT_CLEAR] = { "#8a2d1c", "#ffffff" },
				     [VERDICT_NOT_ENOUGH] = { "#ffe3a3", "#3d2a00" } };
	const struct type verdict = { TEXT, true, colours[card->kind].ink, "start" };
	static const struct type name = { 28, true, ink, "start" };
	static const struct type big = { 56, true, ink, "start" };
	static const struct type small = { TEXT, false, soft, "start" };
	double left = CARD_LEFT + 22, width = RIGHT - left - 16;

	slide_rect(s, CARD_LEFT, top, RIGHT - CARD_LEFT, CARD_HEIGHT, "#f4f6f9");
	slide_rect(s, CARD_LEFT, top, RIGHT - CARD_LEFT, 46, colours[card->kind].fill);
	slide_one_line(s, &verdict, left, top + 32, width,
		       arena_printf(s->a, "%s: %s", card->role, card->verdict));
	slide_one_line(s, &name, left, top + 84, width,
		       s->r->candidates[card->candidate].short_name);
	slide_text(s, &big, left, top + 146, card->guaranteed);
	slide_one_line(s, &small, left + slide_text_width(card->guaranteed, big.size, true) + 14,
		       top + 144, width - 170, "guaranteed right");
	slide_one_line(s, &small, left, top + 196, width,
		       card->n_facts > 1 ? arena_printf(s->a, "score %s · %s", card->facts[0].value,
							card->facts[1].value) :
					   card->facts[0].value);
}

static void slide_draw_next(const struct slide *s)
{
	static const struct type strong = { 30, true, deep, "start" };
	static const struct type plain = { 28, false, ink, "start" };
	const struct slide_font font = { 28, RIGHT - LEFT - 110, false };
	const char *steps[WORDS_MAX_STEPS], *lines[SLIDE_MAX_LINES];
	double y = 768;
	bool whole;
	size_t n;

	if (words_next(s->a, s->r, steps) == 0)
		return;
	slide_rect(s, LEFT, 764, RIGHT - LEFT, 3, ink);
	n = slide_text_lines(s->a, steps[0], &font, 3, lines, &whole);
	slide_text(s, &strong, LEFT, y + 34, "Next");
	slide_lines(s, &plain, LEFT + 110, &y, lines, n);
}

static void slide_draw(struct slide *s)
{
	html_shape(s->out,
		   " role=\"img\" viewBox=\"0 0 %d %d\" font-family=\"Arial, Helvetica, "
		   "sans-serif\">",
		   WIDTH, HEIGHT);
	html_element(s->out, "title", s->overview.headline);
	html_element(s->out, "desc", overview_asked(s->a, s->r));
	html_markup(s->out, "\n");
	slide_rect(s, 0, 0, WIDTH, HEIGHT, "#ffffff");
	slide_draw_eyebrow(s);
	slide_draw_headline(s);
	slide_draw_chart(s);
	for (size_t i = 0; i < s->overview.n_cards; i++)
		slide_draw_card(s, &s->overview.cards[i],
				s->y + 44 + (double)i * (CARD_HEIGHT + 20));
	slide_draw_next(s);
	html_markup(s->out, "</svg>\n");
}

void slide_write(struct arena *a, const struct result *r, bool svg, FILE *out)
{
	struct slide s = { .a = a, .r = r, .out = out };

	overview_of(a, r, &s.overview);
	if (svg) {
		html_markup(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
				 "xmlns=\"http://www.w3.org/2000/svg\" width=\"1600\" "
				 "height=\"900\"");
		slide_draw(&s);
		return;
	}
	html_begin(out, arena_printf(a, "%s: one slide", r->run->job_name), slide_style);
	html_paragraph(out, "h1", s.overview.headline);
	html_markup(out, "<svg");
	slide_draw(&s);
	html_end(out);
}

/*
 * What ways of asking bring, side by side, and what tuned heads would gain by more labels.
 */
#include <string.h>

#include "judge/stats.h"
#include "report/page/html.h"
#include "report/page/report_page.h"
#include "report/ways.h"

bool page_has_ways(const struct page *p)
{
	struct ways w;

	ways_of(p->a, p->r, &w);
	return ways_are_several(&w);
}

static void tuned_write_model(const struct page *p, const struct ways *w, size_t model)
{
	html_markup(p->out, "<tr>");
	html_element(p->out, "th scope=\"row\"", w->models[model]);
	for (size_t c = 0; c < w->n_columns; c++) {
		int at = w->cells[model * w->n_columns + c];
		bool pick = at >= 0 && at == p->r->decision.pick;

		html_element(p->out, pick ? "td class=\"n pick\"" : "td class=\"n\"",
			     ways_cell(p->a, p->r, w, model, c));
	}
	html_markup(p->out, "</tr>\n");
}

void page_ways(const struct page *p)
{
	const char **headers;
	struct ways w;

	ways_of(p->a, p->r, &w);
	headers = arena_array(p->a, w.n_columns + 2, sizeof(*headers));
	headers[0] = "model";
	for (size_t c = 0; c < w.n_columns; c++)
		headers[c + 1] = arena_printf(p->a, ">%s", w.columns[c]);
	html_element(p->out, "p",
		     "The same tickets, the same models: what the way of asking alone brings. A "
		     "baseline needs no model, so it is the same in each row.");
	page_table_begin(p, "", NULL, headers);
	for (size_t m = 0; m < w.n_models; m++)
		tuned_write_model(p, &w, m);
	page_table_end(p);
}

bool page_has_curves(const struct page *p)
{
	struct shown_head *heads;

	return shown_heads(p->a, p->r, &heads) > 0;
}

static void tuned_figure_row(const struct page *p, const struct shown_head *h, size_t learnt_from,
			     bool held_out, const struct tally *t)
{
	struct interval i = stats_wilson(t->right, t->n, 0.95);

	html_markup(p->out, "<tr class=\"");
	html_text(p->out, held_out ? "" : page_pick_class(p, h->candidate));
	html_markup(p->out, "\">");
	html_elementf(p->out, "th scope=\"row\"", "%zu %s", h->candidate + 1, h->way);
	html_elementf(p->out, "td class=\"n\"", "%zu", learnt_from);
	html_element(p->out, "td", held_out ? "held out" : "this run's tickets");
	html_element(p->out, "td class=\"n\"", words_tally(p->a, t));
	html_elementf(p->out, "td class=\"n\"", "%.0f–%.0f%%", 100 * i.low, 100 * i.high);
	html_markup(p->out, "</tr>\n");
}

static void tuned_write_rows(const struct page *p, const struct shown_head *h)
{
	const struct head_quality *q = &h->record.quality;

	for (size_t k = 0; k < q->n_curve; k++) {
		struct tally t = { q->curve_right[k], h->record.n };

		tuned_figure_row(p, h, q->curve_n[k], true, &t);
	}
	if (page_measured(p, h->candidate))
		tuned_figure_row(p, h, h->record.n, false, &p->r->contenders[h->candidate].score);
}

static void tuned_write_sentences(const struct page *p, const struct shown_head *h)
{
	html_markup(p->out, "<p>");
	html_textf(p->out, "%zu %s: %s. ", h->candidate + 1, h->way,
		   head_words_learnt(p->a, &h->record));
	html_element(p->out, "b", head_words_outlook(p->a, &h->record));
	html_markup(p->out, "</p>\n");
}

/* One model: its n heads on one chart. */
static void tuned_write_curve(const struct page *p, const struct shown_head *heads, size_t n)
{
	static const char *const headers[] = { "candidate", ">learnt from",  "judged on",
					       ">right",    ">95% interval", NULL };

	html_element(p->out, "h3", heads[0].model);
	for (size_t i = 0; i < n; i++)
		tuned_write_sentences(p, &heads[i]);
	chart_curve(p, heads, n);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < n; i++)
		tuned_write_rows(p, &heads[i]);
	page_table_end(p);
}

static bool tuned_is_first_of_model(const struct shown_head *heads, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(heads[i].model, heads[at].model) == 0)
			return false;
	return true;
}

void page_curves(const struct page *p)
{
	struct shown_head *heads, *same;
	size_t n = shown_heads(p->a, p->r, &heads);

	html_element(p->out, "p",
		     "A tuned candidate has a head that learnt from labelled tickets, other ones "
		     "than those of this run. Would more of them help? The line shows how often "
		     "heads were right that learnt from fewer, each on training tickets that were "
		     "held out.");
	same = arena_array(p->a, n, sizeof(*same));
	for (size_t i = 0; i < n; i++) {
		size_t n_same = 0;

		if (!tuned_is_first_of_model(heads, i))
			continue;
		for (size_t k = i; k < n; k++)
			if (strcmp(heads[k].model, heads[i].model) == 0)
				same[n_same++] = heads[k];
		tuned_write_curve(p, same, n_same);
	}
	html_element(p->out, "p class=\"note\"",
		     "What more labels would bring is an extrapolation of the line: it knows "
		     "nothing of kinds of tickets that are not there yet, nor of wrong labels. "
		     "Held-out figures are a little too good, for the head's strength was chosen "
		     "on the same tickets.");
}

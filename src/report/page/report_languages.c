/*
 * The page's section on languages: a row a language, the weakest one, and what the reasons are
 * written in.
 */
#include <string.h>

#include "report/languages.h"
#include "report/page/html.h"
#include "report/page/report_page.h"

bool page_has_languages(const struct page *p)
{
	struct languages l;

	if (p->shown < 0)
		return false;
	languages_of(p->a, p->r, (size_t)p->shown, &l);
	return languages_worth(&l);
}

static void languages_write_row(const struct page *p, const struct languages *l, size_t at)
{
	const struct language *row = &l->rows[at];

	html_markup(p->out, "<tr>");
	html_elementf(p->out, "th scope=\"row\"", "%s", words_language(p->a, row->tag));
	html_elementf(p->out, "td class=\"n\"", "%zu", row->tally.n);
	html_elementf(p->out, "td class=\"n\"", "%zu", row->tally.right);
	html_element(p->out, "td class=\"n\"",
		     words_share(p->a, (double)row->tally.right / (double)row->tally.n));
	html_element(p->out, "td class=\"n\"", words_interval(p->a, row->interval));
	html_markup(p->out, "<td>");
	if (at == l->weakest)
		html_element(p->out, "span class=\"mark\"", "weakest");
	html_markup(p->out, "</td></tr>\n");
}

static void languages_paragraph(const struct page *p, const char *text)
{
	if (*text)
		html_element(p->out, "p", text);
}

void page_languages(const struct page *p)
{
	static const char *const headers[] = { "language",	">tickets", ">right", ">share",
					       ">95% interval", "",	    NULL };
	struct reason_languages reasons;
	struct languages l;
	const char *counts;

	languages_of(p->a, p->r, (size_t)p->shown, &l);
	languages_of_reasons(p->a, p->r->tickets, p->r->n_tickets,
			     p->r->candidates[p->shown].reasons, &reasons);
	html_elementf(p->out, "p", "Candidate %d, %s. %s %s", p->shown + 1,
		      page_name(p, (size_t)p->shown), words_weakest(p->a, &l),
		      words_silent(p->a, &l));
	page_table_begin(p, "", "Intervals: Clopper-Pearson, for each language alone.", headers);
	for (size_t i = 0; i < l.n; i++)
		languages_write_row(p, &l, i);
	page_table_end(p);
	languages_paragraph(p, words_crossings(p->a, &reasons));
	counts = words_reason_counts(p->a, &reasons);
	if (*counts)
		html_elementf(p->out, "p class=\"note\"", "Reasons are written in: %s.", counts);
}

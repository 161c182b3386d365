/*
 * One candidate from near: what it takes for what, label by label, on harder tickets, and against
 * the next larger one.
 */
#include <stdint.h>
#include <string.h>

#include "judge/labels.h"
#include "report/page/html.h"
#include "report/page/report_page.h"

/* A wider matrix cannot be read; then the most frequent confusions are listed. */
enum { MATRIX_MAX_LABELS = 30, MAX_PAIRS = 30 };

static const struct score *detail_score_shown(const struct page *p)
{
	return &p->r->candidates[p->shown].score;
}

static void detail_which(const struct page *p)
{
	html_elementf(p->out, "p", "Candidate %d, %s%s, over the ordinary tickets.", p->shown + 1,
		      page_name(p, (size_t)p->shown),
		      p->shown == p->r->decision.pick ? " (the pick)" : " (the closest)");
}

static size_t detail_said(const struct page *p, size_t gold, size_t column)
{
	return detail_score_shown(p)->confusion[gold * (p->r->n_labels + 1) + column];
}

/* Shade by the share of the row, in six steps from light to dark. */
static int detail_shade(size_t n, size_t of)
{
	static const double steps[] = { 0.1, 0.3, 0.6, 0.85 };
	double share = of ? (double)n / (double)of : 0;
	int at = 0;

	while (at < 4 && share > steps[at])
		at++;
	return n ? at + 1 : 0;
}

static void detail_matrix_head(const struct page *p, bool none)
{
	html_markup(p->out,
		    "<div class=\"box\" tabindex=\"0\"><table class=\"matrix\"><caption>Rows: "
		    "the right label. Columns: what was said. Framed: right. Darker: a "
		    "larger share of the row.</caption>\n<thead><tr><th scope=\"col\">right "
		    "label</th>");
	for (size_t i = 0; i < p->r->n_labels; i++) {
		html_markup(p->out, "<th scope=\"col\" class=\"up\">");
		html_element(p->out, "span", p->r->labels[i].name);
		html_markup(p->out, "</th>");
	}
	if (none)
		html_markup(p->out, "<th scope=\"col\" class=\"up\"><span>(no answer)</span></th>");
	html_markup(p->out, "</tr></thead>\n<tbody>\n");
}

static void detail_matrix_row(const struct page *p, size_t gold, size_t n_columns)
{
	size_t total = 0;

	for (size_t i = 0; i <= p->r->n_labels; i++)
		total += detail_said(p, gold, i);
	html_markup(p->out, "<tr>");
	html_element(p->out, "th scope=\"row\"", p->r->labels[gold].name);
	for (size_t i = 0; i < n_columns; i++) {
		size_t n = detail_said(p, gold, i);

		html_shape(p->out, "<td class=\"s%d%s\">", detail_shade(n, total),
			   i == gold ? " gold" : "");
		if (n)
			html_textf(p->out, "%zu", n);
		else
			html_markup(p->out, "·");
		html_markup(p->out, "</td>");
	}
	html_markup(p->out, "</tr>\n");
}

static void detail_write_matrix(const struct page *p)
{
	size_t n = p->r->n_labels;
	bool none = false;

	for (size_t i = 0; i < n; i++)
		none |= detail_said(p, i, n) > 0;
	detail_matrix_head(p, none);
	for (size_t i = 0; i < n; i++)
		detail_matrix_row(p, i, none ? n + 1 : n);
	page_table_end(p);
}

/* The next most frequent confusion below `below`, from cell `from` on where equal; false: none. */
static bool detail_next_pair(const struct page *p, size_t *cell, size_t *count)
{
	size_t columns = p->r->n_labels + 1, best = 0, best_cell = 0;

	for (size_t i = 0; i < p->r->n_labels * columns; i++) {
		size_t n = detail_score_shown(p)->confusion[i];

		if (i / columns == i % columns || n > *count || (n == *count && i <= *cell))
			continue;
		if (n > best) {
			best = n;
			best_cell = i;
		}
	}
	*cell = best_cell;
	*count = best;
	return best > 0;
}

static void detail_write_pairs(const struct page *p)
{
	static const char *const headers[] = { "right label", "was said", ">tickets", NULL };
	size_t columns = p->r->n_labels + 1, cell = 0, count = SIZE_MAX;

	page_table_begin(p, "", "The most frequent confusions", headers);
	for (int i = 0; i < MAX_PAIRS && detail_next_pair(p, &cell, &count); i++) {
		size_t to = cell % columns;

		html_markup(p->out, "<tr>");
		html_element(p->out, "th scope=\"row\"", p->r->labels[cell / columns].name);
		html_element(p->out, "td",
			     to < p->r->n_labels ? p->r->labels[to].name : "(no answer)");
		html_elementf(p->out, "td class=\"n\"", "%zu", count);
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
}

void page_confusion(const struct page *p)
{
	detail_which(p);
	if (p->r->n_labels <= MATRIX_MAX_LABELS)
		detail_write_matrix(p);
	else
		detail_write_pairs(p);
}

static void detail_label_row(const struct page *p, const struct label_score *l, const char *name)
{
	html_markup(p->out, "<tr>");
	html_element(p->out, "th scope=\"row\"", name);
	html_elementf(p->out, "td class=\"n\"", "%zu", l->n_gold);
	html_elementf(p->out, "td class=\"n\"", "%zu", l->n_said);
	html_elementf(p->out, "td class=\"n\"", "%zu", l->n_right);
	html_element(p->out, "td class=\"n\"", words_share(p->a, l->recall));
	html_element(p->out, "td class=\"n\"", words_share(p->a, l->precision));
	html_element(p->out, "td class=\"n\"", l->f1 < 0 ? "-" : arena_printf(p->a, "%.2f", l->f1));
	html_markup(p->out, "</tr>\n");
}

static void detail_write_abstention(const struct page *p, const struct label_report *l)
{
	const struct score *s = detail_score_shown(p);

	if (!l->has_other)
		return;
	html_elementf(
		p->out, "p",
		"“other” is how a model says that it is unsure. Said rightly: %zu; because "
		"unsure, of a ticket that has another label: %zu; wrong in any other way: %zu. "
		"So it answered %s of the tickets, and %s of those right (%zu of %zu).",
		l->n_other_right, l->n_unsure, l->n_wrong, words_share(p->a, l->coverage),
		words_share(p->a, l->accuracy_answered), s->n_right, l->n_answered);
}

void page_labels(const struct page *p)
{
	static const char *const headers[] = { "label",	  ">tickets",	">said", ">right",
					       ">recall", ">precision", ">F1",	 NULL };
	struct label_report l;

	labels_score(p->a, detail_score_shown(p), p->r->other, &l);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < p->r->n_labels; i++)
		detail_label_row(p, &l.labels[i], p->r->labels[i].name);
	page_table_end(p);
	html_elementf(p->out, "p class=\"note\"",
		      "Recall: of the tickets with this label, how many were found. Precision: of "
		      "the tickets that were given this label, how many have it. F1 joins both; "
		      "their mean over the labels is %.2f.",
		      l.macro_f1);
	detail_write_abstention(p, &l);
}

/* Both kinds together: weighted as the job says, or a mix that is nobody's stream. */
static const char *detail_together(const struct page *p, const struct contender *c)
{
	double hard = p->r->standard.hard_share;
	struct tally both = { c->score.right + c->harder.right, c->score.n + c->harder.n };

	if (c->score.n == 0 || c->harder.n == 0)
		return "-";
	if (hard <= 0)
		return words_tally(p->a, &both);
	return words_share(p->a, (1 - hard) * (double)c->score.right / (double)c->score.n +
					 hard * (double)c->harder.right / (double)c->harder.n);
}

void page_harder(const struct page *p)
{
	static const char *const headers[] = { "candidate", ">ordinary", ">harder", ">both", NULL };
	const struct result *r = p->r;

	html_element(
		p->out, "p",
		"Tickets that were picked because they are hard. They have a line of their own "
		"and never change the pick.");
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < r->n; i++) {
		const struct contender *c = &r->contenders[i];

		if (!page_measured(p, i))
			continue;
		page_row_begin(p, i);
		html_element(p->out, "td class=\"n\"", words_tally(p->a, &c->score));
		html_element(p->out, "td class=\"n\"", words_tally(p->a, &c->harder));
		html_element(p->out, "td class=\"n\"", detail_together(p, c));
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
	if (r->standard.hard_share > 0)
		html_elementf(
			p->out, "p class=\"warn\"",
			"Both: weighted as the job says, %s of the stream like the harder ones.",
			words_share(p->a, r->standard.hard_share));
	else
		html_elementf(p->out, "p class=\"warn\"",
			      "Both: a mix of %zu ordinary and %zu hard, not your ticket stream.",
			      r->n_ordinary, r->n_tickets - r->n_ordinary);
}

static void detail_list_tickets(const struct page *p, const char *words, const size_t *tickets,
				size_t n)
{
	html_markup(p->out, "<p>");
	html_textf(p->out, "%s: %zu%s", words, n, n ? " — " : "");
	for (size_t i = 0; i < n && i < PAGE_MAX_TICKETS; i++) {
		const char *id = p->r->tickets[tickets[i]].id;

		html_markup(p->out, i ? ", " : "");
		html_quote(p->out, id, strlen(id), PAGE_MAX_NAME);
	}
	if (n > PAGE_MAX_TICKETS)
		html_textf(p->out, " and %zu more", n - PAGE_MAX_TICKETS);
	html_markup(p->out, "</p>\n");
}

void page_next_larger(const struct page *p)
{
	const struct result *r = p->r;
	int larger = result_next_larger(r, (size_t)p->shown);
	struct pairing pair;

	compare_pair(p->a, r->tickets, r->n_tickets, r->candidates[p->shown].answers,
		     r->candidates[larger].answers, &pair);
	html_elementf(p->out, "p", "Candidate %d, %s, against %d, %s, ticket by ticket.",
		      p->shown + 1, page_name(p, (size_t)p->shown), larger + 1,
		      page_name(p, (size_t)larger));
	detail_list_tickets(p, "Only the smaller is right", pair.only_a, pair.n_only_a);
	detail_list_tickets(p, "Only the larger is right", pair.only_b, pair.n_only_b);
	html_elementf(p->out, "p", "%s (mid-p McNemar %.2g)",
		      pair.mid_p < 0.05 ? "They differ beyond chance." :
					  "On these tickets the two cannot be told apart.",
		      pair.mid_p);
}

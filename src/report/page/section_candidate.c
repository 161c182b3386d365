/*
 * One candidate in detail: what it takes for what, label by label, language by language, and
 * against the next larger one.
 */
#include <stdint.h>

#include "judge/answer/labels.h"
#include "report/languages.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/table/tables.h"
#include "report/text/answer_text.h"

/* A wider matrix is unreadable: the most frequent confusions are listed instead. */
enum { MATRIX_MAX_LABELS = 30, MAX_PAIRS = 30 };

static const struct score *candidate_score_shown(const struct page *p)
{
	return &p->r->candidates[p->shown].score;
}

static void candidate_which(const struct page *p)
{
	html_elementf(p->out, "p", "Candidate %d, %s%s, over the ordinary tickets.", p->shown + 1,
		      page_name(p, (size_t)p->shown),
		      p->shown == p->r->decision.pick ? " (the pick)" : " (the closest)");
}

static size_t candidate_said(const struct page *p, size_t gold, size_t column)
{
	return candidate_score_shown(p)->confusion[gold * (p->r->n_labels + 1) + column];
}

/* The shade for a share of the row, in six steps from light to dark. */
static int candidate_shade(size_t n, size_t of)
{
	static const double steps[] = { 0.1, 0.3, 0.6, 0.85 };
	double share = of ? (double)n / (double)of : 0;
	int at = 0;

	while (at < 4 && share > steps[at])
		at++;
	return n ? at + 1 : 0;
}

static void candidate_matrix_head(const struct page *p, bool none)
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

static void candidate_matrix_row(const struct page *p, size_t gold, size_t n_columns)
{
	size_t total = 0;

	for (size_t i = 0; i <= p->r->n_labels; i++)
		total += candidate_said(p, gold, i);
	html_markup(p->out, "<tr>");
	html_element(p->out, "th scope=\"row\"", p->r->labels[gold].name);
	for (size_t i = 0; i < n_columns; i++) {
		size_t n = candidate_said(p, gold, i);

		html_shape(p->out, "<td class=\"s%d%s\">", candidate_shade(n, total),
			   i == gold ? " gold" : "");
		if (n)
			html_textf(p->out, "%zu", n);
		else
			html_markup(p->out, "·");
		html_markup(p->out, "</td>");
	}
	html_markup(p->out, "</tr>\n");
}

static void candidate_write_matrix(const struct page *p)
{
	size_t n = p->r->n_labels;
	bool none = false;

	for (size_t i = 0; i < n; i++)
		none |= candidate_said(p, i, n) > 0;
	candidate_matrix_head(p, none);
	for (size_t i = 0; i < n; i++)
		candidate_matrix_row(p, i, none ? n + 1 : n);
	html_markup(p->out, "</tbody></table></div>\n");
}

/* The confusion that follows cell *cell with *count tickets, by falling frequency; false: none. */
static bool candidate_next_pair(const struct page *p, size_t *cell, size_t *count)
{
	size_t columns = p->r->n_labels + 1, best = 0, best_cell = 0;

	for (size_t i = 0; i < p->r->n_labels * columns; i++) {
		size_t n = candidate_score_shown(p)->confusion[i];

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

static void candidate_write_pairs(const struct page *p)
{
	static const char *const titles[] = { "right label", "was said", ">tickets", NULL };
	size_t columns = p->r->n_labels + 1, cell = 0, count = SIZE_MAX;
	struct table t;

	table_init(&t, p->a, titles);
	for (int i = 0; i < MAX_PAIRS && candidate_next_pair(p, &cell, &count); i++) {
		size_t to = cell % columns;

		table_add(&t, p->r->labels[cell / columns].name);
		table_add(&t, to < p->r->n_labels ? p->r->labels[to].name : "(no answer)");
		table_addf(&t, "%zu", count);
	}
	table_write_html(&t, "The most frequent confusions", p->out);
}

static void candidate_write_labels(const struct page *p)
{
	const struct score *s = candidate_score_shown(p);
	struct label_report l;
	struct table t;

	labels_score(p->a, s, p->r->other, &l);
	tables_labels(p->a, p->r, &l, &t);
	table_write_html(&t, "Label by label", p->out);
	html_elementf(p->out, "p class=\"note\"",
		      "Recall: how many of the tickets with this label were found. Precision: how "
		      "many of the tickets that were given this label have it. F1 combines both; "
		      "its mean over the labels is %.2f. %s",
		      l.macro_f1, words_abstention(p->a, &l, s));
}

bool page_has_confusion(const struct page *p)
{
	return p->shown >= 0 && !task_writes(p->r->run->task);
}

bool page_has_figures(const struct page *p)
{
	struct figures figures;

	if (p->shown < 0)
		return false;
	answer_figures(p->a, p->r, (size_t)p->shown, &figures);
	return figures.n > 0;
}

void page_figures(const struct page *p)
{
	struct figures figures;
	struct table t;

	candidate_which(p);
	answer_figures(p->a, p->r, (size_t)p->shown, &figures);
	for (size_t i = 0; i < figures.n; i++) {
		answer_table(p->a, &figures.tables[i], &t);
		table_write_html(&t, figures.tables[i].title, p->out);
		html_element(p->out, "p class=\"note\"", figures.tables[i].about);
	}
}

void page_confusion(const struct page *p)
{
	candidate_which(p);
	html_markup(p->out, "<div class=\"pair\">\n<div>\n");
	if (p->r->n_labels <= MATRIX_MAX_LABELS)
		candidate_write_matrix(p);
	else
		candidate_write_pairs(p);
	html_markup(p->out, "</div>\n<div>\n");
	candidate_write_labels(p);
	html_markup(p->out, "</div>\n</div>\n");
}

bool page_has_languages(const struct page *p)
{
	struct languages l;

	if (p->shown < 0)
		return false;
	languages_of(p->a, p->r, (size_t)p->shown, &l);
	return languages_worth(&l);
}

void page_languages(const struct page *p)
{
	struct reason_languages reasons;
	struct languages l;
	const char *counts;
	struct table t;

	languages_of(p->a, p->r, (size_t)p->shown, &l);
	languages_of_reasons(p->a, p->r->tickets, p->r->n_tickets,
			     p->r->candidates[p->shown].reasons, &reasons);
	html_elementf(p->out, "p", "Candidate %d, %s. %s %s", p->shown + 1,
		      page_name(p, (size_t)p->shown), words_weakest(p->a, &l),
		      words_silent(p->a, &l));
	languages_table(p->a, &l, &t);
	table_write_html(&t, "Intervals: Clopper-Pearson, each language on its own.", p->out);
	if (*words_crossings(p->a, &reasons))
		html_element(p->out, "p", words_crossings(p->a, &reasons));
	counts = words_reason_counts(p->a, &reasons);
	if (*counts)
		html_elementf(p->out, "p class=\"note\"", "Reasons are written in: %s.", counts);
}

void page_next_larger(const struct page *p)
{
	int larger = result_next_larger(p->r, (size_t)p->shown);
	const char *lines[WORDS_PAIR_LINES];

	words_pair(p->a, p->r, (size_t)p->shown, (size_t)larger, lines);
	for (size_t i = 0; i < WORDS_PAIR_LINES; i++)
		html_paragraph(p->out, "p", lines[i]);
}

/*
 * Tickets: those that were missed, and those whose expected label may be wrong. All of this is
 * foreign text.
 */
#include <string.h>

#include "judge/score.h"
#include "report/images.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/table/tables.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

static void tickets_quote(const struct page *p, const char *text)
{
	html_quote(p->out, text, strlen(text), PAGE_QUOTE_CHARS);
}

static void tickets_label(const struct page *p, const char *answer)
{
	html_markup(p->out, "<b>");
	tickets_quote(p, answer);
	html_markup(p->out, "</b>");
}

static void tickets_write_ticket(const struct page *p, const struct ticket *t)
{
	html_markup(p->out, "<p><q>");
	html_quote(p->out, t->text, t->text_len, PAGE_QUOTE_CHARS);
	html_markup(p->out, "</q></p>\n");
	if (t->image)
		html_elementf(p->out, "p class=\"id\"", "Image: %s", words_image(p->a, t));
}

static void tickets_write_answer(const struct page *p, const struct answer *a)
{
	if (a->outcome != OUTCOME_OK || a->label < 0) {
		html_textf(p->out, "nothing: %s", outcome_words(a->outcome));
		return;
	}
	tickets_label(p, answer_missed(p->a, p->r, a));
	if (a->probs && (size_t)a->label < a->n_probs)
		html_textf(p->out, " (%.0f%% sure of it)", 100 * a->probs[a->label]);
}

static void tickets_write_missed(const struct page *p, size_t at)
{
	const struct candidate_result *c = &p->r->candidates[p->shown];
	const struct ticket *t = &p->r->tickets[at];
	const struct answer *answer = c->answers[at];

	html_markup(p->out, "<li>\n<p>Should be ");
	tickets_label(p, answer_expected_words(p->a, p->r, t));
	html_markup(p->out, ", said ");
	tickets_write_answer(p, answer);
	html_markup(p->out, ". <span class=\"id\">Ticket ");
	tickets_quote(p, t->id);
	html_markup(p->out, at >= p->r->n_ordinary ? ", harder</span></p>\n" : "</span></p>\n");
	tickets_write_ticket(p, t);
	if (*words_reason(p->r, c->reasons[at])) {
		html_markup(p->out, "<p>Its reason: ");
		tickets_quote(p, words_reason(p->r, c->reasons[at]));
		html_markup(p->out, "</p>\n");
	} else if (!c->baseline && strcmp(p->r->run->reason_order, "none") != 0) {
		html_markup(p->out, "<p class=\"id\">No reason is on record.</p>\n");
	}
	if (*answer->detail) {
		html_markup(p->out, "<p>What happened: ");
		tickets_quote(p, answer->detail);
		html_markup(p->out, "</p>\n");
	}
	html_markup(p->out, "</li>\n");
}

static bool tickets_is_missed(const struct page *p, size_t at)
{
	const struct answer *answer = p->r->candidates[p->shown].answers[at];

	return answer && !answer_is_right(answer, &p->r->tickets[at]);
}

/* Writes those from the n_skipped-th on, at most `most`. Returns how many. */
static size_t tickets_write_list(const struct page *p, size_t n_skipped, size_t most)
{
	size_t n = 0, n_written = 0;

	html_markup(p->out, "<ul class=\"tickets\">\n");
	for (size_t i = 0; i < p->r->n_tickets && n_written < most; i++) {
		if (!tickets_is_missed(p, i) || n++ < n_skipped)
			continue;
		tickets_write_missed(p, i);
		n_written++;
	}
	html_markup(p->out, "</ul>\n");
	return n_written;
}

void page_missed(const struct page *p)
{
	size_t n = 0, n_written;

	for (size_t i = 0; i < p->r->n_tickets; i++)
		n += tickets_is_missed(p, i);
	html_elementf(p->out, "p", "Candidate %d, %s: %zu of %zu tickets.", p->shown + 1,
		      page_name(p, (size_t)p->shown), n, p->r->n_tickets);
	html_elementf(p->out, "p class=\"note\"",
		      "This page quotes tickets (%s). Treat it like the tickets themselves: "
		      "automatic checks find only a part of the personal data.",
		      p->r->run->redaction);
	n_written = tickets_write_list(p, 0, PAGE_FIRST_TICKETS);
	if (n > n_written) {
		html_markup(p->out, "<details class=\"more\">");
		html_elementf(p->out, "summary", "%zu more missed tickets", n - n_written);
		n_written += tickets_write_list(p, n_written, PAGE_MAX_TICKETS - n_written);
		html_markup(p->out, "</details>\n");
	}
	if (n > n_written)
		html_elementf(p->out, "p class=\"warn\"",
			      "%zu more missed tickets are not shown here: toehold show lists all.",
			      n - n_written);
}

void page_suspects(const struct page *p)
{
	size_t n = p->r->n_suspects;
	struct table t;

	html_element(p->out, "p",
		     "On these tickets most candidates agree on a label that is not yours. The "
		     "label may be wrong, or the ticket may be hard.");
	tables_suspects(p->a, p->r, PAGE_MAX_TICKETS, true, &t);
	table_write_html(&t, NULL, p->out);
	if (n > PAGE_MAX_TICKETS)
		html_elementf(p->out, "p class=\"warn\"", "%zu more are not shown here.",
			      n - PAGE_MAX_TICKETS);
}

/*
 * The first screen of the page: what to do, the candidates that this is about side by side, how
 * often each candidate is right, and the steps to take. It takes a minute to read, and does
 * without the rest.
 */
#include <string.h>

#include "base/clock.h"
#include "base/lang/script.h"
#include "report/page/html.h"
#include "report/page/overview.h"
#include "report/page/sections.h"
#include "report/short_name.h"
#include "report/words/words.h"

static const char *decision_verdict_class(enum verdict_kind kind)
{
	static const char *const classes[VERDICT_COUNT] = {
		[VERDICT_NONE] = "none",	  [VERDICT_CLEARS] = "clears",
		[VERDICT_GOOD_ENOUGH] = "enough", [VERDICT_DOES_NOT_CLEAR] = "fails",
		[VERDICT_NOT_ENOUGH] = "not",
	};

	return classes[kind];
}

static void decision_write_eyebrow(const struct page *p)
{
	const struct run_row *run = p->r->run;

	html_markup(p->out, "<p class=\"eyebrow\">");
	html_quote(p->out, run->job_name, strlen(run->job_name), PAGE_MAX_NAME);
	html_markup(p->out, " · run ");
	html_quote(p->out, run->name, strlen(run->name), PAGE_MAX_NAME);
	html_textf(p->out, " · %.10s · %zu tickets", clock_iso(p->a, run->created_us),
		   p->r->n_tickets);
	html_markup(p->out, "</p>\n");
}

/* The headline with its models isolated, so that none is broken in the middle. */
static void decision_write_headline(const struct page *p)
{
	const char **names = arena_array(p->a, p->r->n, sizeof(*names));
	int dot = (int)strlen(" " SHORT_NAME_DOT);

	for (size_t i = 0; i < p->r->n; i++) {
		const char *name = p->overview->names[i];
		const char *way = strstr(name, " " SHORT_NAME_DOT);

		names[i] = !way || strstr(name, SCRIPT_ISOLATE) ?
				   name :
				   arena_printf(p->a, SCRIPT_ISOLATE "%.*s" SCRIPT_ISOLATE_END "%s",
						(int)(way - name + dot), name, way + dot);
	}
	html_paragraph(p->out, "h1", words_recommendation(p->a, p->r, names));
}

static void decision_write_card(const struct page *p, const struct overview_card *card)
{
	html_markup(p->out, "<div class=\"card ");
	html_text(p->out, decision_verdict_class(card->kind));
	html_markup(p->out, "\">\n<p class=\"verdict\"><span aria-hidden=\"true\">");
	html_text(p->out, page_verdict_sign(card->kind));
	html_markup(p->out, "</span> ");
	html_text(p->out, card->verdict);
	html_markup(p->out, "</p>\n<div class=\"inside\">\n");
	html_element(p->out, "p class=\"role\"", card->role);
	html_open_titled(p->out, "p class=\"who\"", page_full_name(p, card->candidate));
	html_text(p->out, page_name(p, card->candidate));
	html_markup(p->out, "</p>\n<p class=\"big\">");
	html_element(p->out, "b", card->guaranteed);
	html_elementf(p->out, "span", "guaranteed right (%s sure)",
		      words_share(p->a, p->r->standard.certainty));
	html_markup(p->out, "</p>\n<dl class=\"facts\">\n");
	for (size_t i = 0; i < card->n_facts; i++) {
		html_element(p->out, "dt", card->facts[i].name);
		html_element(p->out, "dd", card->facts[i].value);
	}
	html_markup(p->out, "</dl>\n</div>\n</div>\n");
}

/* What a reader must know before anything else is believed. */
static void decision_write_warnings(const struct page *p)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	const char *not_measured = words_not_measured(p->a, p->r);
	const char *unfinished = words_unfinished(p->a, p->r);
	size_t n = words_warnings(p->a, p->r, warnings);

	if (unfinished && !p->r->decision.open)
		html_paragraph(p->out, "p class=\"warn\"", unfinished);
	for (size_t i = 0; i < n; i++)
		html_paragraph(p->out, "p class=\"warn\"", warnings[i]);
	if (*not_measured)
		html_paragraph(p->out, "p class=\"warn\"", not_measured + 1);
}

void page_decision(const struct page *p)
{
	const struct overview *o = p->overview;

	decision_write_eyebrow(p);
	decision_write_headline(p);
	html_markup(p->out,
		    o->n_cards == 1 ? "<div class=\"cards one\">\n" : "<div class=\"cards\">\n");
	for (size_t i = 0; i < o->n_cards; i++)
		decision_write_card(p, &o->cards[i]);
	html_markup(p->out, "</div>\n");
	if (o->promise)
		html_advice(p->out, "p", o->promise);
	decision_write_warnings(p);
	html_element(p->out, "h2 id=\"chart\"", "How often is each candidate right?");
	html_markup(p->out, "\n");
	chart_accuracy(p);
}

void page_next(const struct page *p)
{
	const struct overview *o = p->overview;
	const char *steps[WORDS_MAX_STEPS];
	size_t n = words_next(p->a, p->r, steps);

	html_markup(p->out, "<ol class=\"steps\">\n");
	for (size_t i = 0; i < n; i++)
		html_advice(p->out, "li", steps[i]);
	html_markup(p->out, "</ol>\n");
	if (o->workload)
		html_advice(p->out, "p", o->workload);
	if (o->untimed)
		html_advice(p->out, "p", o->untimed);
}

/* What the verdicts mean that stand in the table. */
static void decision_write_meanings(const struct page *p)
{
	html_markup(p->out, "<p class=\"note\">");
	for (int kind = VERDICT_NONE + 1; kind < VERDICT_COUNT; kind++) {
		size_t i = 0;

		while (i < p->r->n && (int)p->r->decision.verdicts[i].kind != kind)
			i++;
		if (i == p->r->n)
			continue;
		html_element(p->out, "b", verdict_words(kind));
		html_textf(p->out, ": %s ", verdict_meaning(kind));
	}
	html_markup(p->out, "</p>\n");
}

void page_all(const struct page *p)
{
	struct table t;

	overview_table(p->a, p->r, p->overview, &t);
	html_markup(p->out, "<div class=\"all\">\n");
	table_write_html(&t, NULL, p->out);
	html_markup(p->out, "</div>\n");
	decision_write_meanings(p);
	html_elementf(p->out, "p class=\"note\"",
		      "%s A candidate is one model asked in one way. %s",
		      overview_asked(p->a, p->r), overview_star(p->a, p->r));
}

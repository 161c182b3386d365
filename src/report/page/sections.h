/*
 * The sections of the page, for page.c and evidence_html.c. Each writes what stands under its
 * heading.
 */
#ifndef REPORT_PAGE_SECTIONS_H
#define REPORT_PAGE_SECTIONS_H

#include "report/page/chart.h"
#include "report/page/overview.h"
#include "report/result/result.h"
#include "report/text/reliability_text.h"
#include "report/tuned_heads.h"
#include "report/words/words.h"

struct page {
	struct arena *a;
	const struct result *r;
	FILE *out;
	int shown; /* the candidate shown in detail: the pick, or the closest, or -1 */
	const struct overview *overview; /* NULL: of evidence */
};

/* At most so many characters of a ticket or a reason, and so many tickets: in full, and unasked. */
enum {
	PAGE_QUOTE_CHARS = 400,
	PAGE_MAX_TICKETS = 100,
	PAGE_FIRST_TICKETS = 8,
	PAGE_MAX_NAME = 120
};

/* Short, and in full. A candidate is numbered by its place in the size order, from 1. */
const char *page_name(const struct page *p, size_t candidate);
const char *page_full_name(const struct page *p, size_t candidate);
enum chart_mark page_mark(const struct page *p, size_t candidate);
/* The CSS class of what belongs to the pick: "pick" or "". */
const char *page_pick_class(const struct page *p, size_t candidate);
/* A sign beside the words of a verdict, so that verdicts differ without colour. */
const char *page_verdict_sign(enum verdict_kind kind);
/* Whether it was measured at all. */
bool page_measured(const struct page *p, size_t candidate);

/* <h2> and the section around it. `id`, of this program's source, is what links lead to. */
void page_begin_section(const struct page *p, const char *id, const char *title);
void page_end_section(const struct page *p);

/* One name and its text in a <dl class="log">. Long texts are cut. */
void page_field(const struct page *p, const char *name, const char *text);

/* section_decision.c: the headline and its cards; what to do next; a row a candidate. */
void page_decision(const struct page *p);
void page_next(const struct page *p);
void page_all(const struct page *p);

/* section_comparison.c */
void page_sure(const struct page *p);
void page_size(const struct page *p);
void page_speed(const struct page *p);
void page_cost(const struct page *p);
bool page_has_ways(const struct page *p); /* whether a model was asked in two ways */
void page_ways(const struct page *p);
void page_harder(const struct page *p);

/* section_candidate.c: the candidate that is shown in detail. */
bool page_has_confusion(const struct page *p); /* whether the task has labels */
void page_confusion(const struct page *p); /* and label by label beside it */
bool page_has_figures(const struct page *p); /* whether its task has any */
void page_figures(const struct page *p);
bool page_has_languages(const struct page *p); /* whether tickets name two languages or more */
void page_languages(const struct page *p);
void page_next_larger(const struct page *p);

/* section_reliability.c */
bool page_has_reliability(const struct page *p); /* whether a candidate has probabilities */
void page_reliability(const struct page *p);

/* section_tickets.c */
void page_missed(const struct page *p);
void page_suspects(const struct page *p);

/* section_heads.c */
bool page_has_heads(const struct page *p); /* whether a candidate learnt from tickets */
void page_heads(const struct page *p);

/* section_log.c */
void page_licences(const struct page *p);
void page_log(const struct page *p);

/* chart_accuracy.c: a row a candidate, with its score, what is guaranteed, and the bar. */
void chart_accuracy(const struct page *p);
/* chart_scatter.c: accuracy against value_of; candidates whose value is <= 0 are left out. */
struct scatter {
	const char *title, *axis; /* of the x axis, with its unit */
	double (*value_of)(const struct candidate_result *c);
	const char *(*tick)(struct arena *a, double value);
};
void chart_scatter(const struct page *p, const struct scatter *what);
/* chart_learning.c: how often heads are right, by the number of training tickets. */
void chart_learning(const struct page *p, const struct tuned_head *heads, size_t n);
/* chart_reliability.c: how often a candidate is right, by the probability that it stated. */
void chart_reliability(const struct page *p, size_t candidate, const struct reliability *l);
/* chart_times.c: a row a candidate, with the distribution of its times to first token. */
void chart_times(const struct page *p);

#endif

/*
 * The sections of the page, for report_html.c alone. Each writes what stands under its heading.
 */
#ifndef REPORT_PAGE_REPORT_PAGE_H
#define REPORT_PAGE_REPORT_PAGE_H

#include "report/head_words.h"
#include "report/page/chart.h"
#include "report/page/report_words.h"
#include "report/result/result.h"

struct page {
	struct arena *a;
	const struct result *r;
	FILE *out;
	int shown; /* the candidate shown in detail: the pick, or the closest, or -1 */
};

/* At most so many characters of a ticket or a reason, and so many tickets in full. */
enum { PAGE_QUOTE_CHARS = 400, PAGE_MAX_TICKETS = 100, PAGE_MAX_NAME = 120 };

/* A candidate is numbered by its place in the size order, from 1. */
const char *page_name(const struct page *p, size_t candidate);
enum mark page_mark(const struct page *p, size_t candidate);
/* "pick" or "": the class of what belongs to the pick. */
const char *page_pick_class(const struct page *p, size_t candidate);
/* Whether it was measured at all. */
bool page_measured(const struct page *p, size_t candidate);

/* A table in its own scrolling box; headers end with NULL, '>' makes a column of numbers. */
void page_table_begin(const struct page *p, const char *css_class, const char *caption,
		      const char *const *headers);
void page_table_end(const struct page *p);
/* <tr> and its header cell: "3 name". */
void page_row_begin(const struct page *p, size_t candidate);

/* report_decision.c */
void page_decision(const struct page *p);

/* report_figures.c */
void page_accuracy(const struct page *p);
void page_size(const struct page *p);
void page_speed(const struct page *p);
void page_cost(const struct page *p);

/* report_detail.c */
void page_confusion(const struct page *p);
void page_labels(const struct page *p);
void page_harder(const struct page *p);
void page_next_larger(const struct page *p);

/* report_tickets.c */
void page_missed(const struct page *p);
void page_suspects(const struct page *p);

/* report_languages.c: nothing where fewer than two languages are named. */
bool page_has_languages(const struct page *p);
void page_languages(const struct page *p);

/* report_tuned.c: nothing where no model was asked in two ways, or none has a head. */
bool page_has_ways(const struct page *p);
void page_ways(const struct page *p);
bool page_has_curves(const struct page *p);
void page_curves(const struct page *p);

/* report_log.c */
void page_licences(const struct page *p);
void page_logged(const struct page *p);

/* chart_interval.c: a row a candidate, with its interval, its promise and the bar. */
void chart_intervals(const struct page *p);
/* chart_scatter.c: accuracy against what value_of gives; candidates with < 0 are left out. */
struct scatter {
	const char *title, *axis; /* of the x axis, with its unit */
	double (*value_of)(const struct candidate_result *c);
	const char *(*tick)(struct arena *a, double value);
};
void chart_scatter(const struct page *p, const struct scatter *what);
/* chart_curve.c: how often heads of one model are right, by how many tickets they learnt from. */
void chart_curve(const struct page *p, const struct shown_head *heads, size_t n);
/* chart_times.c: a row a candidate, with how its times to first token are spread. */
void chart_times(const struct page *p);

#endif

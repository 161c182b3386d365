/*
 * What stands first in every report: the recommendation, the candidates that it names, how much
 * one of them could do by itself, and one row for each candidate. Gathered once for the page, the
 * short report, Markdown and the slide. Must not know how any of them looks.
 */
#ifndef REPORT_PAGE_OVERVIEW_H
#define REPORT_PAGE_OVERVIEW_H

#include "report/result/result.h"
#include "report/table/table.h"

enum { OVERVIEW_MAX_CARDS = 2, OVERVIEW_MAX_FACTS = 4 };

/* What a card says below its share: "Memory", "2.0 GB". */
struct overview_fact {
	const char *name, *value;
};

/* One of the candidates that the headline names. Texts are printable. */
struct overview_card {
	size_t candidate;
	const char *role; /* "Use today", "May do", "The closest" */
	enum verdict_kind kind;
	const char *verdict; /* as text */
	const char *guaranteed; /* "86%": the least share right, at the certainty asked for */
	struct overview_fact facts[OVERVIEW_MAX_FACTS];
	size_t n_facts;
};

struct overview {
	const char *headline;
	const char **names; /* the short name of each candidate, printable */
	struct overview_card cards[OVERVIEW_MAX_CARDS]; /* today's first */
	size_t n_cards;
	const char *promise; /* on record, of one of the cards; or NULL */
	const char *workload; /* without a promise, what a threshold leaves to people; or NULL */
	const char *untimed; /* why a card has no times, and how to measure them; or NULL */
};

/* 1 or 2: the candidate has this card; 0: it has none. */
size_t overview_card_of(const struct overview *o, size_t candidate);

void overview_of(struct arena *a, const struct result *r, struct overview *ret_overview);

/* A row a candidate: name, verdict, right, guaranteed, memory, first token, 1,000 tickets. */
void overview_table(struct arena *a, const struct result *r, const struct overview *o,
		    struct table *ret_table);

/* What the "†" of a time in this table means; "" if none has one. */
const char *overview_star(struct arena *a, const struct result *r);

/* The cards side by side: a row a fact, a column a card. Nothing may be added to it. */
void overview_cards_table(struct arena *a, const struct result *r, const struct overview *o,
			  struct table *ret_table);

/* "Tested: 7 candidates on 25 tickets. Asked for: 90% right, with 90% certainty." */
const char *overview_asked(struct arena *a, const struct result *r);

#endif

/*
 * Tables that terminal and page both show. Decides columns and cells; report/table/table.h writes
 * them.
 */
#ifndef REPORT_TABLE_TABLES_H
#define REPORT_TABLE_TABLES_H

#include "report/result/result.h"
#include "report/table/table.h"

/* Adds the first cell of a candidate's row: its name and number, with a sign for the pick. */
void tables_add_candidate(struct table *t, const struct result *r, size_t candidate);

/* Its verdict, or why it has none; on a narrow terminal in a word or two. */
void tables_add_verdict(struct table *t, const struct result *r, size_t candidate);

/* The mark of a candidate that was calibrated on the tickets it is scored on; NULL for others. */
const char *tables_calibrated(const struct candidate_result *c);

/* A row a label: counts, recall, precision and F1 of one candidate. */
void tables_labels(struct arena *a, const struct result *r, const struct label_report *l,
		   struct table *ret_table);

/* A row a candidate: ordinary tickets, harder tickets, both. */
void tables_harder(struct arena *a, const struct result *r, struct table *ret_table);

/*
 * A row a ticket whose expected label may be wrong, at most `max` of them; a page also shows the
 * text, and cuts it.
 */
void tables_suspects(struct arena *a, const struct result *r, size_t max, bool with_text,
		     struct table *ret_table);

#endif

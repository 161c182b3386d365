/*
 * What a candidate's probabilities are worth, as sentences, table rows and JSON, over the ordinary
 * tickets. Decides wording and rounding; judge/measure/reliability.h has the figures.
 */
#ifndef REPORT_TEXT_RELIABILITY_TEXT_H
#define REPORT_TEXT_RELIABILITY_TEXT_H

#include <jansson.h>

#include "judge/measure/reliability.h"
#include "report/result/result.h"
#include "report/table/table.h"

/* The figures of a candidate. NULL if it has none: no probabilities, label mass or orders. */
const struct reliability *reliability_of_candidate(const struct result *r, size_t candidate);

/*
 * A row for each candidate that has figures. Returns whether there is any. Columns that no
 * candidate fills are left out.
 */
bool reliability_table(struct arena *a, const struct result *r, struct table *ret_table);

/* A row for each bin that has answers. */
void reliability_bins_table(struct arena *a, const struct reliability *l, struct table *ret_table);

/*
 * "It states 97% on average and is right on 80% (20 of 25): it promises too much, by more than
 * chance. Only indicative: fewer than 100 answers." Call it only if l->n > 0.
 */
const char *words_reliability(struct arena *a, const struct reliability *l);

/*
 * "On average 95% of the probability falls on the labels; on 1 of 12 tickets it is less than half."
 * or "".
 */
const char *words_label_mass(struct arena *a, const struct reliability *l);

/*
 * "On 1 of 12 tickets (8.33%, 95% interval 0.2 to 38.5%) the answer depends on the order of the
 * labels." or "".
 */
const char *words_order_flips(struct arena *a, const struct reliability *l);

/* What the columns mean, as one paragraph. */
extern const char words_reliability_note[];

/* The table of all candidates, then the sentences and bins of one; or nothing. */
void reliability_write(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* Adds "reliability" to a candidate that has figures. */
void reliability_add_json(const struct result *r, size_t candidate, json_t *j);

/* Adds label_mass, orders and orders_agreed to a reply whose answer has them. */
void reliability_add_form_json(const struct answer *answer, json_t *reply);

#endif

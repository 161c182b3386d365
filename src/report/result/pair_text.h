/*
 * Two candidates of a run, ticket by ticket: which tickets only one of them got right, and whether
 * that is more than chance. As text and as JSON.
 */
#ifndef REPORT_RESULT_PAIR_TEXT_H
#define REPORT_RESULT_PAIR_TEXT_H

#include "report/result/result.h"

/* `larger` stands behind `smaller` in the run's order. */
void pair_write(struct arena *a, const struct result *r, size_t smaller, size_t larger, FILE *out);

/* In the order that is asked for. A new reference. */
json_t *pair_to_json(struct arena *a, const struct result *r, size_t x, size_t y);

#endif

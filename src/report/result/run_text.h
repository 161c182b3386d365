/*
 * A run, its candidates and their replies, field by field: enough to answer "which model did it?"
 * at any time.
 */
#ifndef REPORT_RESULT_RUN_TEXT_H
#define REPORT_RESULT_RUN_TEXT_H

#include "report/result/result.h"

void run_write_head(struct arena *a, const struct result *r, FILE *out);
/* Identity, settings and sessions of one candidate. */
void run_write_candidate(struct arena *a, const struct result *r, size_t candidate, FILE *out);
/* Every reply of one candidate, raw. */
void run_write_replies(struct arena *a, const struct result *r, size_t candidate, FILE *out);

#endif

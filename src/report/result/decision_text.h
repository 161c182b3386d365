/*
 * The decision of a run, as text and as an exit code. `decide`, `show`, `smoke` and `add` end with
 * it.
 */
#ifndef REPORT_RESULT_DECISION_TEXT_H
#define REPORT_RESULT_DECISION_TEXT_H

#include <stdio.h>

#include "report/result/result.h"

/* With `intervals`: also the intervals of each candidate and of each language. */
void decision_write(struct arena *a, const struct result *r, bool intervals, FILE *out);

/* 0 if there is a pick, 1 if no candidate scored the bar. With `strict`: 0 only if one CLEARS. */
int decision_exit_code(const struct result *r, bool strict);

#endif

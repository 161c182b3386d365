/*
 * The decision of a run: its evidence as text, and its exit code.
 */
#ifndef REPORT_RESULT_DECISION_TEXT_H
#define REPORT_RESULT_DECISION_TEXT_H

#include <stdio.h>

#include "report/result/result.h"

/*
 * Exit codes beside 0 and 1. A signal that stopped the command has its own: 128 and its number
 * (flow/interrupt.h).
 */
enum {
	DECISION_UNFINISHED =
		7, /* stopped before the decision: time budget, stop file, or killed */
	DECISION_NOT_MEASURED = 8, /* no model is measured, and no baseline is the pick */
};

/*
 * Why the decision is what it is, and how sure. With `intervals`: also the intervals of each
 * candidate and of each language.
 */
void decision_write_evidence(struct arena *a, const struct result *r, bool intervals, FILE *out);

/*
 * 0 if there is a pick, 1 if no candidate scored the bar, or one of the codes above. With `strict`:
 * 0 only if one that could be picked is ABOVE THE BAR.
 */
int decision_exit_code(const struct result *r, bool strict);

#endif

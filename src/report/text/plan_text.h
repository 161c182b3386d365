/*
 * A plan as text and JSON.
 */
#ifndef REPORT_TEXT_PLAN_TEXT_H
#define REPORT_TEXT_PLAN_TEXT_H

#include <stdio.h>

#include "job/plan/plan.h"
#include "job/ticket/training.h"
#include "report/text/models_text.h"

/* The candidates' short names in the plan's order, safe to print. */
const char **plan_short_names(struct arena *a, const struct plan *plan);

void plan_write_text(struct arena *a, const struct job *job, const struct slice *slice,
		     const struct example_set *examples, const struct training *training,
		     const struct plan *plan, FILE *out);
/* `refused`: why `smoke` will refuse the tickets, or NULL. */
void plan_write_json(const struct job *job, const struct slice *slice, const struct plan *plan,
		     const char *refused, FILE *out);

#endif

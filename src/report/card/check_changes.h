/*
 * The changes between two runs of a job, counted as a person would: new labels are one change, even
 * though the prompt that lists them changes too. Pure.
 */
#ifndef REPORT_CARD_CHECK_CHANGES_H
#define REPORT_CARD_CHECK_CHANGES_H

#include "report/result/result.h"

/* "the prompt, the seed"; "" and *ret_n 0 if nothing changed. */
const char *check_changes(struct arena *a, const struct result *before, const struct result *now,
			  size_t *ret_n);

#endif

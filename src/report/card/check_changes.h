/*
 * What was changed between two runs of a job, counted as a person would: a new set of labels is one
 * change, although the prompt that lists them is another one, too. Pure.
 */
#ifndef REPORT_CARD_CHECK_CHANGES_H
#define REPORT_CARD_CHECK_CHANGES_H

#include "report/result/result.h"

/* "the prompt, the seed"; "" and *ret_n 0 where nothing was. */
const char *check_changes(struct arena *a, const struct result *before, const struct result *now,
			  size_t *ret_n);

#endif

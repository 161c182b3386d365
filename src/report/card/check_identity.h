/*
 * Checks that the run stores everything that identifies the models behind its results. Pure.
 */
#ifndef REPORT_CARD_CHECK_IDENTITY_H
#define REPORT_CARD_CHECK_IDENTITY_H

#include "report/result/result.h"

/*
 * What is missing, as text, or NULL if nothing is. *ret_n_fields is the number of fields that are
 * checked for a language model, *ret_n_candidates the number of candidates that answered.
 */
const char *check_identity(struct arena *a, const struct result *r, size_t *ret_n_fields,
			   size_t *ret_n_candidates);

#endif

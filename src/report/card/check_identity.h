/*
 * Whether everything that tells which model gave a result is on record. Pure.
 */
#ifndef REPORT_CARD_CHECK_IDENTITY_H
#define REPORT_CARD_CHECK_IDENTITY_H

#include "report/result/result.h"

/*
 * What is missing, in words, or NULL where nothing is. *ret_n_fields is the number of fields that
 * are looked at for a language model, *ret_n_candidates that of the candidates that gave an answer.
 */
const char *check_identity(struct arena *a, const struct result *r, size_t *ret_n_fields,
			   size_t *ret_n_candidates);

#endif

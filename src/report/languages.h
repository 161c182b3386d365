/*
 * Languages of a run's tickets, answers and reasons, in words, rows and JSON. Decides when they
 * are worth showing. The page's section is in report_languages.c.
 */
#ifndef REPORT_LANGUAGES_H
#define REPORT_LANGUAGES_H

#include "judge/language.h"
#include "report/result/result.h"

/* Fewer than two languages are nothing to compare. */
bool languages_worth(const struct languages *l);
/* The same of a candidate's answered tickets. */
void languages_of(struct arena *a, const struct result *r, size_t candidate,
		  struct languages *ret_languages);

/* "de (German)"; the tag alone where its language is not known. */
const char *words_language(struct arena *a, const char *tag);
/* "5.5 to 57.2%". */
const char *words_interval(struct arena *a, struct interval i);

/*
 * One sentence: the weakest, with its number of tickets and its interval, and whether it can be
 * told apart from the rest. Only where languages_worth().
 */
const char *words_weakest(struct arena *a, const struct languages *l);
/* "2 tickets do not say theirs." or "". */
const char *words_silent(struct arena *a, const struct languages *l);

/*
 * One sentence: how many reasons are in another language than their ticket; "" where no ticket's
 * language could be compared with its reason's.
 */
const char *words_crossings(struct arena *a, const struct reason_languages *l);
/* "en 20, script: Latin 4, not told 1"; "" where there are no reasons. */
const char *words_reason_counts(struct arena *a, const struct reason_languages *l);

/* The sentences of a candidate, after its row a language where `table` says so; or nothing. */
void languages_write(struct arena *a, const struct result *r, size_t candidate, bool table,
		     FILE *out);

/* Rows, weakest and reasons of a candidate; NULL where no ticket names its language. */
json_t *languages_to_json(struct arena *a, const struct result *r, size_t candidate);

#endif

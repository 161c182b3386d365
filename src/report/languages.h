/*
 * Languages of a run's tickets, answers and reasons: sentences, table rows and JSON. Decides
 * whether to show them.
 */
#ifndef REPORT_LANGUAGES_H
#define REPORT_LANGUAGES_H

#include "judge/answer/language.h"
#include "report/result/result.h"
#include "report/table/table.h"

/* Whether there are at least two languages to compare. */
bool languages_worth(const struct languages *l);
/* Sums a candidate's answered tickets. */
void languages_of(struct arena *a, const struct result *r, size_t candidate,
		  struct languages *ret_languages);

/* "de (German)", or only the tag if it has no name. */
const char *words_language(struct arena *a, const char *tag);
/* A row a language; the weakest one is marked. */
void languages_table(struct arena *a, const struct languages *l, struct table *ret_table);

/*
 * One sentence: the weakest language, its tickets and interval, and whether the difference to the
 * others is more than chance. Call it only if languages_worth().
 */
const char *words_weakest(struct arena *a, const struct languages *l);
/* "2 tickets have no language." or "". */
const char *words_silent(struct arena *a, const struct languages *l);

/*
 * One sentence: how many reasons are in another language than their ticket. Returns "" if there was
 * nothing to compare.
 */
const char *words_crossings(struct arena *a, const struct reason_languages *l);
/* "en 20, script: Latin 4, not detected 1"; "" without reasons. */
const char *words_reason_counts(struct arena *a, const struct reason_languages *l);

/* Writes a candidate's sentences, with `table` after a table of its languages; or nothing. */
void languages_write(struct arena *a, const struct result *r, size_t candidate, bool table,
		     FILE *out);

/* Adds "languages" (a candidate's rows, weakest language, reasons) if a ticket has a language. */
void languages_add_json(struct arena *a, const struct result *r, size_t candidate, json_t *j);

#endif

/*
 * What differs between two runs, in the user's words: any two, or a run and its replay.
 */
#ifndef REPORT_DIFF_DIFF_TEXT_H
#define REPORT_DIFF_DIFF_TEXT_H

#include "report/diff/diff.h"

void diff_write_text(struct arena *a, const struct diff *d, FILE *out);

/* diff_languages.c: which languages came out otherwise; nothing where fewer than two are named. */
void diff_write_languages(struct arena *a, const struct diff *d, FILE *out);

/* The first is the run, the second the same asked again. */
void replay_write_text(struct arena *a, const struct diff *d, FILE *out);

#endif

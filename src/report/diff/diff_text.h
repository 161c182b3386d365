/*
 * The comparison of two runs as text: any two, or a run and its replay.
 */
#ifndef REPORT_DIFF_DIFF_TEXT_H
#define REPORT_DIFF_DIFF_TEXT_H

#include "report/diff/diff.h"

void diff_write_text(struct arena *a, const struct diff *d, FILE *out);

/* In diff_languages.c: the results by language; nothing if there are fewer than two languages. */
void diff_write_languages(struct arena *a, const struct diff *d, FILE *out);

/* The first is the run, the second its replay. */
void replay_write_text(struct arena *a, const struct diff *d, FILE *out);

/* As above, for the only candidate, asked with another model. What changed stands first. */
void replay_write_with(struct arena *a, const struct diff *d, FILE *out);

#endif

/*
 * How sure a decision is, for the terminal: verdicts, intervals, labels, harder tickets, and what
 * to look at next. The JSON has every figure of it.
 */
#ifndef REPORT_RESULT_VERDICT_TEXT_H
#define REPORT_RESULT_VERDICT_TEXT_H

#include "report/result/result.h"

/* A row a candidate: what is assured, the chance, the verdict and its level, what is missing. */
void verdict_write_table(struct arena *a, const struct result *r, FILE *out);

/* Wilson, Jeffreys and Clopper-Pearson, 95% two-sided, beside the anytime-valid bound. */
void verdict_write_intervals(struct arena *a, const struct result *r, FILE *out);

/*
 * After an empty line: ordinary and harder tickets apart and together. Nothing without harder ones.
 */
void verdict_write_harder(struct arena *a, const struct result *r, FILE *out);

/* Precision, recall and F1 of one candidate, and how it used "other". */
void verdict_write_labels(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/*
 * After an empty line: the tickets on which a candidate and the next larger one differ. Nothing if
 * there is no larger one.
 */
void verdict_write_pair(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* After an empty line: tickets whose expected label may be wrong. Nothing if there are none. */
void verdict_write_suspects(struct arena *a, const struct result *r, FILE *out);

/* What weakens the evidence, and what a server's probe found. */
void verdict_write_warnings(struct arena *a, const struct result *r, FILE *out);

#endif

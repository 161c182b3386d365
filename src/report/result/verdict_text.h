/*
 * How sure a decision is, for the terminal: verdicts, intervals, labels, harder tickets, and what
 * to look at next. Every figure here is also in the JSON.
 */
#ifndef REPORT_RESULT_VERDICT_TEXT_H
#define REPORT_RESULT_VERDICT_TEXT_H

#include "report/result/result.h"

/* One line a candidate: what is assured, the chance, the verdict and its level, what is missing. */
void verdict_write_table(struct arena *a, const struct result *r, FILE *out);

/* Wilson, Jeffreys and Clopper-Pearson, 95% two-sided, beside the anytime-valid bound. */
void verdict_write_intervals(struct arena *a, const struct result *r, FILE *out);

/* Harder tickets on a line of their own, and both together; nothing where there are none. */
void verdict_write_harder(struct arena *a, const struct result *r, FILE *out);

/* Precision, recall and F1 of one candidate, and what it left open. */
void verdict_write_labels(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* The tickets on which a candidate and the next larger one differ. */
void verdict_write_pair(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* Tickets whose gold label should be checked first; nothing where there are none. */
void verdict_write_suspects(struct arena *a, const struct result *r, FILE *out);

/* What a reader must know of the evidence: repeats, an edited prompt, changed examples, calibrated
 * candidates. */
void verdict_write_marks(struct arena *a, const struct result *r, FILE *out);

#endif

/*
 * What a candidate in production produces: rows of labels for machines; for people, the verdict,
 * the thresholds of the run, and whether the tickets have changed.
 */
#ifndef REPORT_TEXT_PRODUCTION_TEXT_H
#define REPORT_TEXT_PRODUCTION_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "judge/measure/coverage.h"
#include "judge/measure/drift.h"
#include "report/result/result.h"
#include "work/reply.h"

/* One ticket and its answer. */
struct production_row {
	const char *id, *text; /* of the ticket */
	enum outcome outcome;
	int label; /* index among the run's labels; -1: none */
	const char *label_name; /* NULL: no label */
	bool writes; /* the task has no labels: the answer is a text */
	const char *answer; /* that the model wrote; NULL: none */
	bool abstained; /* the label is only a guess: it is not probable enough */
	double probability; /* of the label; -1: not available */
	const double *probs; /* of each label of the run; NULL: not available */
	int64_t prompt_tok; /* tokens that the model read */
	int64_t written_tok; /* and wrote, with the forced ones, its thinking and its rationale */
	const char *rationale; /* "" if none was asked for */
	const char *detail; /* why it failed, or "" */
	int64_t label_us; /* of its group, if several share a decode; -1: none */
};

/* How rows, or tickets for review, are written. */
struct production_form {
	bool csv; /* else JSON Lines */
	bool text; /* rows: with the ticket's text */
	bool guess; /* review: with the rejected label and its probability */
	const char *labels; /* review as CSV: the labels to choose from, in one cell */
	bool writes; /* rows have an answer in place of a label; */
	const char *const *fields; /* as CSV also a column for each of these members of it */
	size_t n_fields;
};

/* The members that a form asks for at its top: columns of CSV. *ret_n is 0 if it names none. */
const char *const *production_fields(struct arena *a, const char *form, size_t *ret_n);

/* The header line of CSV; nothing for JSON Lines. */
void production_header(const struct production_form *form, struct buf *out);
void production_review_header(const struct production_form *form, struct buf *out);

/* One line with its line break. It holds no times, so the same row has the same bytes. */
void production_add_row(const struct production_form *form, const struct production_row *row,
			struct buf *out);

/*
 * A line of a review file: a ticket for a person to label. RULE: the guess is there only on
 * request, because whoever reads it tends to agree.
 */
void production_add_review(const struct production_form *form, const struct production_row *row,
			   struct buf *out);

/* The body of a response, owned by the arena: one row or a list. */
const char *production_rows_json(struct arena *a, const struct production_row *rows, size_t n);

/* Why a ticket has no label, as text. */
const char *production_failure(struct arena *a, const struct production_row *row);

/* The candidate's verdict in its run. */
void production_write_verdict(struct arena *a, const struct result *r,
			      const struct candidate_result *c, FILE *out);

/* What each threshold takes, and how much of that was right in the run. */
void production_write_coverage(struct arena *a, const struct coverage *rows, size_t n, FILE *out);

/* The label shares of the run and of production, and what to do. */
void production_write_drift(struct arena *a, const struct result *r, const struct workload *then,
			    const struct workload *now, const struct drift *drift, FILE *out);

#endif

/*
 * What a candidate at work says: rows of labels for machines, the thresholds that a run offers,
 * and whether the tickets have changed, for people.
 */
#ifndef REPORT_PRODUCTION_TEXT_H
#define REPORT_PRODUCTION_TEXT_H

#include <stdio.h>

#include "base/buf.h"
#include "judge/coverage.h"
#include "judge/drift.h"
#include "report/result/result.h"

/* One ticket and what came of it. */
struct work_row {
	const char *id, *text;
	const char *label; /* that is taken; NULL where none is */
	const char *guess; /* the label that was not sure enough to be taken; NULL otherwise */
	double probability; /* of the label or the guess; below 0: not known */
	const char *outcome; /* "ok", "abstained", or the name of a failure */
	const char *rationale, *detail;
};

/* Forms of the rows. */
enum work_format { WORK_JSONL, WORK_CSV };

/* The line that CSV begins with; nothing for JSON Lines. */
void work_header(enum work_format format, struct buf *out);

/* One line, its line break included, without times: it can be written again, byte for byte. */
void work_row_add(enum work_format format, const struct work_row *row, struct buf *out);

/* The answer to a request: one row, or a list of them; a chat answer has one. In the arena. */
const char *work_reply_json(struct arena *a, const struct work_row *rows, size_t n);
const char *work_chat_json(struct arena *a, const struct work_row *row, const char *model,
			   int64_t number, int64_t created_s);

/* A line of a review file: a ticket to be labelled, with the guess beside it. */
void work_review_add(const struct work_row *row, struct buf *out);

/* The pick's verdict, so that nobody puts it to work without having read it. */
void work_write_pick(struct arena *a, const struct result *r, const struct candidate_result *c,
		     FILE *out);

/* Thresholds with what they take and how much of that was right. */
void work_write_coverage(struct arena *a, const struct coverage *rows, size_t n, FILE *out);

/* Then and now, and what to do. */
void work_write_drift(struct arena *a, const struct result *r, const struct workload *then,
		      const struct workload *now, const struct drift *drift, FILE *out);

#endif

/*
 * The heads of a run as text and JSON, from the run's own records: their files may be gone.
 */
#ifndef REPORT_TUNED_HEADS_H
#define REPORT_TUNED_HEADS_H

#include <jansson.h>

#include "job/model/head.h"
#include "report/result/result.h"

/* A tuned candidate and its head. */
struct tuned_head {
	size_t candidate; /* of the result */
	const char *model, *way; /* from the candidate's name: "small", "tuned all" */
	struct head_record record;
};

/* The heads of the run, in size order. Returns how many. Everything is owned by the arena. */
size_t tuned_heads_of(struct arena *a, const struct result *r, struct tuned_head **ret_heads);

/* "learnt from 200 tickets; held out 170 of 200 right (85%, 95% interval 79 to 89%)". */
const char *head_words_learnt(struct arena *a, const struct head_record *h);

/* "25 tickets: 62.5%, 50 tickets: 70%". */
const char *head_words_curve(struct arena *a, const struct head_record *h);

/* A sentence: "50 more labels would help: about +1.2 points (90% sure: +0.6 to +2.0)." */
const char *head_words_outlook(struct arena *a, const struct head_record *h);

/* The head that chose the labels of a tuned candidate: a new reference. */
json_t *tuned_head_to_json(struct arena *a, const struct candidate_result *c);

/* Adds "learnt" to a baseline that has a record: how well it learnt, and its learning curve. */
void learnt_add_json(struct arena *a, const struct candidate_result *c, json_t *j);

#endif

/*
 * The result of a tuning, as text and JSON. Pure.
 */
#ifndef REPORT_TEXT_TUNE_TEXT_H
#define REPORT_TEXT_TUNE_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/model/head.h"
#include "judge/head/head.h"

/* A new head; all borrowed. */
struct tuned {
	const struct head *head;
	const struct head_fit *fit;
	const struct ticket *const *tickets; /* that it learnt from: head->training.n of them */
	size_t n_offered; /* tickets in the training file */
	size_t n_families; /* groups of near-repeats, which are held out together */
	size_t n_slices; /* under test, that its tickets were compared with */
	size_t n_cached, n_asked, n_failed; /* hidden states */
	const char *failure; /* of the first state that failed, or NULL */
	int64_t state_us, fit_us; /* spent on states and on learning */
	const char *for_job; /* the head's path as the job file would name it */
	const char *job_path;
};

void tuned_write_text(struct arena *a, const struct tuned *t, FILE *out);
/* A new reference. */
json_t *tuned_to_json(struct arena *a, const struct tuned *t);

/* "50 more labels would help: about +1.2 points (90% sure: +0.6 to +2.0)." */
const char *tuned_outlook_words(struct arena *a, const struct head_gain *gain);

/* Parts of the JSON, for others who show the same: {right, of, share, low, high}, low and high the
 * 95% interval (Wilson); a list of those with `tickets` learnt from, each of `n` held out; the
 * outlook with its words. New references. */
json_t *tuned_share_to_json(size_t right, size_t n);
json_t *tuned_curve_to_json(const struct head_quality *q, size_t n);
json_t *tuned_outlook_to_json(struct arena *a, const struct head_gain *gain);

#endif

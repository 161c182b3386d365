/*
 * A promise (judge/promise.h) on record: about which candidate of which run, on which tickets, and
 * what came out. As JSON for the store and for lock files, and as sentences.
 */
#ifndef REPORT_PROMISE_TEXT_H
#define REPORT_PROMISE_TEXT_H

#include <jansson.h>

#include "judge/promise.h"
#include "report/result/result.h"

struct promise_record {
	const char *run, *candidate; /* full names */
	const char *pass_key, *model_sha256, *head_sha256; /* as the run has them; "" if none */
	const char *tickets_path; /* "": the run's own tickets */
	const char *tickets_sha256; /* over the tickets that count */
	size_t n_candidates; /* the tickets chose among so many; 1: they chose nothing */
	double right, confidence;
	struct promise promise;
};

/* A new reference. */
json_t *promise_to_json(const struct promise_record *record);

/* False if the text (NULL included) is no record, or has impossible figures. The arena owns it. */
bool promise_read(struct arena *a, const char *text, struct promise_record *ret_record);

/*
 * The newest promise on record of a candidate, as it is in the run. Of this share `right`: it may
 * be one that could not be made. If `right` is 0, the newest that was made, of any share. False if
 * there is none.
 */
bool promise_of_candidate(struct arena *a, const struct result *r, const struct candidate_result *c,
			  double right, struct promise_record *ret_record);

/* How many on record were tried on tickets of their own, whatever came out. */
size_t promise_attempts(struct arena *a, const struct result *r);

/*
 * "Of 1,000 tickets about 880 are labelled, at least 95% of them right (90% sure); 120 go to a
 * person.", or why there is no promise.
 */
const char *words_promise(struct arena *a, const struct promise_record *record);

/* What the promise rests on: one sentence. */
const char *words_promise_basis(struct arena *a, const struct promise_record *record);

/* What an event of the kind "promise" reports. */
const char *words_promise_event(struct arena *a, const char *text);

/* The candidate's newest promise that was made, and how to use it: a few sentences. Or NULL. */
const char *words_promise_at_work(struct arena *a, const struct result *r,
				  const struct candidate_result *c);

/* Adds "promise" to a candidate that has one on record. */
void promise_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		      json_t *j);

#endif

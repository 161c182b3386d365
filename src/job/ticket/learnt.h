/*
 * What somebody learnt from, as a record that goes with what was learnt: a head, a model's tuned
 * weights. Decides whether that may be tested on these tickets. A record holds no ticket's text.
 */
#ifndef JOB_TICKET_LEARNT_H
#define JOB_TICKET_LEARNT_H

#include <jansson.h>

#include "job/file/job.h"
#include "job/ticket/ticket.h"

/* What was learnt from, and what the leak guard passed over. */
struct learnt {
	const char *file; /* its name, without folders */
	const char *file_sha256; /* of the file's tickets, as a slice */
	const char *sha256; /* over what was learnt from, in order */
	size_t n;
	size_t *counts; /* of each label */
	const char **refused_ids, **refused_for; /* ticket under test that it resembles */
	size_t n_refused;
	const char **guarded; /* slices that it was compared with, by sha256 */
	size_t n_guarded;
};

/* Who learnt, for messages and to find the file. */
struct learner {
	const char *words; /* "the head 'heads/small.head.json'" */
	const char *path; /* of the file that goes with it */
	const struct learnt *learnt;
};

/*
 * RULE: leak guard. Slices that it was never compared with are compared now with the file that it
 * learnt from, if that is still there unchanged: as the job's `training`, or beside the job or the
 * learner. Why it may not be tested on these slices, or NULL. Fails where that file cannot be read.
 */
int learner_guard(struct arena *a, const struct learner *learner, const struct job *job,
		  const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
		  struct err *err) MUST_USE;

/* As JSON and back; n_labels: entries of counts. A new reference; false where it makes no sense. */
json_t *learnt_to_json(const struct learnt *l, size_t n_labels);
bool learnt_read(struct arena *a, json_t *object, size_t n_labels, struct learnt *ret_learnt);

/* Lists of words and of counts, for the files that such records stand in. */
json_t *learnt_texts_to_json(const char *const *texts, size_t n);
json_t *learnt_counts_to_json(const size_t *counts, size_t n);
/* A list of texts, kept; NULL where it is none. */
const char **learnt_read_texts(struct arena *a, const json_t *list, size_t *ret_n);
/* False where it is no list of n counts. */
bool learnt_read_counts(const json_t *list, size_t n, size_t *ret_counts);

#endif

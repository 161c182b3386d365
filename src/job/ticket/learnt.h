/*
 * A record of the tickets that a head or a model's tuned weights learnt from. Decides whether the
 * result may be tested on given tickets. A record never holds the text of a ticket.
 */
#ifndef JOB_TICKET_LEARNT_H
#define JOB_TICKET_LEARNT_H

#include <jansson.h>

#include "job/file/job.h"
#include "job/ticket/ticket.h"
#include "job/ticket/training.h"

/* The training tickets, and those that the leak guard refused. */
struct learnt {
	const char *file; /* name of the training file, without folders */
	const char *file_sha256; /* of the file's tickets, as a slice */
	const char *sha256; /* over the training tickets, in order */
	size_t n;
	size_t *counts; /* of each label */
	const char **refused_ids, **refused_for; /* and the ticket under test that each resembles */
	size_t n_refused;
	const char **guarded; /* sha256 of the slices that the file was compared with */
	size_t n_guarded;
};

/* The record of all of a job's training tickets, without counts and slices. Borrows from both. */
struct learnt learnt_of(const struct job *job, const struct training *t);

/* The head or model that learnt. */
struct learner {
	const char *words; /* for messages: "the head 'heads/small.head.json'" */
	const char *path; /* of its file; the training file may be in the same folder */
	const struct learnt *learnt;
};

/*
 * RULE: leak guard. Compares the training file with the slices that it was not compared with
 * before. The file must be unchanged, and be the job's `training` or beside the job or the learner.
 * *ret_refusal: why the learner may not be tested on these slices, or NULL. Fails if the file
 * cannot be read.
 */
int learner_guard(struct arena *a, const struct learner *learner, const struct job *job,
		  const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
		  struct err *err) MUST_USE;

/* As JSON (a new reference) and back (false if invalid). n_labels: the number of counts. */
json_t *learnt_to_json(const struct learnt *l, size_t n_labels);
bool learnt_read(struct arena *a, json_t *object, size_t n_labels, struct learnt *ret_learnt);

/* Lists of texts and of counts, for the files that contain such records. */
json_t *learnt_counts_to_json(const size_t *counts, size_t n);
/* A copy of a list of texts, or NULL if it is not one. */
const char **learnt_read_texts(struct arena *a, const json_t *list, size_t *ret_n);
/* False if it is not a list of n counts. */
bool learnt_read_counts(const json_t *list, size_t n, size_t *ret_counts);

#endif

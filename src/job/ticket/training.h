/*
 * The labelled tickets that a baseline learns from: the job's training file without the tickets
 * that the leak guard refuses.
 */
#ifndef JOB_TICKET_TRAINING_H
#define JOB_TICKET_TRAINING_H

#include "job/file/job.h"
#include "job/ticket/ticket.h"

struct training {
	const struct ticket **items; /* in file order */
	size_t n;
	const char **refused_ids; /* near-duplicates of a ticket under test */
	const char **refused_for; /* the id of the ticket that each one resembles */
	size_t n_refused;
	const char *note; /* for the user: how the file was understood; or NULL */
	char sha256[65]; /* over the items, in order */
	char file_sha256[65]; /* of all the file's tickets, as a slice */
};

/*
 * Reads job->training_path, which must not be NULL. The arena owns everything. Fails with ERR_INPUT
 * if the file is invalid or the guard leaves nothing to learn from.
 */
int training_load(struct arena *a, const struct job *job, const struct slice *const *slices,
		  size_t n_slices, struct training *ret_training, struct err *err) MUST_USE;

/* Which of the job's labels a ticket has, if it can have several: one per label. */
void training_fits(const struct job *job, const struct ticket *ticket, bool *ret_fits);

/* How many training tickets have each label of the job; owned by the arena. */
size_t *training_counts(struct arena *a, const struct job *job, const struct training *training);

#endif

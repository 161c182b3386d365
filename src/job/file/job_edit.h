/*
 * Adds an entry to a job file that a person wrote. Decides where it goes; every byte that was there
 * stays, comments too. Must not know what the entry is good for.
 */
#ifndef JOB_FILE_JOB_EDIT_H
#define JOB_FILE_JOB_EDIT_H

#include "job/file/job.h"

/* An entry of the key `heads` or `variants`. */
struct job_entry {
	const char *key;
	const char *name; /* of a variant; NULL: an item of a list */
	const char *path; /* of its file, as the job file names it */
};

/* "heads: [a.json]" or "variants: {short: {file: a.txt}}": to be shown. Owned by the arena. */
const char *job_entry_line(struct arena *a, const struct job_entry *entry);

/*
 * The text of the job file with the entry, checked: it is the same job with one entry more. Fails
 * with ERR_INPUT, and says what to add, if the file is written in a way that it cannot add to, or
 * why the job would be refused with it.
 */
int job_edit_text(struct arena *a, const struct job *job, const struct job_entry *entry,
		  const char **ret_text, struct err *err) MUST_USE;

/*
 * Puts the entry into the job's file, or into the file that a link leads to; its mode stays.
 * ERR_INPUT if the file is no longer what job_load() read.
 */
int job_edit_add(struct arena *a, const struct job *job, const struct job_entry *entry,
		 struct err *err) MUST_USE;

#endif

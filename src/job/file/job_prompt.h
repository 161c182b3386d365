/*
 * The prompt of a job: its pattern with the labels put in. Decides the default pattern, and the
 * other forms in which the same may be asked, to see how much the form matters.
 */
#ifndef JOB_FILE_JOB_PROMPT_H
#define JOB_FILE_JOB_PROMPT_H

#include "job/file/job.h"

/* How labels and lines are written. PROMPT_AS_ASKED is the form of every run. */
enum prompt_form { PROMPT_AS_ASKED, PROMPT_QUOTED, PROMPT_ONE_PARAGRAPH, PROMPT_FORMS };

/* "as asked", "quoted", "one paragraph" */
const char *prompt_form_name(enum prompt_form form);

/* The pattern of a job that brings none of its own. */
const char *job_prompt_default(struct arena *a, const struct job *job);

/*
 * Puts the names in place of each {labels}, and the descriptions, one each, after the line that
 * holds the first one; `reversed`: the last label first. Fails with ERR_INPUT where that is longer
 * than a job may be.
 */
int job_prompt_fill(struct arena *a, const struct job *job, enum prompt_form form, bool reversed,
		    const char **ret_prompt, struct err *err) MUST_USE;

#endif

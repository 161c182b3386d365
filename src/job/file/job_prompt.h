/*
 * The prompt of a job: a pattern whose {labels} are replaced. Decides the default pattern, and the
 * other forms of the same question, which show how much the form matters.
 */
#ifndef JOB_FILE_JOB_PROMPT_H
#define JOB_FILE_JOB_PROMPT_H

#include "job/file/job.h"

/* How labels and lines are written. PROMPT_AS_ASKED is the form of every run. */
enum prompt_form { PROMPT_AS_ASKED, PROMPT_QUOTED, PROMPT_ONE_PARAGRAPH, PROMPT_FORMS };

/* "as asked", "quoted", "one paragraph" */
const char *prompt_form_name(enum prompt_form form);

/* The pattern of a job without the key `prompt`. */
const char *job_prompt_default(struct arena *a, const struct job *job);

/*
 * What the job asks, without what it says of labels and of the answer's form: the lines of its own
 * prompt before the one with the first {labels}, or all lines if none has {labels}. "Which label
 * fits this text best?" if there are no such lines, or the job has no prompt of its own.
 */
const char *job_question(struct arena *a, const struct job *job);

/*
 * Replaces each {labels} with the names, and adds the descriptions after the line that holds the
 * first {labels}. `reversed`: the last label first. Fails with ERR_INPUT if the prompt is longer
 * than JOB_MAX_BYTES.
 */
int job_prompt_fill(struct arena *a, const struct job *job, enum prompt_form form, bool reversed,
		    const char **ret_prompt, struct err *err) MUST_USE;

#endif

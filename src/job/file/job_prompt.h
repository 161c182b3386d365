/*
 * The prompt of a job: a pattern whose {labels} are replaced. Decides the default pattern, and the
 * other forms of the same question, which show how much the form matters.
 */
#ifndef JOB_FILE_JOB_PROMPT_H
#define JOB_FILE_JOB_PROMPT_H

#include "job/file/job.h"

/*
 * How labels and lines are written. PROMPT_AS_ASKED is the form of every run; a probe tries those
 * before PROMPT_FORMS.
 */
enum prompt_form {
	PROMPT_AS_ASKED,
	PROMPT_QUOTED,
	PROMPT_ONE_PARAGRAPH,
	PROMPT_FORMS,
	PROMPT_LETTERS = PROMPT_FORMS, /* lettered options, and the answer is a letter */
	PROMPT_FORM_COUNT,
};

/* The prompts of one way: one per order of the labels, the job's own order first. */
struct prompts {
	const char **texts;
	size_t n; /* 1 unless the way is rotated */
};

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

/*
 * The prompts of a way. Only for a way that job_way_refusal() accepts. Owned by the arena, or
 * borrowed from the job. Fails with ERR_INPUT as job_prompt_fill().
 */
int job_prompts(struct arena *a, const struct job *job, enum way way, struct prompts *ret_prompts,
		struct err *err) MUST_USE;

/*
 * Why this job's labels or prompt do not go with letters or several orders, as text, or NULL if
 * they do. Owned by the arena.
 */
const char *job_way_refusal(struct arena *a, const struct job *job, enum way way);

#endif

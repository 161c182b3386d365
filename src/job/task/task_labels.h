/*
 * Rules of the keys that change how a label is chosen: `question`, `yes_at`, `order` and
 * `labels_per_ticket`.
 */
#ifndef JOB_TASK_TASK_LABELS_H
#define JOB_TASK_TASK_LABELS_H

#include "job/file/job.h"
#include "job/task/choice.h"

/* Fails with ERR_INPUT if the job has such a key, but not what it is for. */
int task_labels_check(const struct job *job, struct err *err) MUST_USE;

/* How the job's question is asked of what answers questions, rather than follows a prompt. */
enum asks task_asks(const struct job *job);

/* Whether tickets may fit none of the labels: the others are a whole scale, or yes and no. */
bool task_may_fit_none(const struct job *job);

#endif

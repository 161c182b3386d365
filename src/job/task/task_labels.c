/*
 * Which task takes which key, and what an order of labels excludes.
 */
#include "job/task/task_labels.h"

static int labels_check_order(const struct job *job, struct err *err)
{
	if (!job->ordered)
		return 0;
	if (job->task != TASK_CLASSIFY)
		return err_set(err, ERR_INPUT,
			       "%s: 'order: true' is for the labels of the task classify; remove "
			       "it, or write 'task: classify'",
			       job->path);
	if (job_label_index(job, "other") >= 0)
		return err_set(err, ERR_INPUT,
			       "%s: the label 'other' is no step of a scale; remove it, or remove "
			       "'order: true'",
			       job->path);
	return 0;
}

int task_labels_check(const struct job *job, struct err *err)
{
	if (job->question && task_writes(job->task))
		return err_set(err, ERR_INPUT,
			       "%s: the task '%s' chooses no label, so it has no question; remove "
			       "the key 'question'",
			       job->path, task_names.texts[job->task]);
	if (job->several && job->task != TASK_SEVERAL)
		return err_set(err, ERR_INPUT,
			       "%s: 'labels_per_ticket: any' is for the task classify; remove it, "
			       "or write 'task: classify'",
			       job->path);
	if (job->yes_at > 0 && job->task != TASK_YES_NO)
		return err_set(err, ERR_INPUT,
			       "%s: 'yes_at' is for yes-or-no questions; remove it, or write "
			       "'task: yes-no'",
			       job->path);
	return labels_check_order(job, err);
}

enum asks task_asks(const struct job *job)
{
	if (job->task == TASK_SEVERAL)
		return ASKS_EACH;
	if (job->task == TASK_YES_NO)
		return ASKS_YES_NO;
	return job->ordered && job->n_labels <= ASKS_SCORE_MOST ? ASKS_SCORE : ASKS_CHOICE;
}

bool task_may_fit_none(const struct job *job)
{
	return job->task == TASK_CLASSIFY && !job->ordered;
}

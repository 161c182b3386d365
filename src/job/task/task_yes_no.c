/*
 * The task yes-no: one question, two labels. The first counts as yes, whatever its name. Decides
 * which labels a job gets that gives none, and that a job says what is asked.
 */
#include "job/file/job.h"
#include "job/task/task.h"

/* Without the key: the likelier label is answered. */
#define YES_AT 0.5

static int yes_no_complete(struct arena *a, struct job *job, struct err *err)
{
	if (job->n_labels == 0) {
		job->n_labels = 2;
		job->labels = arena_array(a, job->n_labels, sizeof(*job->labels));
		job->labels[0].name = "yes";
		job->labels[1].name = "no";
	}
	if (job->n_labels != 2)
		return err_set(err, ERR_INPUT,
			       "%s: the task 'yes-no' has two labels, and 'labels' lists %zu; "
			       "remove the key, or write for example 'labels: [churn, stay]', the "
			       "one for yes first",
			       job->path, job->n_labels);
	if (!job->question && !job->own_prompt)
		return err_set(err, ERR_INPUT,
			       "%s: the task 'yes-no' needs the key 'question', such as 'question: "
			       "Does the customer threaten to leave?'",
			       job->path);
	if (job->yes_at == 0)
		job->yes_at = YES_AT;
	return 0;
}

const struct task_kind task_yes_no = { .complete = yes_no_complete };

/*
 * The table of tasks, and the rules that all written tasks share.
 */
#include "job/task/task.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "job/file/job.h"
#include "job/task/form.h"
#include "job/task/task_labels.h"

static const char *const task_texts[] = { TASKS(NAMES_TEXT) };

const struct names task_names = { task_texts, COUNT_OF(task_texts) };

static const struct task_kind task_classify;

static const struct task_kind *const kinds[TASK_COUNT] = {
	[TASK_CLASSIFY] = &task_classify,   [TASK_YES_NO] = &task_yes_no,
	[TASK_SEVERAL] = &task_several,	    [TASK_EXTRACT] = &task_extract,
	[TASK_SUMMARIZE] = &task_summarize, [TASK_TOOL] = &task_tool,
};

const struct task_kind *task_kind(enum task task)
{
	return kinds[task];
}

bool task_writes(enum task task)
{
	return kinds[task]->marks != NULL;
}

bool task_of_labels(enum task task)
{
	return !kinds[task]->marks || kinds[task]->of_labels;
}

size_t task_n_gold(const struct job *job)
{
	return task_writes(job->task) ? 1 : job->n_labels;
}

const char *task_schema(struct arena *a, const struct job *job)
{
	const struct task_kind *kind = kinds[job->task];

	if (kind->writes_freely)
		return NULL;
	return job->form && kind->schema ? kind->schema(a, job->form) : job->form;
}

const char *task_tools(const struct job *job)
{
	return kinds[job->task]->calls_tools ? job->form : NULL;
}

/* A key that belongs to another task must not decide what an answer holds. */
static int task_check_key(const struct job *job, struct err *err)
{
	int owner = 0;

	while (owner < TASK_COUNT && !(job->form_key && kinds[owner]->key &&
				       strcmp(kinds[owner]->key, job->form_key) == 0))
		owner++;
	if (owner == TASK_COUNT || owner == (int)job->task)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s: the key '%s' is for the task '%s'; add 'task: %s', or remove it",
		       job->path, job->form_key, task_texts[owner], task_texts[owner]);
}

/* A written answer has no label, no label probabilities, and no reason beside it. */
static int task_check_ways(const struct job *job, struct err *err)
{
	for (int way = 0; way < WAY_COUNT; way++)
		if (job->ways[way] && way != WAY_PLAIN && way != WAY_EXAMPLES &&
		    !(way == WAY_TRAINED && task_of_labels(job->task)))
			return err_set(
				err, ERR_INPUT,
				"%s: the way '%s' chooses among labels, and the task '%s' has "
				"none; use plain and examples",
				job->path, way_name((enum way)way), task_texts[job->task]);
	if (job->n_heads > 0)
		return err_set(
			err, ERR_INPUT,
			"%s: a head chooses among labels, and the task '%s' has none; remove "
			"'heads'",
			job->path, task_texts[job->task]);
	return 0;
}

static void task_offer_labels(struct job *job)
{
	job->offered = job->labels;
	job->n_offered = job->n_labels;
}

static void task_use_marks(struct arena *a, struct job *job, const struct names *marks)
{
	job->n_labels = (size_t)marks->n;
	job->labels = arena_array(a, job->n_labels, sizeof(*job->labels));
	for (size_t i = 0; i < job->n_labels; i++)
		job->labels[i].name = marks->texts[i];
}

/* An engine would refuse the schema of no job: small parts too can be too much together. */
static int task_check_schema(struct arena *a, const struct job *job, struct err *err)
{
	const char *schema = task_schema(a, job), *unused;

	if (!schema || form_bounded(a, schema, &unused, err) == 0)
		return 0;
	return err_wrap(err, "%s: no answer can be held to the job's '%s'", job->path,
			kinds[job->task]->key ? kinds[job->task]->key : "labels");
}

int task_complete(struct arena *a, struct job *job, struct err *err)
{
	const struct task_kind *kind;

	if (job->several && job->task == TASK_CLASSIFY)
		job->task = TASK_SEVERAL;
	kind = kinds[job->task];
	if (task_labels_check(job, err) < 0 || task_check_key(job, err) < 0)
		return -1;
	if (!kind->marks) {
		if (kind->complete && kind->complete(a, job, err) < 0)
			return -1;
		task_offer_labels(job);
		return 0;
	}
	if (job->n_labels > 0 && !kind->of_labels)
		return err_set(err, ERR_INPUT,
			       "%s: the task '%s' has no labels; remove the key 'labels'",
			       job->path, task_texts[job->task]);
	if (task_check_ways(job, err) < 0 || kind->complete(a, job, err) < 0)
		return -1;
	task_offer_labels(job);
	task_use_marks(a, job, kind->marks);
	if (job->reason == REASON_FIRST)
		job_warn(job, "a written answer has no reason beside it: 'reason: first' changes "
			      "nothing; remove it");
	job->reason = REASON_NONE;
	if (job->budget.reason_tok == 0)
		job->budget.reason_tok = kind->answer_tok;
	return task_check_schema(a, job, err);
}

int task_set_prompt(struct arena *a, struct job *job, struct err *err)
{
	const struct task_kind *kind = kinds[job->task];
	const char *p = job->prompt_pattern, *place;
	struct buf b;

	if (!job->own_prompt) {
		job->prompt = job->prompt_pattern = kind->prompt(a, job);
		return 0;
	}
	if (strstr(p, "{labels}"))
		return err_set(err, ERR_INPUT,
			       "%s: the prompt has {labels}, and the task '%s' has none%s%s",
			       job->path, task_texts[job->task], kind->place ? "; write " : "",
			       kind->place ? kind->place : "");
	if (kind->place && !strstr(p, kind->place))
		job_warn(job, arena_printf(a, "the prompt has no %s: the model does not see them",
					   kind->place));
	buf_init(&b, JOB_MAX_BYTES);
	for (; kind->place && (place = strstr(p, kind->place)); p = place + strlen(kind->place)) {
		buf_add(&b, p, (size_t)(place - p));
		buf_adds(&b, kind->list(a, job));
	}
	buf_adds(&b, p);
	job->prompt = buf_to_arena(&b, a);
	return 0;
}

const char *task_gold_words(struct arena *a, enum task task, const char *gold)
{
	const struct task_kind *kind = task_kind(task);

	/* A purged one is no object. */
	return kind->gold_words && *gold == '{' ? kind->gold_words(a, gold) : gold;
}

const char *task_example_answer(struct arena *a, enum task task, const char *gold)
{
	const struct task_kind *kind = kinds[task];
	const char *spaced = kind->example_answer ? NULL : form_spaced(a, gold);

	if (kind->example_answer)
		return kind->example_answer(a, gold);
	return spaced ? spaced : gold; /* a purged gold answer is no JSON */
}

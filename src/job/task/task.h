/*
 * Tasks: what a model is asked to do with a ticket, one row each. A task chooses among the job's
 * labels, or the model writes an answer that is marked. This half decides what a job of the task
 * must say, its prompt, and what a ticket's gold answer must hold. judge/task/ has the other half:
 * when an answer is right. Must not know models, processes or SQL.
 */
#ifndef JOB_TASK_TASK_H
#define JOB_TASK_TASK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/names.h"

struct job;

/* In a job file and in the store. */
#define TASKS(X) \
	X(TASK_CLASSIFY, "classify") \
	X(TASK_YES_NO, "yes-no") \
	X(TASK_SEVERAL, "several-labels") \
	X(TASK_EXTRACT, "extract") \
	X(TASK_SUMMARIZE, "summarize") \
	X(TASK_TOOL, "choose-tool")

enum task { TASKS(NAMES_CONSTANT) TASK_COUNT };

extern const struct names task_names;

/* A gold answer as a ticket's row gives it, or why it cannot be one. */
struct task_gold {
	const char
		*text; /* JSON in the task's own form, which the store keeps; NULL if it is bad */
	const char *fault; /* as text, for a message behind "file:line: " */
};

/* A row of a table, and the names of its columns. */
struct task_cells {
	const char *const *names, *const *texts;
	size_t n;
};

struct task_kind {
	/*
	 * How a written answer can end: the first is right. A job of the task has these in place of
	 * labels. NULL: the task chooses among labels, and all below but `complete` is NULL.
	 */
	const struct names *marks;
	bool of_labels; /* it writes which of the job's labels fit: models that only choose can */
	const char *key; /* that only jobs of the task can have; NULL: none */
	/* The answer is free text: job->form holds rules for its marks, which no model sees. */
	bool writes_freely;
	int64_t answer_tok; /* tokens that one answer may take, unless the job says otherwise */
	bool calls_tools; /* the form is a list of tools, which a model's template can show */
	/* Members of a ticket's row that make a gold answer if it has no `gold`; NULL if none. */
	const char *const *gold_members;
	/*
	 * Checks the job's keys of the task, and makes job->form or the labels that the job does
	 * not give. Fails with ERR_INPUT. NULL: the job must give labels.
	 */
	int (*complete)(struct arena *a, struct job *job, struct err *err);
	/* What the model is told, without a job's own prompt. */
	const char *(*prompt)(struct arena *a, const struct job *job);
	/* What a job's own prompt has in place of the list of what is asked, and that list. */
	const char *place;
	const char *(*list)(struct arena *a, const struct job *job);
	/* The JSON schema that answers are held to; NULL: the form is it. */
	const char *(*schema)(struct arena *a, const char *form);
	struct task_gold (*gold)(struct arena *a, const struct job *job, const json_t *row_gold);
	/*
	 * The same from a table without a column `gold`. Neither text nor fault: no column holds a
	 * part of it. NULL: no column ever does.
	 */
	struct task_gold (*gold_of_row)(struct arena *a, const struct job *job,
					const struct task_cells *cells);
	/* The answer of the baseline `lead`, which only knows the ticket; NULL: there is none. */
	const char *(*lead)(struct arena *a, const struct job *job, const char *text);
	/* The answer that a worked example shows; NULL: the gold answer, as models write JSON. */
	const char *(*example_answer)(struct arena *a, const char *gold);
	/* A gold answer, or an answer in the same form, for people; NULL: its JSON. */
	const char *(*gold_words)(struct arena *a, const char *gold);
};

/* Never NULL. */
const struct task_kind *task_kind(enum task task);

/* Whether the model writes an answer that is marked. */
bool task_writes(enum task task);

/* Whether a model that writes nothing can do it: it is about the job's labels. */
bool task_of_labels(enum task task);

/* Ends the reading of a job file: checks the keys of its task, and sets marks and limits. */
int task_complete(struct arena *a, struct job *job, struct err *err) MUST_USE;

/* Sets the prompt of a job whose task writes: the task's, or the job's own with the list in it. */
int task_set_prompt(struct arena *a, struct job *job, struct err *err) MUST_USE;

/* How many of the job's labels can be a ticket's gold label: a written answer's is "right". */
size_t task_n_gold(const struct job *job);

/* What an answer of the job is held to, as JSON; NULL if nothing. Owned by the arena. */
const char *task_schema(struct arena *a, const struct job *job);

/* The answer that a worked example shows, from its gold answer. */
const char *task_example_answer(struct arena *a, enum task task, const char *gold);

/* A gold answer for people, in one line; of another text, the text. */
const char *task_gold_words(struct arena *a, enum task task, const char *gold);

/* The tools of the job, as JSON; NULL if its task has none. */
const char *task_tools(const struct job *job);

extern const struct task_kind task_extract;
extern const struct task_kind task_summarize;
extern const struct task_kind task_yes_no;
extern const struct task_kind task_several;
extern const struct task_kind task_tool;

#endif

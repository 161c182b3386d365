/*
 * Marks a written answer: what is right of it, and how it ended. One row per task, as in
 * job/task/task.h. Pure.
 */
#ifndef JUDGE_TASK_MARK_H
#define JUDGE_TASK_MARK_H

#include "base/arena.h"
#include "job/task/task.h"
#include "judge/answer/answer.h"

/* What is asked for, as the run keeps it. */
struct mark_task {
	enum task task;
	const char *form; /* struct job's */
};

/* One written answer. */
struct marked {
	const char *ticket; /* its text */
	const char *gold; /* the ticket's gold answer */
	struct free_text answer;
};

struct mark {
	int mark; /* index into the task's marks; -1: the text holds no answer */
	/*
	 * Which parts are not right, without a word of any text, because the store keeps it after a
	 * purge: "wrong amount; missing date". "" if all are.
	 */
	const char *detail;
};

/* Only for a task that writes. Owned by the arena. */
void mark_answer(struct arena *a, const struct mark_task *task, const struct marked *marked,
		 struct mark *ret_mark);

/* One row of the table: mark_answer() for a task. */
typedef void mark_one(struct arena *a, const char *form, const struct marked *marked,
		      struct mark *ret_mark);

mark_one mark_extract;
mark_one mark_summary;
mark_one mark_several;
mark_one mark_tool;

/* The first JSON object in a text that a model wrote, or NULL. */
json_t *mark_find_json(const struct free_text *text);

#endif

/*
 * How an answer can end if a ticket can have several labels, or none; questions and answers of
 * models that write nothing, and decide about one label at a time.
 */
#ifndef JOB_TASK_TASK_SEVERAL_H
#define JOB_TASK_TASK_SEVERAL_H

#include "base/arena.h"

#include "job/task/task.h"

#define SEVERAL_MARKS(X) \
	X(SEVERAL_RIGHT, "right") \
	X(SEVERAL_MISSING, "label missing") \
	X(SEVERAL_EXTRA, "label too many") \
	X(SEVERAL_BOTH, "labels missing and too many") \
	X(SEVERAL_INVALID, "not the JSON that was asked for")

enum several_mark { SEVERAL_MARKS(NAMES_CONSTANT) };

/* The answer {"card": true, "fees": false} of a model that decides about each label. */
const char *several_answer(struct arena *a, const char *const *labels, const bool *fits, size_t n);

/* Which labels an answer or a gold answer says, one per label. */
void several_read(const char *text, const char *const *labels, size_t n, bool *ret_fits);

/* A question about one label. `question` comes before it; `description` can be NULL. */
const char *several_question(struct arena *a, const char *question, const char *label,
			     const char *description);

#endif

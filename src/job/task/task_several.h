/*
 * How an answer can end if a ticket can have several labels, or none.
 */
#ifndef JOB_TASK_TASK_SEVERAL_H
#define JOB_TASK_TASK_SEVERAL_H

#include "job/task/task.h"

#define SEVERAL_MARKS(X) \
	X(SEVERAL_RIGHT, "right") \
	X(SEVERAL_MISSING, "label missing") \
	X(SEVERAL_EXTRA, "label too many") \
	X(SEVERAL_BOTH, "labels missing and too many") \
	X(SEVERAL_INVALID, "not the JSON that was asked for")

enum several_mark { SEVERAL_MARKS(NAMES_CONSTANT) };

#endif

/*
 * Which verbs work for a task. Decides what is said if one does not; must not know what a verb
 * does. One row per verb that needs labels.
 */
#ifndef FLOW_TASK_VERBS_H
#define FLOW_TASK_VERBS_H

#include "base/err.h"
#include "job/task/task.h"

/* Fails, with what to do instead, if the verb needs labels and the task writes. */
int task_verb_check(const char *verb, enum task task, struct err *err) MUST_USE;

#endif

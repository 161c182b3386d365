/*
 * Gold answers of the task extract. Internal to task_extract.c.
 */
#ifndef JOB_TASK_TASK_EXTRACT_GOLD_H
#define JOB_TASK_TASK_EXTRACT_GOLD_H

#include "job/task/task.h"

/* struct task_kind's `gold` and `gold_of_row`. */
struct task_gold extract_gold(struct arena *a, const struct job *job, const json_t *gold);
struct task_gold extract_gold_of_row(struct arena *a, const struct job *job,
				     const struct task_cells *cells);

#endif

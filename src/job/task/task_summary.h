/*
 * How an answer of the task summarize can end, and what its gold answer holds: lists of facts, each
 * {"fact", "any": [phrases]}, and references.
 */
#ifndef JOB_TASK_TASK_SUMMARY_H
#define JOB_TASK_TASK_SUMMARY_H

#include "job/task/task.h"

/* From right to worst: an answer that ends in several ways gets the last. */
#define SUMMARY_MARKS(X) \
	X(SUMMARY_RIGHT, "right") \
	X(SUMMARY_LONG, "too long") \
	X(SUMMARY_MISSING, "fact missing") \
	X(SUMMARY_FORBIDDEN, "forbidden fact") \
	X(SUMMARY_EMPTY, "no summary")

enum summary_mark { SUMMARY_MARKS(NAMES_CONSTANT) };

/* Members of a gold answer. */
#define SUMMARY_LISTS(X) \
	X(SUMMARY_MUST, "must") \
	X(SUMMARY_MUST_NOT, "must_not") \
	X(SUMMARY_NICE, "nice")

enum summary_list { SUMMARY_LISTS(NAMES_CONSTANT) SUMMARY_LIST_COUNT };

extern const struct names summary_list_names;

/* Those and the references, as a ticket's row may name them; NULL ends the list. */
extern const char *const summary_gold_members[];

/* As task_kind.gold. */
struct task_gold summary_gold(struct arena *a, const struct job *job, const json_t *gold);

/* The most words of a summary, from a job's form. */
size_t summary_cap(const char *form);

#endif

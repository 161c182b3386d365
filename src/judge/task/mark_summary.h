/*
 * What a summary states of its ticket's facts, for the marks and the figures. Pure.
 */
#ifndef JUDGE_TASK_MARK_SUMMARY_H
#define JUDGE_TASK_MARK_SUMMARY_H

#include "job/task/summary_words.h"
#include "job/task/task_summary.h"
#include "judge/task/mark.h"

/* One list of facts: which are stated. */
struct summary_facts {
	bool *stated;
	size_t n, n_stated;
};

struct summary_check {
	const char *text; /* the answer as UTF-8 */
	struct summary_words words;
	size_t length, cap; /* in words */
	struct summary_facts facts[SUMMARY_LIST_COUNT];
	struct summary_words *references;
	size_t n_references;
};

/* Owned by the arena. */
void summary_check(struct arena *a, const char *form, const struct marked *marked,
		   struct summary_check *ret_check);

#endif

/*
 * Numbers and names of a summary that its ticket does not hold: hints for a reader, never a mark.
 * Pure.
 */
#ifndef JUDGE_TASK_SUMMARY_UNFOUNDED_H
#define JUDGE_TASK_SUMMARY_UNFOUNDED_H

#include "base/arena.h"

struct summary_unfounded {
	const char **items; /* as the summary writes them, each once */
	size_t n, cap;
};

/*
 * A number is written in digits. The ticket holds it if it has the same digits in any writing
 * ("1,240", "1240.00"), or the English word, up to twelve. A name is a word of two letters or more
 * that begins with a capital inside a sentence. The ticket holds it if a word there begins like it.
 * Both texts are UTF-8. Owned by the arena.
 */
struct summary_unfounded summary_unfounded(struct arena *a, const char *said, const char *ticket);

#endif

/*
 * Finds labels as words of their own in a sentence. Decides where a word ends, and which labels a
 * sentence denies. Pure.
 */
#ifndef JUDGE_ANSWER_ANSWER_WORD_H
#define JUDGE_ANSWER_ANSWER_WORD_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_NOTHING = -1, ANSWER_SEVERAL = -2, ANSWER_DENIED = -3 };

/*
 * The one label that a folded line (label_fold()) names: its index, or why there is none. `keys`
 * are the folded labels.
 */
int answer_word(const char *line, const char *const *keys, size_t n_labels);

/* What two findings say together: the one that found something, or ANSWER_SEVERAL. */
int answer_join(int one, int other);

#endif

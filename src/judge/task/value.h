/*
 * Values that a model writes: when one is the same as the right one, and whether it is in the text
 * that it came from. Shared by the tasks that compare values. Pure.
 */
#ifndef JUDGE_TASK_VALUE_H
#define JUDGE_TASK_VALUE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"

/* Case, white space and punctuation around a text do not count, and numbers count by value. */
bool value_is_same(struct arena *a, const json_t *right, const json_t *said);

/* Whether the text holds a text or a number, by the same rules. */
bool value_is_in_text(struct arena *a, const char *text, const json_t *said);

#endif

/*
 * Values as models write them: JSON, and Python's literals, which small models mix. All input is
 * hostile. Pure.
 */
#ifndef JUDGE_TASK_MARK_TOOL_LITERAL_H
#define JUDGE_TASK_MARK_TOOL_LITERAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A text that is being read. */
struct literal {
	const char *at, *end;
};

/*
 * Reads the value that begins at `at`, and moves `at` behind it: an object, a list, a text in
 * either kind of quotes, a number, true, false, null, True, False or None. Returns a new
 * reference, or NULL if none begins here or it is not complete; then `at` is unchanged.
 */
json_t *literal_read(struct literal *text);

/* Moves past white space. */
void literal_skip_blank(struct literal *text);

/* Moves past a character; false if another is there. */
bool literal_take(struct literal *text, char c);

#endif

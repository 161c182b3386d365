/*
 * When two values of the task extract are the same, by the rules of docs/extract.md. Pure.
 */
#ifndef JUDGE_TASK_MARK_EXTRACT_H
#define JUDGE_TASK_MARK_EXTRACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "job/task/task_extract.h"
#include "judge/task/mark.h"

/* How alike a gold value and an answer's are, from not at all. */
enum extract_likeness {
	EXTRACT_DIFFERENT,
	EXTRACT_CONTAINED, /* one is a piece of the other */
	EXTRACT_SAME, /* but for case, marks, articles, or the writing of a number or a date */
	EXTRACT_EXACT, /* the same JSON */
};

/* `part` is the field's in the form. NULL and an empty text are null. */
enum extract_likeness extract_compare(struct arena *a, const json_t *part, const json_t *gold,
				      const json_t *said);

/* Whether a text has the value, whatever its writing. `folded` is the text after label_fold(). */
bool extract_is_in_text(struct arena *a, const json_t *part, const json_t *value,
			const char *folded);

bool extract_is_null(const json_t *value);

/* One field of one answer. A field inside an object has the name "address.city". */
struct extract_result {
	const char *name;
	bool expected, given; /* there is a gold value; the answer has a value */
	enum extract_likeness likeness;
	enum extract_mark mark;
};

struct extract_marks {
	struct extract_result *fields;
	size_t n;
	bool is_json; /* false: the text holds no JSON object, as if every field were null */
};

/* Marks every field of the form, in its order. Owned by the arena. */
struct extract_marks extract_mark_fields(struct arena *a, const char *form,
					 const struct marked *marked);

#endif

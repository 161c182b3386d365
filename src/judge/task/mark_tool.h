/*
 * Calls of tools in a text that a model wrote: which tool is called first, with which arguments.
 * Knows the common formats; a model's own comes through its template. Pure; input is hostile.
 */
#ifndef JUDGE_TASK_MARK_TOOL_H
#define JUDGE_TASK_MARK_TOOL_H

#include <jansson.h>

#include "base/arena.h"
#include "judge/answer/answer.h"
#include "judge/task/mark.h"

enum tool_reading {
	TOOL_CALLED,
	TOOL_WORDS, /* text without a call: nothing would be executed */
	TOOL_BROKEN, /* the text begins as a call and is none, or it is empty */
};

struct tool_call {
	enum tool_reading reading;
	const char *name; /* of the first call, in the list or not; NULL if there is none */
	json_t *arguments; /* an object, owned; NULL if there is no call */
	size_t n_calls;
};

/* `tools`: as in job->form. Call tool_call_release() behind it. */
void tool_call_read(struct arena *a, const json_t *tools, const struct free_text *text,
		    struct tool_call *ret_call);

void tool_call_release(struct tool_call *call);

/* A call beside the right one. */
struct tool_verdict {
	struct mark mark;
	const char *right, *said; /* names; TOOL_NONE if no tool; `said` is NULL if it is no call */
	/* Arguments, if the right tool was called: */
	size_t n_missing, n_wrong, n_invented;
};

void tool_judge(struct arena *a, const json_t *tools, const struct marked *marked,
		struct tool_verdict *ret_verdict);

#endif

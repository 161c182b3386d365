/*
 * The table of tasks that write, and what their marks share.
 */
#include "judge/task/mark.h"

#include <string.h>

static mark_one *const kinds[TASK_COUNT] = {
	[TASK_EXTRACT] = mark_extract,
	[TASK_SUMMARIZE] = mark_summary,
	[TASK_SEVERAL] = mark_several,
	[TASK_TOOL] = mark_tool,
};

void mark_answer(struct arena *a, const struct mark_task *task, const struct marked *marked,
		 struct mark *ret_mark)
{
	kinds[task->task](a, task->form, marked, ret_mark);
	if (marked->answer.cut && ret_mark->mark != 0)
		ret_mark->detail =
			arena_add_item(a, ret_mark->detail, "; ", "the token limit cut it");
}

json_t *mark_find_json(const struct free_text *text)
{
	enum { MOST_TRIES = 64 };
	const char *end = text->text + text->n_bytes, *open = text->text;
	json_t *found = NULL;

	for (int i = 0; i < MOST_TRIES && !found; i++, open++) {
		open = memchr(open, '{', (size_t)(end - open));
		if (!open)
			break;
		found = json_loadb(open, (size_t)(end - open),
				   JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
	}
	return found;
}

/*
 * Marks of the task choose-tool: right if the tool and all its arguments are. Values are compared
 * as in the task extract, but a piece of a text is wrong. An argument that says nothing (null, "",
 * or the schema's default) is as good as one that is left out.
 */
#include "judge/task/mark_tool.h"

#include <string.h>

#include "job/file/label_key.h"
#include "job/task/task_tool.h"
#include "judge/task/mark_extract.h"

/* What is compared: a call of the right tool, and the right call. */
struct tool_pair {
	struct arena *arena;
	const char *ticket; /* after label_fold() */
	const json_t *function;
	const json_t *right, *said; /* arguments */
	struct tool_verdict *verdict;
};

static void tool_pair_note(const struct tool_pair *p, enum tool_mark mark, const char *word,
			   const char *argument)
{
	struct tool_verdict *v = p->verdict;

	v->mark.detail = arena_add_item(p->arena, v->mark.detail, "; ", "%s %s", word, argument);
	if ((int)mark > v->mark.mark)
		v->mark.mark = (int)mark;
	v->n_missing += mark == TOOL_MISSING;
	v->n_wrong += mark == TOOL_WRONG;
	v->n_invented += mark == TOOL_INVENTED;
}

/* Whether the argument says no more than its absence. */
static bool tool_pair_says_nothing(const struct tool_pair *p, const char *name, const json_t *value)
{
	const json_t *schema = json_object_get(tool_arguments(p->function), name);
	const json_t *usual = json_object_get(schema, "default");

	return extract_is_null(value) ||
	       (usual && extract_compare(p->arena, schema, usual, value) >= EXTRACT_SAME);
}

/* A value of a list of allowed ones, or no plain value, need not be in the text. */
static bool tool_pair_is_invented(const struct tool_pair *p, const char *name, const json_t *value)
{
	const json_t *schema = json_object_get(tool_arguments(p->function), name);

	return !json_object_get(schema, "enum") &&
	       !extract_is_in_text(p->arena, schema, value, p->ticket);
}

/* RULE: a detail holds no word of an answer, so an argument that the tool lacks is not named. */
static void tool_pair_mark_said(const struct tool_pair *p)
{
	const json_t *value;
	const char *name;

	json_object_foreach ((json_t *)p->said, name, value) {
		const json_t *schema = json_object_get(tool_arguments(p->function), name);
		const json_t *right = json_object_get(p->right, name);

		if (right && extract_compare(p->arena, schema, right, value) >= EXTRACT_SAME)
			continue;
		if (!schema)
			tool_pair_note(p, TOOL_INVENTED, "invented",
				       "an argument that the tool lacks");
		else if (tool_pair_says_nothing(p, name, value))
			continue;
		else if (tool_pair_is_invented(p, name, value))
			tool_pair_note(p, TOOL_INVENTED, "invented", name);
		else
			tool_pair_note(p, TOOL_WRONG, right ? "wrong" : "needless", name);
	}
}

static void tool_pair_mark_missing(const struct tool_pair *p)
{
	const json_t *value;
	const char *name;

	json_object_foreach ((json_t *)p->right, name, value) {
		const json_t *said = json_object_get(p->said, name);

		if (tool_pair_says_nothing(p, name, value))
			continue;
		if (!said || tool_pair_says_nothing(p, name, said))
			tool_pair_note(p, TOOL_MISSING, "missing", name);
	}
}

static bool tool_is_none(const char *name)
{
	return strcmp(name, TOOL_NONE) == 0;
}

/* The mark of another tool than the right one. */
static struct mark tool_mark_other(struct arena *a, const json_t *tools, const char *right,
				   const char *said)
{
	if (tool_is_none(said))
		return (struct mark){ TOOL_NOT_CALLED, "called no tool" };
	return (struct mark){ tool_is_none(right) ? TOOL_UNWANTED : TOOL_OTHER,
			      tool_find(tools, said) ? arena_printf(a, "called %s", said) :
						       "called a tool that is not in the list" };
}

/* The mark of the call itself, before its arguments. */
static void tool_judge_name(struct arena *a, const json_t *tools, const struct tool_call *call,
			    struct tool_verdict *v)
{
	v->mark = (struct mark){ TOOL_RIGHT, "" };
	if (call->reading != TOOL_BROKEN)
		v->said = call->reading == TOOL_CALLED ? call->name : TOOL_NONE;
	if (!v->said)
		v->mark = (struct mark){ TOOL_NO_CALL, "the answer is no call of a tool" };
	else if (strcmp(v->said, v->right) != 0)
		v->mark = tool_mark_other(a, tools, v->right, v->said);
}

void tool_judge(struct arena *a, const json_t *tools, const struct marked *marked,
		struct tool_verdict *ret_verdict)
{
	json_t *gold = json_loads(marked->gold, 0, NULL);
	struct tool_verdict v = { .right = arena_strdup(
					  a, json_string_value(json_object_get(gold, "name"))) };
	struct tool_call call;

	tool_call_read(a, tools, &marked->answer, &call);
	tool_judge_name(a, tools, &call, &v);
	if (v.mark.mark == TOOL_RIGHT && !tool_is_none(v.right)) {
		const struct tool_pair pair = { a,
						label_fold(a, marked->ticket),
						tool_find(tools, v.right),
						json_object_get(gold, "arguments"),
						call.arguments,
						&v };

		tool_pair_mark_missing(&pair);
		tool_pair_mark_said(&pair);
	}
	if (call.n_calls > 1)
		v.mark.detail = arena_add_item(a, v.mark.detail, "; ",
					       "%zu calls, and the first counts", call.n_calls);
	tool_call_release(&call);
	json_decref(gold);
	*ret_verdict = v;
}

void mark_tool(struct arena *a, const char *form, const struct marked *marked,
	       struct mark *ret_mark)
{
	json_t *tools = json_loads(form, 0, NULL);
	struct tool_verdict verdict;

	tool_judge(a, tools, marked, &verdict);
	json_decref(tools);
	*ret_mark = verdict.mark;
}

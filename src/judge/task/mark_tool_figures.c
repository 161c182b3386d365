/*
 * Figures of the task choose-tool: how often the name alone is right, what went wrong with the
 * arguments, and each tool by itself. "No tool" is a row of its own.
 */
#include <string.h>

#include "job/task/task_tool.h"
#include "judge/task/figures.h"
#include "judge/task/mark_tool.h"

/* Of one tool, by its place in the list. */
struct tool_count {
	size_t n_right, n_called, n_hit; /* was right; was called; both */
};

struct tool_counts {
	struct tool_count *tools;
	size_t n_tools; /* the last is TOOL_NONE */
	size_t n, n_named, n_whole; /* answers; with the right name; right as a whole */
	size_t n_missing, n_wrong, n_invented; /* answers with such an argument */
	size_t n_unknown, n_broken; /* calls of a tool that is not there; no calls */
};

/* The tool's place in the list, or n_tools. */
static size_t tool_place(const json_t *tools, const char *name)
{
	const json_t *function = tool_find(tools, name), *tool;
	size_t i;

	json_array_foreach (tools, i, tool)
		if (json_object_get(tool, "function") == function)
			break;
	return i;
}

static void tool_count_one(struct arena *a, const json_t *tools, const struct marked *marked,
			   struct tool_counts *c)
{
	struct tool_verdict v;
	size_t right, said;
	bool hit;

	tool_judge(a, tools, marked, &v);
	right = tool_place(tools, v.right);
	said = v.said ? tool_place(tools, v.said) : c->n_tools;
	hit = right == said;
	c->n++;
	c->n_named += hit;
	c->n_whole += v.mark.mark == TOOL_RIGHT;
	c->n_missing += v.n_missing > 0;
	c->n_wrong += v.n_wrong > 0;
	c->n_invented += v.n_invented > 0;
	c->n_broken += !v.said;
	c->n_unknown += v.said && said == c->n_tools;
	if (right < c->n_tools) {
		c->tools[right].n_right++;
		c->tools[right].n_hit += hit;
	}
	if (said < c->n_tools)
		c->tools[said].n_called++;
}

static void tool_cell_share(struct arena *a, struct figure_table *t, size_t n, size_t of)
{
	if (of == 0)
		figures_cell(a, t, "-");
	else
		figures_cell(a, t, "%.0f%%", 100. * (double)n / (double)of);
}

static void tool_row(struct arena *a, struct figure_table *t, const char *what, size_t n, size_t of)
{
	figures_cell(a, t, "%s", what);
	figures_cell(a, t, "%zu", n);
	tool_cell_share(a, t, n, of);
}

static void tool_add_calls(struct arena *a, const struct tool_counts *c, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "calls",
		.title = "Calls",
		.about = "Right tool counts the name alone; an answer can have several faults.",
		.columns = { "what", ">answers", ">share" },
		.short_title = "Calls",
		.short_column = 2,
	};
	struct figure_table *t = figures_add(a, figures, &head);

	tool_row(a, t, "right tool", c->n_named, c->n);
	tool_row(a, t, "right tool and arguments", c->n_whole, c->n);
	tool_row(a, t, "an argument missing", c->n_missing, c->n);
	tool_row(a, t, "an argument wrong", c->n_wrong, c->n);
	tool_row(a, t, "an argument invented", c->n_invented, c->n);
	tool_row(a, t, "a tool that does not exist", c->n_unknown, c->n);
	tool_row(a, t, "not a call", c->n_broken, c->n);
}

/* Tools that neither were right nor were called have no row. */
static void tool_add_tools(struct arena *a, const json_t *tools, const struct tool_counts *c,
			   struct figures *figures)
{
	static const struct figure_table head = {
		.name = "tools",
		.title = "Tools",
		.about = "By name alone. Precision: of its calls, how many were right. Recall: of "
			 "the tickets for it, how many called it.",
		.columns = { "tool", ">right in", ">called in", ">precision", ">recall" },
	};
	struct figure_table *t = figures_add(a, figures, &head);

	for (size_t i = 0; i < c->n_tools; i++) {
		const struct tool_count *one = &c->tools[i];
		const json_t *function = json_object_get(json_array_get(tools, i), "function");

		if (one->n_right == 0 && one->n_called == 0)
			continue;
		figures_cell(a, t, "%s",
			     i + 1 == c->n_tools ?
				     "(no tool)" :
				     json_string_value(json_object_get(function, "name")));
		figures_cell(a, t, "%zu", one->n_right);
		figures_cell(a, t, "%zu", one->n_called);
		tool_cell_share(a, t, one->n_hit, one->n_called);
		tool_cell_share(a, t, one->n_hit, one->n_right);
	}
}

void figures_tool(struct arena *a, const struct figured *of, struct figures *figures)
{
	json_t *tools = json_loads(of->task.form, 0, NULL);
	struct tool_counts c = { .n_tools = json_array_size(tools) };

	c.tools = arena_array(a, c.n_tools, sizeof(*c.tools));
	for (size_t i = 0; i < of->n; i++) {
		const struct answer *answer = of->answers[i];
		const struct marked marked = { of->tickets[i].text,
					       of->tickets[i].gold,
					       { answer ? answer->raw : NULL,
						 answer ? answer->raw_len : 0, false } };

		if (marked.gold && marked.answer.text)
			tool_count_one(a, tools, &marked, &c);
	}
	if (c.n > 0) {
		tool_add_calls(a, &c, figures);
		tool_add_tools(a, tools, &c, figures);
	}
	json_decref(tools);
}

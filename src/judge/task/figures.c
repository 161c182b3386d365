/*
 * The table of tasks with figures, and how the answers of every written task ended.
 */
#include "judge/task/figures.h"

#include <stdarg.h>
#include <stdio.h>

#include "judge/score.h"

/* A task without a row has no figures of its own. */
static figures_one *const kinds[TASK_COUNT] = {
	[TASK_SUMMARIZE] = figures_summary, [TASK_EXTRACT] = figures_extract,
	[TASK_CLASSIFY] = figures_ordered,  [TASK_YES_NO] = figures_yes_no,
	[TASK_SEVERAL] = figures_several,   [TASK_TOOL] = figures_tool,
};

struct figure_table *figures_add(struct arena *a, struct figures *figures,
				 const struct figure_table *head)
{
	struct figure_table *table;

	figures->tables =
		arena_grow(a, figures->tables, figures->n, &figures->cap, sizeof(*figures->tables));
	table = &figures->tables[figures->n++];
	*table = *head;
	while (table->columns[table->n_columns])
		table->n_columns++;
	return table;
}

void figures_cell(struct arena *a, struct figure_table *table, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	va_end(ap);
	table->cells =
		arena_grow(a, table->cells, table->n_cells, &table->cap, sizeof(*table->cells));
	table->cells[table->n_cells++] = text;
}

static void figures_row(struct arena *a, struct figure_table *t, const char *ended, size_t n,
			size_t of)
{
	figures_cell(a, t, "%s", ended);
	figures_cell(a, t, "%zu", n);
	figures_cell(a, t, "%.0f%%", 100. * (double)n / (double)of);
}

/* A row a mark, and one for tickets without an answer. Marks that no answer got have no row. */
static void figures_endings(struct arena *a, const struct figured *of, struct figures *figures)
{
	static const struct figure_table head = {
		.name = "endings",
		.title = "How the answers ended",
		.about = "An answer has the worst mark of its parts.",
		.columns = { "ended", ">answers", ">share" },
		.short_title = "Answers",
		.short_column = 1,
	};
	size_t *counts = arena_array(a, of->n_labels + 1, sizeof(*counts)), n = 0;
	struct figure_table *t = figures_add(a, figures, &head);

	for (size_t i = 0; i < of->n; i++) {
		int mark;

		if (!of->answers[i])
			continue;
		mark = answer_label(of->answers[i], of->n_labels);
		counts[mark < 0 ? of->n_labels : (size_t)mark]++;
		n++;
	}
	for (size_t i = 0; i <= of->n_labels; i++)
		if (counts[i])
			figures_row(a, t, i < of->n_labels ? of->labels[i].name : "no answer",
				    counts[i], n);
}

void task_figures(struct arena *a, const struct figured *of, struct figures *ret_figures)
{
	*ret_figures = (struct figures){ 0 };
	if (task_writes(of->task.task))
		figures_endings(a, of, ret_figures);
	if (kinds[of->task.task])
		kinds[of->task.task](a, of, ret_figures);
}

/*
 * Figures beside the score, as each task has them: tables that terminal, page and JSON show without
 * knowing the task. One row per task, as in mark.h. Pure.
 */
#ifndef JUDGE_TASK_FIGURES_H
#define JUDGE_TASK_FIGURES_H

#include "job/ticket/ticket.h"
#include "judge/task/mark.h"
#include "work/reply.h"

/* One candidate's answers. */
struct figured {
	struct mark_task task;
	const struct label *labels; /* the marks, if the task writes */
	size_t n_labels;
	double yes_at; /* as in struct job */
	bool ordered;
	const struct ticket *tickets; /* with text and gold answer, unless they were purged */
	struct answer *const *answers; /* by ticket; NULL: none. A written one is in `raw` */
	size_t n;
};

enum { FIGURE_COLUMNS_MAX = 10 };

struct figure_table {
	const char *name; /* one word, for programs: "fields" */
	const char *title; /* "Fields" */
	const char *about; /* one sentence: what it says */
	const char *columns[FIGURE_COLUMNS_MAX + 1]; /* the titles, as table_init() takes them */
	const char *short_title; /* in a short report, which has the first column and */
	size_t short_column; /* this one; NULL: it has nothing of the table */
	size_t n_columns;
	const char **cells; /* row by row, printable */
	size_t n_cells, cap;
};

struct figures {
	struct figure_table *tables;
	size_t n, cap;
};

/* Every table of the task that has a row; none if the task has no figures. Owned by the arena. */
void task_figures(struct arena *a, const struct figured *of, struct figures *ret_figures);

/* One row of the table: task_figures() for a task. It adds to the figures. */
typedef void figures_one(struct arena *a, const struct figured *of, struct figures *figures);

figures_one figures_summary;
figures_one figures_extract;
figures_one figures_ordered, figures_several, figures_yes_no;
figures_one figures_tool;

/* What a new table shows: its first six members. The cells are then added row by row. */
struct figure_table *figures_add(struct arena *a, struct figures *figures,
				 const struct figure_table *head);
void figures_cell(struct arena *a, struct figure_table *table, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

#endif

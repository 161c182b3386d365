/*
 * What a ticket's answer should be and what a model answered, in every task: a label, or a written
 * text and its mark. Decides nothing about markup.
 */
#ifndef REPORT_TEXT_ANSWER_TEXT_H
#define REPORT_TEXT_ANSWER_TEXT_H

#include "judge/task/figures.h"
#include "report/result/result.h"
#include "report/table/table.h"

/* Words that differ between tasks that choose a label and tasks that write. */
struct answer_words {
	const char *said; /* the column or field of what was answered */
	const char *label; /* what a person does with more tickets, before "three tickets" */
	const char *more; /* a file of such tickets, which the person names */
	const char *work; /* the verb that puts the pick to work */
	const char *same; /* what a ticket shares with one that it repeats, beside its text */
};

const struct answer_words *answer_words(const struct result *r);

/* The name of the expected label, or the gold answer as JSON text. Never NULL. */
const char *answer_expected(const struct result *r, const struct ticket *ticket);

/* The same for people: facts of a summary without their phrases. */
const char *answer_expected_words(struct arena *a, const struct result *r,
				  const struct ticket *ticket);

/* The name of the label, or the text that the model wrote. NULL: no label, or nothing written. */
const char *answer_said(const struct result *r, const struct answer *answer);

/* The mark of a written answer; NULL if there is none, or if the task has labels. */
const char *answer_mark(const struct result *r, const struct answer *answer);

/* "billing", "wrong value: {…}", or the outcome. */
const char *answer_missed(struct arena *a, const struct result *r, const struct answer *answer);

/* The figures of a candidate's ordinary tickets; none if its task has none. */
void answer_figures(struct arena *a, const struct result *r, size_t candidate,
		    struct figures *ret_figures);

/* One of these tables, to be written in any form. */
void answer_table(struct arena *a, const struct figure_table *figures, struct table *ret_table);

/* All of them, for a terminal, each after an empty line. */
void answer_write_figures(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/*
 * The same in short, a sentence a table: "F1 of fields: order 96%; amount 87%; all fields 91%". The
 * figures that only this task has come last. Returns how many.
 */
size_t answer_figures_short(struct arena *a, const struct result *r, size_t candidate,
			    const char ***ret_sentences);

/* {"fields": [{"field": "amount", "right": "20", …}, …], …} */
json_t *answer_figures_json(struct arena *a, const struct result *r, size_t candidate);

#endif

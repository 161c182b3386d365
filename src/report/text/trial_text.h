/*
 * A trial of prompts (`toehold try`), as text and as JSON: a few tickets, each with the answers to
 * every prompt side by side. Decides how much of a text is shown; must not know how it was asked.
 */
#ifndef REPORT_TEXT_TRIAL_TEXT_H
#define REPORT_TEXT_TRIAL_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"
#include "work/reply.h"

/* One candidate's answers, one a ticket; all 0 if the ticket was not asked. */
struct trial_column {
	const char *name; /* short, with the variant: "qwen2.5-coder-0.5b · plain:short" */
	const struct variant *variant; /* NULL: the job's own prompt */
	const char *failed; /* why it was not asked at all, or NULL */
	struct trial_cell {
		bool asked;
		enum outcome outcome;
		int label; /* -1: none */
		double probability; /* -1: none */
		const char *text; /* a written answer, or the reason; "" if none */
		int64_t label_us;
	} * cells;
};

struct trial {
	const struct job *job;
	const struct ticket *tickets;
	size_t n_tickets;
	struct trial_column *columns; /* of one model together, the job's own prompt first */
	size_t n_columns;
};

void trial_write_text(struct arena *a, const struct trial *trial, FILE *out);
/* Prompts with their sha256, and each variant's difference from the job's prompt. */
void trial_write_prompts(struct arena *a, const struct job *job, FILE *out);
json_t *trial_to_json(struct arena *a, const struct trial *trial);

#endif

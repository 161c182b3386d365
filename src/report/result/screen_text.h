/*
 * The end of a run on one screen: the decision, the candidates, what to do next. `smoke`, `add`,
 * `decide` and `show` print it; everything else is a section of `show`.
 */
#ifndef REPORT_RESULT_SCREEN_TEXT_H
#define REPORT_RESULT_SCREEN_TEXT_H

#include "report/result/result.h"

/* What its commands need, as words of a shell. */
struct screen_words {
	const char *run; /* "demo", "demo --store FILE" */
	const char *job, *of_job; /* "job.yaml"; " --run demo" */
	const char *new_tickets; /* a file of tickets without labels, or NULL if none is found */
};

/* `before`: the run before tickets were added, or NULL. Lines fit the terminal. */
void screen_write(struct arena *a, const struct result *r, const struct result *before,
		  const struct screen_words *words, FILE *out);

#endif

/*
 * What to do after a run without a pick: the ways and models that were not tried, the lines of the
 * job that try them, and the commands that make their files. Decides what is worth advising: never
 * what the run has tried. Texts are owned by the arena.
 */
#ifndef REPORT_ADVICE_H
#define REPORT_ADVICE_H

#include "report/result/result.h"

enum { ADVICE_MAX = 6 };

struct advice_step {
	const char *text; /* sentences */
	const char *command; /* that makes what it needs, or NULL */
};

struct advice {
	struct advice_step steps[ADVICE_MAX];
	size_t n;
	const char *lines[3]; /* of the job file; those of the same keys go */
	size_t n_lines;
	bool job_has_it; /* a line that is left out, because the job has it */
	const char *job_path;
};

/* No steps if there is a pick, or nothing to advise from. */
void advice_of(struct arena *a, const struct result *r, struct advice *ret_advice);

/* Writes them for the terminal; nothing if there are none. */
void advice_write(struct arena *a, const struct result *r, FILE *out);

#endif

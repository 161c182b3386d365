/*
 * The exact prompt of a candidate, as its worker or server got it. Only from what the store has.
 */
#ifndef REPORT_RESULT_PROMPT_TEXT_H
#define REPORT_RESULT_PROMPT_TEXT_H

#include "report/result/result.h"

/* `ticket`: index of the ticket that stands in the prompt; -1: "{ticket}" stands in its place. */
struct prompt_shown {
	const struct result *r;
	const struct candidate_result *c;
	int ticket;
};

/* Its checksums, then the prompt, line by line. Says why if there is none. */
void prompt_write(struct arena *a, const struct prompt_shown *p, FILE *out);

/* A new reference; "prompt" is null if there is none, and "missing" says why. */
json_t *prompt_to_json(struct arena *a, const struct prompt_shown *p);

#endif

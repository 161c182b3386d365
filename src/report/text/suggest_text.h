/*
 * Proposals as text and JSON, and as a file of tickets for a person to label.
 */
#ifndef REPORT_TEXT_SUGGEST_TEXT_H
#define REPORT_TEXT_SUGGEST_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/ticket/pool.h"
#include "judge/suggest.h"

struct suggested {
	const char *run; /* name of the run that proposals are for */
	const char *asked_in; /* name of the run that stores the replies */
	const struct pool_sample *pool;
	const struct suggest_question *question;
	const char *const *names; /* full name of each voter */
	const struct label *labels;
	const struct proposal *proposals;
	size_t n, n_wanted;
	const char *out; /* the file that was written, or NULL */
	bool guess; /* show people what the models said; it biases whoever labels */
	const char *next; /* the next command */
};

void suggested_write_text(struct arena *a, const struct suggested *s, FILE *out);

/* A new reference. */
json_t *suggested_to_json(struct arena *a, const struct suggested *s);

/*
 * Tickets with an empty "label", and with "why" if the guess may be shown: as JSON Lines, or as CSV
 * with the labels to choose from in a column.
 */
void suggested_write_tickets(struct arena *a, const struct suggested *s, bool csv, FILE *out);

#endif

/*
 * How each family of models opens its answer after the chat template's end: what must stand
 * there before the forced JSON, so that no thinking and no channel header comes first.
 * Decides that from the template's text alone; must not know the engine, tokens or the prompt.
 */
#ifndef WORK_OPENING_H
#define WORK_OPENING_H

/* Texts are constants. */
struct opening {
	const char *name; /* the row of the table, "none" where nothing is needed */
	const char *append; /* goes between the template's end and the answer; may be "" */
	const char *think_start; /* what this family prints around its thinking; "" where unknown */
	const char *think_end;
};

/*
 * template_source: the Jinja text ("" for a base model); after: the prompt from the ticket's end.
 * Always fills ret_opening; returns 1 where a row was found, 0 for "none".
 */
int opening_find(const char *template_source, const char *after, struct opening *ret_opening);

#endif

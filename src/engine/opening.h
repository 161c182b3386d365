/*
 * How each family of models opens its answer after the chat template's end: what must stand
 * there before the forced JSON, so that no thinking and no channel header comes first; and, where
 * thinking is wanted, how it begins, how it ends, and what stands between it and the answer.
 * Decides that from the template's text alone; must not know the engine, tokens or the prompt.
 */
#ifndef ENGINE_OPENING_H
#define ENGINE_OPENING_H

#include <stdbool.h>

/* Texts are constants. */
struct opening {
	const char *name; /* the row of the table, "none" where nothing is needed */
	const char *append; /* goes between the template's end and the answer; may be "" */
	const char *off; /* what the row does about thinking: "off: block closed", or "" */
	bool closed; /* the prompt ends with a block of thinking that is closed */
	const char *think_start; /* what this family prints around its thinking; "" where unknown */
	const char *think_end;
	/* Where thinking is wanted: */
	const char *think_open; /* begins it, where the prompt does not */
	const char *think_close; /* ends it where the model does not; has think_end in it */
	const char *answer_open; /* stands between think_end and the answer; may be "" */
	bool lone_end; /* think_end stands for nothing else: what comes before it is thought */
};

/*
 * template_source: the Jinja text ("" for a base model); after: the prompt from the ticket's end.
 * Always fills ret_opening; returns 1 where a row was found, 0 for "none".
 */
int opening_find(const char *template_source, const char *after, struct opening *ret_opening);

/* Whether the template knows thinking by marks that are known here. */
bool opening_thinks(const struct opening *opening);

/* What begins the thinking behind this prompt: "" where the prompt has begun it. */
const char *opening_think_append(const struct opening *opening, const char *after);

/*
 * How thinking is kept off, in words for the log. switched: the template prints another prompt
 * where thinking is wanted; forced: the answer's first bytes are the program's.
 */
const char *opening_off_words(const struct opening *opening, bool switched, bool forced);

#endif

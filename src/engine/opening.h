/*
 * How each family of models opens its answer behind the chat template: the text that must come
 * before the forced JSON, so that neither thinking nor a channel header does. With thinking on:
 * how a thought begins and ends, and what follows it. Decides from the template's text only; must
 * not know the engine, tokens or the job's prompt.
 */
#ifndef ENGINE_OPENING_H
#define ENGINE_OPENING_H

#include <stdbool.h>

/* All texts are constants. */
struct opening {
	const char *name; /* row of the table; "none" if nothing is needed */
	const char *append; /* between the template's end and the answer; may be "" */
	const char *off; /* how the row keeps thinking off: "off: block closed", or "" */
	bool closed; /* the prompt ends with a closed block of thinking */
	const char *think_start; /* marks of this family around its thinking; "" if unknown */
	const char *think_end;
	/* With thinking on: */
	const char *think_open; /* begins a thought if the prompt does not */
	const char *think_close; /* ends a thought if the model does not; contains think_end */
	const char *answer_open; /* between think_end and the answer; may be "" */
	bool lone_end; /* think_end has no other use: all text before it is thought */
};

/*
 * template_source: the Jinja text ("" for a base model); after: the prompt from the ticket's end.
 * Always fills ret_opening. Returns 1 if a row applies, 0 for "none".
 */
int opening_find(const char *template_source, const char *after, struct opening *ret_opening);

/* Whether the family thinks, with marks that the table lists. */
bool opening_thinks(const struct opening *opening);

/* What begins a thought behind this prompt; "" if the prompt has begun one. */
const char *opening_think_append(const struct opening *opening, const char *after);

/*
 * How thinking is kept off, as text for the log. switched: the template prints another prompt
 * with thinking on; forced: this program sets the answer's first bytes.
 */
const char *opening_off_text(const struct opening *opening, bool switched, bool forced);

#endif

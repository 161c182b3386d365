/*
 * Answers as text: which mode of a pass makes them, and what their label or mark is. Decides
 * when the label is read from a text rather than chosen by the worker; must not know where answers
 * go.
 */
#ifndef FLOW_ASK_WRITTEN_H
#define FLOW_ASK_WRITTEN_H

#include "flow/session.h"
#include "work/message.h"

/* Whether the model writes freely (--free). */
bool written_is_free(const struct session *s, const struct model *model);

/* How the worker makes the answers of this model. */
enum pass_mode written_mode(const struct session *s, const struct model *model);

/* Whether the label or mark of this answer is read from its text. */
bool written_is_read(const struct session *s, const struct model *model,
		     const struct answer *answer);

/* Marks a written answer: its label is the mark. The arena owns the detail. */
void written_mark(struct arena *a, const struct prepared *p, struct answer *answer);

/*
 * Reads one of the job's labels from an answer's text, and sets label, rule, outcome and detail.
 * Returns the rationale beside the label, "" if there is none. Owned by the arena.
 */
const char *written_read_label(struct arena *a, const struct job *job, struct answer *answer);

#endif

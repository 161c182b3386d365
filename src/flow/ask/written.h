/*
 * Answers as text: which mode of a pass makes them, and what their label or mark is. Decides
 * when the label is read from a text rather than chosen by the worker.
 */
#ifndef FLOW_ASK_WRITTEN_H
#define FLOW_ASK_WRITTEN_H

#include "flow/ask/track.h"

/* Whether the model writes freely (--free). */
bool written_is_free(const struct session *s, const struct model *model);

/* How the worker makes the answers of this model. */
enum pass_mode written_mode(const struct session *s, const struct model *model);

/* Whether the label or mark of this answer is read from its text. */
bool written_is_read(const struct track *t, const struct answer *answer);

/* Marks a written answer: its label is the mark. The arena owns the detail. */
void written_mark(struct arena *a, const struct prepared *p, struct answer *answer);

/* Reads the label or mark from the text, and stores the answer with the reason in it, if any. */
int written_keep(struct track *t, struct answer *answer, struct err *err) MUST_USE;

#endif

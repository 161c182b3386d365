/*
 * Finds where a model's thought ends and its answer begins, by the marks of its family; and the
 * text that ends a thought at its cap. Sees only text: no tokens, no engine.
 */
#ifndef ENGINE_THOUGHT_H
#define ENGINE_THOUGHT_H

#include <stddef.h>

#include "base/buf.h"
#include "engine/opening.h"

/* Bytes of a text. */
struct thought_span {
	size_t start, end; /* the thought, without its marks and the white space around it */
	size_t answer; /* where the answer begins; the text's length if none has begun */
	bool closed; /* the end mark is there */
};

/*
 * Looks for a thought at the beginning of a text, behind white space. alone: the text is all that
 * the model wrote, so an end mark without a start mark closes a thought too. If there is a
 * thought, fills *ret_span and returns true.
 */
bool thought_find(const struct opening *opening, const char *text, size_t n_bytes, bool alone,
		  struct thought_span *ret_span);

/*
 * The length of a thought whose start mark came before `text`: up to its end mark, which may be
 * incomplete. *ret_complete: the end mark is complete.
 */
size_t thought_length(const struct opening *opening, const char *text, size_t n_bytes,
		      bool *ret_complete);

/*
 * Adds to `ret_rest` the bytes that must follow before the answer can begin. text: the thought,
 * perhaps with part of its end mark; n_done: bytes of it in the context, all but the last token's.
 * Returns whether the last token is kept as it is. Otherwise it is dropped, and its part of the
 * thought is among the bytes.
 */
bool thought_close(const struct opening *opening, const char *text, size_t n_bytes, size_t n_done,
		   struct buf *ret_rest);

#endif

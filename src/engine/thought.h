/*
 * Where, in a text that a model wrote, its thought ends and its answer begins: by the marks of its
 * family. And what has to be said for it where it would go on thinking. Looks at text alone; knows
 * no tokens and no engine.
 */
#ifndef ENGINE_THOUGHT_H
#define ENGINE_THOUGHT_H

#include <stddef.h>

#include "base/buf.h"
#include "engine/opening.h"

/* Bytes of a text. */
struct thought_span {
	size_t start, end; /* the thought, without its marks and the white space around it */
	size_t answer; /* where the answer begins; the text's length where none has begun */
	bool closed; /* the end mark is there */
};

/*
 * Looks for a thought at the beginning of a text, behind white space. alone: the text is all that
 * the model wrote, so that an end mark without a start closes a thought too. Returns whether there
 * is one; *ret_span is then filled.
 */
bool thought_find(const struct opening *opening, const char *text, size_t n_bytes, bool alone,
		  struct thought_span *ret_span);

/*
 * The end of a thought that stands in `text`, begun already: the length up to its end mark, or
 * where the mark has begun and is not complete, up to there. *ret_complete: the mark is there.
 */
size_t thought_length(const struct opening *opening, const char *text, size_t n_bytes,
		      bool *ret_complete);

/*
 * What has to follow so that the answer can begin. text: the thought with what there is of its end
 * mark; n_done: bytes of it that are in the context already, all but the last token's. Adds the
 * bytes to `ret_rest`. Returns whether the last token can go before them as it is; otherwise it is
 * left out, and its part of the thought is among the bytes.
 */
bool thought_close(const struct opening *opening, const char *text, size_t n_bytes, size_t n_done,
		   struct buf *ret_rest);

#endif

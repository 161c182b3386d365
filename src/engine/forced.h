/*
 * Which part of a written JSON text is forced: what must come next is known before the model is
 * asked. Pure; the caller finds out which bytes may come next.
 */
#ifndef ENGINE_FORCED_H
#define ENGINE_FORCED_H

#include <stdbool.h>

struct forced_next {
	bool bytes[256]; /* that may come next; of a character of several bytes, the first */
	bool end; /* the text may end here */
};

enum { FORCED_NONE = -1, FORCED_END = -2 };

/*
 * The byte that must come next; FORCED_NONE: the model chooses; FORCED_END: the text is complete.
 * White space between values is no choice. *ret_space: models write a space before that byte,
 * behind a comma or a colon, which `last` is.
 */
int forced_byte(const struct forced_next *next, char last, bool *ret_space);

#endif

/*
 * What must come next. A line break is allowed only between values: within a string JSON escapes
 * it. So where one is allowed, white space does not matter; elsewhere each byte counts.
 */
#include "engine/forced.h"

#include <string.h>

int forced_byte(const struct forced_next *next, char last, bool *ret_space)
{
	bool between = next->bytes['\n'];
	int only = FORCED_NONE, n = 0;

	*ret_space = false;
	for (int b = 0; b < 256; b++) {
		if (!next->bytes[b] || (between && strchr(" \t\r\n", b)))
			continue;
		only = b;
		n++;
	}
	if (next->end)
		return n == 0 ? FORCED_END : FORCED_NONE;
	if (n != 1)
		return FORCED_NONE;
	*ret_space = between && next->bytes[' '] && (last == ',' || last == ':');
	return only;
}

/*
 * The status lines: what stands below all messages on the terminal of standard error, and is drawn
 * again in place. Decides how to draw them without a wrapped or a left-over line; must not know
 * what they say. Without such a terminal nothing is drawn.
 */
#ifndef FLOW_SAY_STATUS_H
#define FLOW_SAY_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Can standard error redraw lines, as a terminal, and is the command not quiet (flow/say/say.h)? */
bool status_is_on(void);

/* The room for status lines now: no line may be wider, nor may there be more of them. */
struct status_room {
	size_t columns, rows;
};
struct status_room status_room(void);

/* Columns of a line of text on standard error; 0 if it is no terminal. */
size_t status_columns(void);

/* Is it time to draw again? At most five times a second. True if nothing is drawn. */
bool status_is_due(void);

/* Draws `n` lines in place of those that are there. Lines are printable, and cut to the room. */
void status_draw(const char *const *lines, size_t n);

/* Draws one line if it is due. Characters that a terminal would obey or hide are escaped. */
void status_line(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Removes the lines. say() does so before each message. */
void status_clear(void);

#endif

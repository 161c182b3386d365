/*
 * Foreign text in a message: one line, safe for a terminal, cut where it is long.
 * Used wherever a message quotes a file. Knows nothing of the message.
 */
#ifndef BASE_DISPLAY_H
#define BASE_DISPLAY_H

#include "base/arena.h"

/* At most about 100 bytes of `text`, printable; "…" where something was cut. Owned by the arena. */
const char *display_text(struct arena *a, const char *text);

/* The same for paths, which are cut at about 300 bytes only. */
const char *display_path(struct arena *a, const char *path);

#endif

/*
 * Foreign text in a message: one line, safe for a terminal, cut if it is long. Every message that
 * quotes a file uses it.
 */
#ifndef BASE_DISPLAY_H
#define BASE_DISPLAY_H

#include "base/arena.h"

/* At most max_bytes of `text`, printable; ends in "…" if it was cut. Owned by the arena. */
const char *display_cut(struct arena *a, const char *text, size_t max_bytes);

/* At most about 100 bytes of `text`, printable; ends in "…" if it was cut. Owned by the arena. */
const char *display_text(struct arena *a, const char *text);

/* As above for a path: at most about 300 bytes. */
const char *display_path(struct arena *a, const char *path);

#endif

/*
 * Foreign text in a message: one line, safe for a terminal, cut where it is long.
 * Used wherever a message quotes a file. Knows nothing of the message.
 */
#ifndef JOB_SHOWN_H
#define JOB_SHOWN_H

#include "base/arena.h"

/* At most about 100 bytes of `text`, printable; "…" where something was cut. Owned by the arena. */
const char *shown(struct arena *a, const char *text);

/* The same for paths, which are cut at about 300 bytes only. */
const char *shown_path(struct arena *a, const char *path);

#endif

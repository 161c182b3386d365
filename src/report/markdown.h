/*
 * Writes Markdown for GitHub, chats and mail. Decides how text becomes harmless in all of them:
 * what they would interpret stands in back-ticks, since a backslash stays visible in some.
 */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include <stdio.h>

#include "base/arena.h"

/* The text as Markdown, owned by the arena. Line breaks and hidden characters become visible. */
const char *markdown_text(struct arena *a, const char *text);

/* The same, written. */
void markdown_write(struct arena *a, const char *text, FILE *out);

#endif

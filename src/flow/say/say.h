/*
 * Messages on standard error. They may quote names of models, runs and files.
 */
#ifndef FLOW_SAY_SAY_H
#define FLOW_SAY_SAY_H

#include <stdbool.h>

#include "base/err.h"

/*
 * As fprintf(stderr, …), but characters that a terminal would obey or hide are escaped. Takes the
 * status lines (flow/say/status.h) away first. Prints nothing if the command is quiet.
 */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* The same for what a quiet command says too: errors, and tickets that leave the machine. */
void say_always(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* --quiet: from now on only say_always() prints. */
void say_be_quiet(void);
bool say_is_quiet(void);

#endif

/*
 * Messages on standard error. They may quote names of models, runs and files.
 */
#ifndef FLOW_SAY_H
#define FLOW_SAY_H

#include "base/err.h"

/* As fprintf(stderr, …), but characters that a terminal would obey or hide are escaped. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif

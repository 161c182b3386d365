/*
 * Words on standard error. They may quote anything: names of models, of runs, of files.
 */
#ifndef FLOW_SAY_H
#define FLOW_SAY_H

#include "base/err.h"

/* As fprintf(stderr, …); what a terminal would obey, hide or reorder is shown instead. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif

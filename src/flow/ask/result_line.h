/*
 * One line on standard error about a candidate that has just answered: when, its name, its score.
 */
#ifndef FLOW_ASK_RESULT_LINE_H
#define FLOW_ASK_RESULT_LINE_H

#include "flow/ask/track.h"

/*
 * `since_us`: time since the session's first question. Prints nothing and returns false while
 * answers are missing, unless --race stopped the candidate.
 */
bool result_line_show(const struct track *t, int64_t since_us);

#endif

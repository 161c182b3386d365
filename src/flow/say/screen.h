/*
 * The last screen of `smoke` and `add`, which `decide` and `show` print again. Finds what its
 * commands need; report/result/screen_text.h writes it.
 */
#ifndef FLOW_SAY_SCREEN_H
#define FLOW_SAY_SCREEN_H

#include "flow/cmd.h"
#include "report/result/result.h"

/* On standard output. `before`: the run before tickets were added, or NULL. */
void screen_show(struct cmd *cmd, const struct result *r, const struct result *before);

#endif

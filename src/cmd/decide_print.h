/*
 * A decision on the terminal, as `decide`, `show`, `smoke` and `add` all end with it.
 */
#ifndef CMD_DECIDE_PRINT_H
#define CMD_DECIDE_PRINT_H

#include "cmd/cmd.h"
#include "report/result.h"

void decide_print(struct cmd *cmd, const struct result *r, bool intervals);

#endif

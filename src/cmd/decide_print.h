/*
 * A decision on the terminal, as `decide`, `show`, `smoke` and `add` all end with it.
 */
#ifndef CMD_DECIDE_PRINT_H
#define CMD_DECIDE_PRINT_H

#include "flow/cmd.h"
#include "report/result/result.h"

/*
 * 0 where there is a pick, 1 where no candidate scored the bar; strict: 0 only where one CLEARS.
 */
int decide_exit_code(const struct result *r, bool strict);

void decide_print(struct cmd *cmd, const struct result *r, bool intervals);

#endif

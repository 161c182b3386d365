/*
 * How far each candidate of a loaded run got: finished, unfinished, not measured, or not tried
 * because of --first.
 */
#ifndef FLOW_STANDING_H
#define FLOW_STANDING_H

#include "flow/cmd.h"
#include "report/result/result.h"

/* Fills in the members of the candidates, and the command that goes on (ret->go_on). */
void standing_of_run(struct cmd *cmd, struct result *r);

#endif

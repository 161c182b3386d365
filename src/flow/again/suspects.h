/*
 * Tickets of a loaded run whose expected label may be wrong, because most models that do well agree
 * against it.
 */
#ifndef FLOW_AGAIN_SUSPECTS_H
#define FLOW_AGAIN_SUSPECTS_H

#include "flow/cmd.h"
#include "report/result/result.h"

/* Fills in its suspects. Needs the scores of the candidates. */
void suspects_of_run(struct cmd *cmd, struct result *r);

#endif

/*
 * How much the form of the prompt matters: asks the best two candidates in other forms.
 */
#ifndef FLOW_ASK_PROBE_H
#define FLOW_ASK_PROBE_H

#include <stdio.h>

#include "flow/session.h"
#include "report/result/result.h"

/*
 * Asks the two best candidates of `r` with two label orders and three prompt formats, labels only,
 * in a run of its own (kind "probe"). Prints the spread and stores it as an event of the run. The
 * session is the one that asked the run; its store is open for writing.
 */
int probe(struct session *s, const struct result *r, FILE *out) MUST_USE;

#endif

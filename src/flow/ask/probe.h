/*
 * How much the form of the prompt matters: the top two candidates asked in other forms.
 */
#ifndef FLOW_ASK_PROBE_H
#define FLOW_ASK_PROBE_H

#include <stdio.h>

#include "flow/ask/track.h"
#include "report/result/result.h"

/*
 * Asks the two candidates of `r` that scored best with two label orders and three prompt formats,
 * labels only, in a run of its own (kind "probe"), prints the spread, and keeps it as an event of
 * the run. The session is the one that asked the run; its store is open for writing.
 */
int probe(struct session *s, const struct result *r, FILE *out) MUST_USE;

#endif

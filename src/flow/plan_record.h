/*
 * What the store of a job has already of the candidates of its plan, so that `plan` prices only
 * what is left. Must not change the store.
 */
#ifndef FLOW_PLAN_RECORD_H
#define FLOW_PLAN_RECORD_H

#include "flow/prepare/prepare.h"

/*
 * Takes replies on record off the plan's estimates, and counts reasons at the length that each
 * candidate's earlier ones had, in this job or another (job/plan/plan_time.h). `store` NULL: the
 * job's own; it may be missing. Fails if a store cannot be read, as `smoke` will.
 */
int plan_record_use(struct cmd *cmd, struct prepared *prepared, const char *store) MUST_USE;

#endif

/*
 * Trained heads of a job: loaded, and held against the tickets under test.
 */
#ifndef FLOW_PREPARE_HEADS_H
#define FLOW_PREPARE_HEADS_H

#include "flow/prepare/prepare.h"
#include "work/pass/pass.h"

/* Fills p->heads where the way tuned is asked for. */
int heads_load(struct cmd *cmd, struct prepared *p) MUST_USE;

/*
 * RULE: leak guard. Candidates of the plan whose head learnt from tickets like those under test
 * get that as the reason why they will not run, and so do models whose weights did. A head for
 * none of the job's models is a warning.
 */
int heads_guard(struct cmd *cmd, const struct prepare_options *options,
		struct prepared *p) MUST_USE;

/* A head works only behind the opening that it was trained behind. Fails with ERR_INPUT. */
int heads_check_opening(const struct candidate *c, const struct pass_report *report,
			struct err *err) MUST_USE;

#endif

/*
 * Trained heads of a job: loads them and compares their training with the tickets under test.
 */
#ifndef FLOW_PREPARE_HEADS_H
#define FLOW_PREPARE_HEADS_H

#include "flow/prepare/prepare.h"
#include "work/pass/pass.h"

/* Fills p->heads if the way tuned is asked for. */
int heads_load(struct cmd *cmd, struct prepared *p) MUST_USE;

/*
 * Fills in what a head is made for: the model, the text before each ticket, and the labels. Borrows
 * from model and job.
 */
void heads_fill_identity(struct arena *a, const struct job *job, const struct model *model,
			 const char *system, struct head *head);

/*
 * RULE: leak guard. Refuses candidates whose head or weights learnt from tickets like those under
 * test. A head for none of the job's models is a warning.
 */
int heads_guard(struct cmd *cmd, const struct prepare_options *options,
		struct prepared *p) MUST_USE;

/* Fails with ERR_INPUT if the head was trained with another opening of the answer. */
int heads_check_opening(const struct candidate *c, const struct pass_report *report,
			struct err *err) MUST_USE;

#endif

/*
 * The baselines of a job: candidates that need no model. The majority label is always there; Naive
 * Bayes and `words` learn from the job's training tickets.
 */
#ifndef FLOW_PREPARE_BASELINES_H
#define FLOW_PREPARE_BASELINES_H

#include "flow/prepare/prepare.h"

enum { MAX_BASELINES = 3 };

/*
 * Trains them and adds them to p->models, which has room for MAX_BASELINES more. One that cannot
 * learn from the training tickets gets a problem in p->problems.
 */
void baselines_train(struct cmd *cmd, struct prepared *p);

#endif

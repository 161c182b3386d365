/*
 * The baselines of a job: candidates that need no model. A job with labels always has the majority
 * label, or set of labels; Naive Bayes (one label a ticket) and `words` learn from its training
 * tickets. Of the other tasks, summarize has `lead`.
 */
#ifndef FLOW_PREPARE_BASELINES_H
#define FLOW_PREPARE_BASELINES_H

#include "flow/prepare/prepare.h"

enum { MAX_BASELINES = 3 };

/*
 * Makes them and adds them to p->models, which has room for MAX_BASELINES more. One that cannot
 * learn from the training tickets gets a problem in p->problems. `words` is trained on first use.
 */
void baselines_train(struct cmd *cmd, struct prepared *p);

/*
 * What a run keeps of `words` (job/model/head.h): how it was fitted, and its learning curve. Trains
 * it if nothing has yet. "" without it.
 */
const char *baselines_words_record(struct arena *a, const struct prepared *p);

#endif

/*
 * From a job file to a plan: what `plan` shows and `smoke` runs. Loads the job and its tickets,
 * draws the examples, finds the models, has unknown headers read by a worker, and plans.
 */
#ifndef FLOW_PREPARE_PREPARE_H
#define FLOW_PREPARE_PREPARE_H

#include "flow/cmd.h"
#include "job/file/job.h"
#include "job/model/model.h"
#include "job/plan/plan.h"
#include "job/ticket/examples.h"
#include "job/ticket/ticket.h"
#include "job/ticket/training.h"
#include "judge/baseline.h"
#include "work/machine.h"

/* How a prompt is cut into decodes moves logits: settings of every pass (docs/timing.md). */
enum { N_BATCH = 2048, N_UBATCH = MODEL_UBATCH_TOK };

/* What the command line says over the job file; zeros say nothing. */
struct prepare_options {
	struct opt_list models, ways;
	const struct slice *const
		*added; /* further tickets under test: nothing is learnt from them */
	size_t n_added;
	const char *training; /* in place of the job's; NULL: the job's */
	bool no_sandbox;
	bool evaluate; /* measure also what its licence forbids to use */
	bool hash; /* the weights' sha256 is needed */
	int64_t threads, batch; /* 0: as the program decides */
};

struct prepared {
	struct machine machine;
	int64_t n_threads, n_batch, n_ubatch;
	struct job job;
	struct slice slice;
	struct example_set examples; /* n == 0 where no way needs them */
	struct training training; /* n == 0 where the job names none */
	struct head *heads; /* the job's, where the way tuned is asked for */
	size_t n_heads;
	struct bayes *bayes; /* NULL where there is nothing to learn from */
	int majority; /* the label that most training tickets have, or else most tickets */
	double *majority_shares; /* of all labels */
	struct model *models; /* the job's, then the baselines */
	size_t n_models; /* of all */
	const char **problems; /* why a model cannot be used, or NULL; one a model */
	struct plan plan;
};

int prepare(struct cmd *cmd, const char *job_path, const struct prepare_options *options,
	    struct prepared *ret_prepared) MUST_USE;

/*
 * Header facts (from the cache, or read by a worker) and, where asked for, the hash. A file that
 * is no model is no failure: *ret_problem says what is wrong with it, and is NULL otherwise.
 */
int prepare_model(struct cmd *cmd, struct model_cache *cache, struct model *model, bool sandbox,
		  bool hash, const char **ret_problem) MUST_USE;

/* model_hash() with its progress on the terminal. */
int prepare_hash(struct arena *a, struct model *model, struct err *err) MUST_USE;

/* Remembers how fast a model was on this machine, for later plans. */
void prepare_learn_speed(struct cmd *cmd, struct model *model, double prompt_tok_per_s,
			 double reason_tok_per_s);

#endif

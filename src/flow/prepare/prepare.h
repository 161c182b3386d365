/*
 * From a job file to a plan: what `plan` shows and `smoke` runs. Loads the job and its tickets,
 * draws the examples, finds the models, lets a worker read unknown headers, and plans.
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
#include "judge/baseline/baseline.h"
#include "judge/baseline/words.h"
#include "work/machine.h"

/* How a prompt is split into decodes changes logits: settings of every pass (docs/timing.md). */
enum { N_BATCH = 2048, N_UBATCH = MODEL_UBATCH_TOK };

/* What the command line overrides in the job file. Zeros override nothing. */
struct prepare_options {
	struct opt_list models, ways;
	bool no_models; /* only the baselines, whatever the job names */
	/* What a run keeps, instead of the files of today; NULL: the files. */
	const char *job_text;
	const struct slice *slice;
	const struct example_set *examples;
	/* Further tickets under test: nothing is learnt from them. */
	const struct slice *const *added;
	size_t n_added;
	const char *training; /* NULL: the job's */
	struct variant *variants; /* in place of the job's, if there are any */
	size_t n_variants;
	bool no_sandbox;
	bool evaluate; /* also measure models whose licence forbids the use */
	bool hash; /* compute the weights' sha256 */
	int64_t threads, batch; /* 0: the defaults */
};

struct prepared {
	struct machine machine;
	int64_t n_threads, n_batch, n_ubatch;
	struct job job;
	struct slice slice;
	struct example_set examples; /* n == 0 if no way needs them */
	struct training training; /* n == 0 if the job names none */
	struct head *heads; /* the job's, for the way tuned */
	size_t n_heads;
	struct encoder *encoders; /* one for each candidate of an encoder (encoders.h) */
	size_t n_encoders;
	struct bayes *bayes; /* NULL if there is no training, or if tickets have several labels */
	struct words *words; /* NULL if there is no training, or too little to learn from */
	int majority; /* the most frequent label of the training, or else of the tickets */
	double *majority_shares; /* of all labels */
	const char *majority_gold; /* the most frequent labels, if tickets have several */
	struct model *models; /* the job's, then the baselines */
	size_t n_models; /* of all */
	const char **problems; /* one a model: why it cannot be used, or NULL */
	struct plan plan;
};

int prepare(struct cmd *cmd, const char *job_path, const struct prepare_options *options,
	    struct prepared *ret_prepared) MUST_USE;

/*
 * Fills the header facts, from the cache or through a worker, and the hash if it is asked for. An
 * unreadable model is not an error: *ret_problem says why, or is NULL.
 */
int prepare_model(struct cmd *cmd, struct model_cache *cache, struct model *model, bool sandbox,
		  bool hash, const char **ret_problem) MUST_USE;

/* model_hash() that shows its progress on the terminal. */
int prepare_hash(struct arena *a, struct model *model, struct err *err) MUST_USE;

/*
 * Remembers how fast a model was on this machine, for later plans, and how long its reasons are in
 * tokens. Zeros are unknown, and change nothing.
 */
struct prepare_speed {
	double prompt_tok_per_s, reason_tok_per_s, reason_mean_tok;
};
void prepare_learn_speed(struct cmd *cmd, struct model *model, struct prepare_speed speed);

#endif

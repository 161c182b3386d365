/*
 * What both ways of tuning begin with: what is under test, and what may be learnt from.
 */
#ifndef TUNE_TUNING_H
#define TUNE_TUNING_H

#include "flow/session.h"
#include "job/model/head.h"
#include "judge/head/head.h"

struct tune_options {
	const char *model, *train, *name, *out, *store, *rate, *quant;
	int64_t number, threads, timeout_s, epochs, layers;
	bool weights, no_cache, no_sandbox, evaluate, force, json;
};

/* One tuning under way. */
struct tuning {
	struct cmd *cmd;
	const struct tune_options *options;
	const char *job_path, *store_path;
	const char *out; /* file that is made */
	struct session session;
	const struct candidate *candidate;
	const struct slice **slices; /* under test: of the store's runs */
	size_t n_slices;
	const struct ticket **tickets; /* that are learnt from */
	size_t n;
};

/*
 * Loads the job, what any run of the store has tested, and what may be learnt from; decides where
 * the result goes. options, job_path and cmd are set; Ctrl-C is caught from here on.
 */
int tuning_begin(struct tuning *t) MUST_USE;

/* The tickets as learners see them, without states; owned by the command's arena. */
struct head_data tuning_data(struct tuning *t);

/* Near-repeats count as one. */
size_t tuning_families(const struct head_data *data);

/* What was learnt from, for the record; counts: tickets of each label. */
struct learnt tuning_record(struct tuning *t, size_t *counts);

/* Makes the folder of t->out where it is missing. */
int tuning_make_folder(struct tuning *t) MUST_USE;

/* t->out as the job file would name it: from its own folder where it lies below that. */
const char *tuning_path_for_job(const struct tuning *t);

/* A linear head on the hidden state: the weights stay as they are. Prints what came of it. */
int tune_head(struct tuning *t) MUST_USE;

/* The weights themselves. Prints what came of it; 1 where they got no better. */
int tune_weights(struct tuning *t) MUST_USE;

#endif

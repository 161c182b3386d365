/*
 * What both ways of tuning share: the tickets under test, the tickets to learn from, the output.
 */
#ifndef TUNE_TUNING_H
#define TUNE_TUNING_H

#include "flow/session.h"
#include "job/ticket/learnt.h"
#include "judge/head/head.h"

struct tune_options {
	const char *model, *train, *name, *out, *store, *rate, *quant, *events, *use;
	int64_t number, threads, timeout_s, epochs, layers;
	bool weights, no_cache, no_sandbox, evaluate, force, json, quiet;
};

/* One tuning in progress. */
struct tuning {
	struct cmd *cmd;
	const struct tune_options *options;
	const char *job_path, *store_path;
	const char *out; /* the file to write */
	struct session session;
	const struct candidate *candidate;
	const struct slice **slices; /* under test, in any run of the store */
	size_t n_slices, slices_cap;
	const struct ticket **tickets; /* to learn from */
	size_t n;
};

/*
 * Loads the job, the tickets under test in any run of the store, and the tickets to learn from;
 * decides the output file. The caller has set cmd, options and job_path. Catches Ctrl-C from here
 * on.
 */
int tuning_begin(struct tuning *t) MUST_USE;

/* The tickets as input of training, without states; owned by the command's arena. */
struct head_data tuning_data(struct tuning *t);

/* Number of tickets if near-repeats count as one. */
size_t tuning_families(const struct head_data *data);

/* The record of the training data; counts: tickets of each label. */
struct learnt tuning_record(struct tuning *t, size_t *counts);

/* Makes the folder of t->out if it is missing. */
int tuning_make_folder(struct tuning *t) MUST_USE;

/* t->out as the job file would name it: relative to the job's folder if it lies below that. */
const char *tuning_path_for_job(const struct tuning *t);

/* Trains a linear head on the hidden states; the weights do not change. Prints the result. */
int tune_head(struct tuning *t) MUST_USE;

/* Puts the head of --use into the job file, and says so. Needs no tuning_begin(). */
int tune_use(struct tuning *t) MUST_USE;

/* Trains the weights themselves. Prints the result. Returns 1 if they got no better. */
int tune_weights(struct tuning *t) MUST_USE;

#endif

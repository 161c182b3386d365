/*
 * Tuning of weights: what its stages share. weights_worker.c starts workers and scores the held-out
 * tickets, weights_learn.c runs the epochs, weights_write.c writes the model, and tune_weights.c
 * calls the stages.
 */
#ifndef TUNE_WEIGHTS_WEIGHTS_TUNING_H
#define TUNE_WEIGHTS_WEIGHTS_TUNING_H

#include "job/model/tuned.h"
#include "report/text/weights_text.h"
#include "tune/tuning.h"
#include "tune/weights/train.h"
#include "tune/weights/tune_scratch.h"

/* enum llama_ftype, which is part of the file format */
enum { FTYPE_F32 = 0, FTYPE_F16 = 1, FTYPE_Q8_0 = 7 };

/* Types that --quant names. */
struct weights_quant {
	const char *name;
	int64_t ftype;
};

enum { QUANT_F32, QUANT_F16, QUANT_Q8_0, N_QUANTS };

extern const struct weights_quant weights_quants[N_QUANTS];

struct weights_tuning {
	struct tuning *t;
	struct weights_report report;
	struct learnt record;
	struct head_data data; /* of all tickets */
	bool *held_out;
	const char **texts; /* held out */
	int *gold; /* their labels */
	size_t n_held, n_learn;
	bool learning; /* inside an epoch */
	int64_t start_us; /* of the first epoch */
	double rate;
	int wanted; /* index into weights_quants, -1: the type of the original */
	struct tune_scratch scratch;
	int64_t ftype; /* of the original */
	struct train_settings settings;
	struct msg_pass pass;
	struct train train;
};

/* Prepares the settings of workers: as candidates are asked, but on the processor only. */
int weights_fill_settings(struct weights_tuning *w) MUST_USE;

/* Converts the model file `from` to `ftype`. signed_by_us: notes in its header where it is from. */
int weights_convert(struct weights_tuning *w, const char **from, size_t n_from, const char *to,
		    int64_t ftype, bool signed_by_us) MUST_USE;

/* Starts w->train on the model file at `path`. */
int weights_open_worker(struct weights_tuning *w, const char *path, bool trainable) MUST_USE;

/* Measures the weights in w->train on the held-out tickets. */
int weights_score_held_out(struct weights_tuning *w, struct weights_score *ret) MUST_USE;

/* Runs the epochs; the best one is in w->scratch.best. report.best is 0 if none was better. */
int weights_learn(struct weights_tuning *w) MUST_USE;

/* Writes the best epoch as the model file t->out, with its record. */
int weights_write(struct weights_tuning *w) MUST_USE;

#endif

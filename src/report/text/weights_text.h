/*
 * The result of tuning a model's weights, as text and JSON.
 */
#ifndef REPORT_TEXT_WEIGHTS_TEXT_H
#define REPORT_TEXT_WEIGHTS_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/model/head.h"

enum { WEIGHTS_MAX_EPOCHS = 100, WEIGHTS_MAX_TYPES = 3 };

/* How the held-out tickets were answered. */
struct weights_score {
	size_t right;
	double log_loss; /* in nats a ticket; below 0: not available */
};

struct weights_epoch {
	struct weights_score held_out;
	double loss; /* of training, in nats a token, with those of the prompt; 0 in epoch 0 */
	int64_t train_us;
};

/* A type in which the best epoch was written. */
struct weights_written {
	const char *quant;
	struct weights_score held_out;
};

/* All borrowed. */
struct weights_report {
	const char *base_label, *base_sha256;
	const struct learnt *training; /* tickets learnt from and tickets held out */
	const char *const *labels;
	size_t n_labels;
	size_t n_offered; /* tickets in the training file */
	size_t n_held_out;
	size_t n_too_long; /* tickets that did not fit into a step */
	struct weights_epoch epochs[WEIGHTS_MAX_EPOCHS + 1]; /* the first is the untuned model */
	size_t n_epochs; /* including that one */
	size_t best; /* 0: none was better than the untuned model */
	const char *ended; /* why training stopped, as text */
	int64_t n_ctx, n_steps; /* tokens a step, steps an epoch */
	int64_t n_layers; /* layers that changed; 0: all */
	double rate; /* of the first epoch */
	int64_t peak_rss_bytes, took_us;
	/* A head on the states of the untuned model, from the same tickets. */
	struct weights_score head;
	int64_t head_us;
	/* The file that was written; path NULL: none. */
	const char *path, *sha256, *record_path;
	int64_t n_bytes;
	struct weights_written
		written[WEIGHTS_MAX_TYPES]; /* smallest first; the last one is kept */
	size_t n_written;
	const char *for_job, *job_path;
};

void weights_write_text(struct arena *a, const struct weights_report *w, FILE *out);
/* A new reference. */
json_t *weights_to_json(const struct weights_report *w);

#endif

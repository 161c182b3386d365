/*
 * The record beside a model that was tuned here: MODEL.gguf.tuning.json (docs/weights.md). Decides
 * whether the model may be tested on given tickets. The model's header says that it was tuned, and
 * by which program; the record says on which tickets.
 */
#ifndef JOB_MODEL_TUNED_H
#define JOB_MODEL_TUNED_H

#include "job/ticket/learnt.h"

struct tuned_model {
	int64_t made_us; /* wall clock */
	const char *program;
	const char *sha256; /* of the model's file */
	const char *base_sha256, *base_label;
	const char *const *labels;
	size_t n_labels;
	struct learnt training; /* including the held-out tickets */
	size_t n_held_out, held_out_right; /* of the file that was written */
	double rate; /* learning rate of the first epoch */
	int64_t epochs; /* that the weights contain */
	int64_t layers; /* that changed; 0: all */
};

/* The path of a model's record; owned by the arena. */
const char *tuned_model_path(struct arena *a, const char *model_path);

/* Writes the record with mode 0600. */
int tuned_model_write(struct arena *a, const char *path, const struct tuned_model *model,
		      struct err *err) MUST_USE;

/* Fails with ERR_INPUT if the file does not have this format. */
int tuned_model_load(struct arena *a, const char *path, struct tuned_model *ret_model,
		     struct err *err) MUST_USE;

/*
 * What the model learnt from, as text for the run's record; owned by the arena. *ret_words is NULL
 * if the model has no record. Fails like tuned_model_load().
 */
int tuned_model_words(struct arena *a, const char *label, const char *model_path,
		      const char **ret_words, struct err *err) MUST_USE;

/*
 * RULE: leak guard. See learner_guard(). A model without a record gives NULL: it was not tuned
 * here, or its training tickets are unknown.
 */
int tuned_model_guard(struct arena *a, const char *model_path, const struct job *job,
		      const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
		      struct err *err) MUST_USE;

#endif

/*
 * Requests to a worker that converts a model file, or that trains, tests and saves a model. A
 * worker that dies, hangs or sends nonsense ends the tuning with an error; no request is repeated.
 * Must not know which labels are right or when to stop.
 */
#ifndef TUNE_WEIGHTS_TRAIN_H
#define TUNE_WEIGHTS_TRAIN_H

#include "work/message.h"
#include "work/proc.h"

struct train_settings {
	struct proc_spec proc;
	struct msg_open open; /* with scratch set */
	int64_t load_timeout_us; /* also for writing a file */
	int64_t step_timeout_us; /* for one step, and for one answer */
	/* Give up at once (Ctrl-C)? Called while waiting for a worker. */
	bool (*abandon)(void *ctx);
	void *ctx;
};

struct train {
	struct train_settings settings;
	struct proc proc;
	struct arena arena; /* the worker's last message */
};

/*
 * Has a new worker read the header of settings->open.paths and write the file again as convert->to.
 * Returns ERR_STOPPED if abandon() returned true, else ERR_ENGINE.
 */
int train_convert(const struct train_settings *settings, const struct msg_convert *convert,
		  struct msg_written *ret_written, struct err *err) MUST_USE;

/*
 * Starts a worker, has it load the model for training, and sends it the prompt. Errors as above.
 * Close *ret with train_close() even after an error.
 */
int train_open(const struct train_settings *settings, const struct msg_pass *pass,
	       struct train *ret, struct err *err) MUST_USE;

/*
 * Has the current weights label the texts: n answers, owned by the arena. A failed answer has an
 * outcome other than OK.
 */
int train_test(struct train *t, struct arena *a, const char **texts, size_t n,
	       struct answer *ret_answers, struct err *err) MUST_USE;

/* Trains one epoch; calls `step` after each step. */
int train_epoch(struct train *t, const struct msg_train *train,
		void (*step)(void *ctx, const struct msg_step *step), void *ctx,
		struct msg_trained *ret_trained, struct err *err) MUST_USE;

/* Saves the current weights to a file in the scratch folder. */
int train_save(struct train *t, const char *to, struct msg_written *ret_written,
	       struct err *err) MUST_USE;

/* Ends the worker. Safe on a zeroed struct. */
void train_close(struct train *t);

#endif

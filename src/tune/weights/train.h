/*
 * A model whose weights are changed, as the controller sees it: a worker that converts a file, or
 * one that learns, is tested and saves. Decides what a dead, mute or lying worker means for that:
 * everything ends with an error, and nothing is asked twice. Must not know which labels are right
 * or when to stop.
 */
#ifndef TUNE_WEIGHTS_TRAIN_H
#define TUNE_WEIGHTS_TRAIN_H

#include "work/message.h"
#include "work/proc.h"

struct train_settings {
	struct proc_spec proc;
	struct msg_open open; /* with scratch set */
	int64_t load_timeout_us; /* also of writing a file */
	int64_t step_timeout_us; /* of one step, and of one answer */
	/* Whether to give up at once (Ctrl-C); asked while a worker is waited for. */
	bool (*abandon)(void *ctx);
	void *ctx;
};

struct train {
	struct train_settings settings;
	struct proc proc;
	struct arena arena; /* what the worker said last */
};

/*
 * A fresh worker reads the header of settings->open.paths, writes the file once more as
 * convert->to, and ends. Fails with ERR_STOPPED where abandon() said so, else with ERR_ENGINE.
 */
int train_convert(const struct train_settings *settings, const struct msg_convert *convert,
		  struct msg_written *ret_written, struct err *err) MUST_USE;

/*
 * Starts a worker, has it load the model so that it can be changed, and gives it the prompt.
 * Errors as above; *ret is zeroed or to be closed with train_close().
 */
int train_open(const struct train_settings *settings, const struct msg_pass *pass,
	       struct train *ret, struct err *err) MUST_USE;

/*
 * Labels and probabilities of texts with the weights as they are now: n answers, owned by the
 * arena. A ticket that could not be answered has an outcome other than OK.
 */
int train_test(struct train *t, struct arena *a, const char **texts, size_t n,
	       struct answer *ret_answers, struct err *err) MUST_USE;

/* One epoch; `step` hears of each step. */
int train_epoch(struct train *t, const struct msg_train *train,
		void (*step)(void *ctx, const struct msg_step *step), void *ctx,
		struct msg_trained *ret_trained, struct err *err) MUST_USE;

/* The weights as they are now, into a file in the scratch folder. */
int train_save(struct train *t, const char *to, struct msg_written *ret_written,
	       struct err *err) MUST_USE;

/* Ends the worker. Safe on a zeroed struct. */
void train_close(struct train *t);

#endif

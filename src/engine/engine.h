/*
 * An engine: what answers tickets. Each worker binary links worker.c and one engine; choosing an
 * engine is choosing which binary to exec, so there is no table of functions here.
 * The messages of message.h are the arguments: an engine is the worker's side of the protocol.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "work/message.h"

struct engine;

/* Called as each result is ready; if it fails, so does the call that it was given to. */
typedef int answer_done(void *ctx, const struct answer *answer, struct err *err);
typedef int reason_done(void *ctx, const struct reason *reason, struct err *err);
typedef int step_done(void *ctx, const struct msg_step *step, struct err *err);

/* Name and build of the engine, for the run row; static text. */
const char *engine_build(void);

/* What it computes on: "CPU", "CUDA0: …". Owned by the arena. */
const char *engine_device(struct arena *a);

/*
 * Opens a model, or only reads its header (open->inspect). On failure *ret_outcome says what to
 * record: LOAD_FAILED or OUT_OF_MEMORY. *ret_engine is owned by the caller (engine_close).
 */
int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err) MUST_USE;
void engine_close(struct engine *e);

/* Renders the prompt and builds the label trie. A new pass ends the one before. */
int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err) MUST_USE;

/*
 * Takes as many of the texts as fit, and computes the shared prefix where it is not there yet. On
 * failure *ret_outcome says what to record: ENGINE_ERROR or OUT_OF_MEMORY.
 */
int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err) MUST_USE;

/*
 * Answers one ticket of the wave. Failures of this ticket alone are outcomes in ret_answer; where
 * the call fails, its outcome stands if it is not OK.
 */
int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err) MUST_USE;

/*
 * Answers all tickets of the wave in order, as many together as the engine can; nothing is kept
 * for reasons. n: tickets of the wave; `done` is called as each answer is there.
 */
int engine_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err) MUST_USE;

/*
 * Writes the model that was opened (also one whose header alone was read) once more in the scratch
 * folder, as another type of weights. Of a model in several files, all are read.
 */
int engine_convert(struct engine *e, const struct msg_convert *convert,
		   struct msg_written *ret_written, struct err *err) MUST_USE;

/*
 * Changes the weights so that the tickets get their labels, one epoch: for a model that was opened
 * as trainable, with the prompt of the pass. `step` is called after each step; where it fails, so
 * does this. The next answers are those of the changed weights.
 */
int engine_train(struct engine *e, struct arena *a, const struct msg_train *train, step_done *step,
		 void *ctx, struct msg_trained *ret_trained, struct err *err) MUST_USE;

/* Writes the weights as they are now, with the header of the file that was opened. */
int engine_save(struct engine *e, const struct msg_save *save, struct msg_written *ret_written,
		struct err *err) MUST_USE;

/* Writes the rationales of all answered tickets of the wave; `done` is called as each completes. */
int engine_reasons(struct engine *e, struct arena *a, reason_done *done, void *ctx,
		   struct msg_reasons_done *ret_done, struct err *err) MUST_USE;

#endif

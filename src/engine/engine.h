/*
 * An engine answers tickets. Each worker program links worker.c and one engine; to choose an
 * engine is to choose a program, so there is no table of functions. The arguments are the
 * messages of work/message.h.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "work/message.h"

struct engine;

/* Called as each result is ready; if it fails, so does the call that it was given to. */
typedef int answer_done(void *ctx, const struct answer *answer, struct err *err);
typedef int reason_done(void *ctx, const struct reason *reason, struct err *err);
typedef int step_done(void *ctx, const struct msg_step *step, struct err *err);

/* Name and build of the engine, for the run row. Static text. */
const char *engine_build(void);

/* The device that computes: "CPU", "CUDA0: …". Owned by the arena. */
const char *engine_device(struct arena *a);

/*
 * Opens a model, or only reads its header (open->inspect). On failure *ret_outcome is the outcome
 * to record: LOAD_FAILED or OUT_OF_MEMORY. The caller owns *ret_engine (engine_close).
 */
int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err) MUST_USE;
void engine_close(struct engine *e);

/* Renders the prompt and builds the label trie. Ends the pass before. */
int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err) MUST_USE;

/*
 * Accepts as many of the texts as fit, and computes the shared prefix if needed. On failure
 * *ret_outcome is the outcome to record: ENGINE_ERROR or OUT_OF_MEMORY.
 */
int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err) MUST_USE;

/*
 * Loads or computes one part of the shared prefix, after a wave with `prefix_later`. A state that
 * does not fit is computed instead. Engines without parts fail.
 */
int engine_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, enum outcome *ret_outcome,
		  struct err *err) MUST_USE;

/*
 * Answers one ticket of the wave. A failure of this ticket is an outcome in ret_answer. If the
 * call fails, that outcome still counts unless it is OK.
 */
int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err) MUST_USE;

/*
 * Answers all n tickets of the wave, in order and batched if the engine can. Keeps nothing for
 * reasons.
 */
int engine_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err) MUST_USE;

/*
 * Writes the opened model to the scratch folder in another type of weights. Reading only the
 * header (open->inspect) is enough for that. Reads all files of a split model.
 */
int engine_convert(struct engine *e, const struct msg_convert *convert,
		   struct msg_written *ret_written, struct err *err) MUST_USE;

/*
 * Trains the weights for one epoch, with the prompt of the pass. The model must be open as
 * trainable. Later answers come from the changed weights.
 */
int engine_train(struct engine *e, struct arena *a, const struct msg_train *train, step_done *step,
		 void *ctx, struct msg_trained *ret_trained, struct err *err) MUST_USE;

/* Writes the current weights behind the header of the opened file. */
int engine_save(struct engine *e, const struct msg_save *save, struct msg_written *ret_written,
		struct err *err) MUST_USE;

/* Writes the rationales of all answered tickets of the wave. */
int engine_reasons(struct engine *e, struct arena *a, reason_done *done, void *ctx,
		   struct msg_reasons_done *ret_done, struct err *err) MUST_USE;

#endif

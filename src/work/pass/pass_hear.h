/*
 * What the worker of a pass says, one word at a time: waited for, decoded, and checked against
 * what was asked. Internal to the pass.
 */
#ifndef WORK_PASS_PASS_HEAR_H
#define WORK_PASS_PASS_HEAR_H

#include "work/pass/pass.h"

/* A message from the worker, decoded. */
struct word {
	enum message_type type;
	union {
		struct msg_opened opened;
		struct msg_failed failed;
		struct msg_pass_ready pass_ready;
		struct msg_wave_ready wave_ready;
		struct answer answer;
		struct reason reason;
		struct msg_reasons_done reasons_done;
	} as;
};

/* What waiting for a word brought. */
enum heard { HEARD, HEARD_FAILURE, HEARD_STOP };

/* Notes why something failed: the outcome of what was asked. */
void pass_failed(struct pass *p, enum outcome outcome, const char *detail);

/* Ends the worker, and notes what of. */
void pass_worker_gone(struct pass *p, enum outcome outcome, const char *detail);

/*
 * Waits for the next word, at most timeout_us. Where it does not come, the worker is gone or said
 * that it failed, and p->failure says why; HEARD_STOP: somebody wants no more. `impatient`: no
 * answer is at stake, so that one Ctrl-C is enough.
 */
enum heard pass_hear(struct pass *p, struct arena *a, int64_t timeout_us, bool impatient,
		     struct word *ret);

/* As pass_hear(), for the one type of message that may come now. */
enum heard pass_hear_type(struct pass *p, struct arena *a, int64_t timeout_us,
			  enum message_type type, struct word *ret);

#endif

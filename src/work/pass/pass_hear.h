/*
 * Receives the worker's messages, one at a time: waits, decodes, and checks them against what was
 * asked. Internal to the pass.
 */
#ifndef WORK_PASS_PASS_HEAR_H
#define WORK_PASS_PASS_HEAR_H

#include "work/pass/pass.h"

/* A decoded message from the worker. */
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

/* How waiting for a message ended. */
enum heard { HEARD, HEARD_FAILURE, HEARD_STOP };

/* Notes why a request failed. */
void pass_failed(struct pass *p, enum outcome outcome, const char *detail);

/* Ends the worker and notes why. */
void pass_worker_gone(struct pass *p, enum outcome outcome, const char *detail);

/*
 * Waits at most timeout_us for the next message. HEARD_FAILURE: the worker is gone or reported a
 * failure, and p->failure says why. HEARD_STOP: the user or a budget ends the pass. `impatient`: no
 * answer would be lost, so one Ctrl-C is enough.
 */
enum heard pass_hear(struct pass *p, struct arena *a, int64_t timeout_us, bool impatient,
		     struct word *ret);

/* As pass_hear(), if only one type of message may come now. */
enum heard pass_hear_type(struct pass *p, struct arena *a, int64_t timeout_us,
			  enum message_type type, struct word *ret);

#endif

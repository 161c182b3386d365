/*
 * Receives the worker's messages, one at a time: waits, decodes, and checks them against what was
 * asked. Internal to the pass.
 */
#ifndef WORK_PASS_PASS_RECEIVE_H
#define WORK_PASS_PASS_RECEIVE_H

#include "work/pass/pass.h"

/* A decoded message from the worker. */
struct pass_message {
	enum message_type type;
	union {
		struct msg_opened opened;
		struct msg_failed failed;
		struct msg_pass_ready pass_ready;
		struct msg_wave_ready wave_ready;
		struct msg_prefix_ready prefix_ready;
		struct answer answer;
		struct reason reason;
		struct msg_reasons_done reasons_done;
	} as;
};

/* How a wait for a message ended. */
enum received { RECEIVED, RECEIVED_FAILURE, RECEIVED_STOP };

/* Notes why a request failed. */
void pass_failed(struct pass *p, enum outcome outcome, const char *detail);

/* Ends the worker and notes why. */
void pass_worker_gone(struct pass *p, enum outcome outcome, const char *detail);

/*
 * Waits at most timeout_us for the next message. RECEIVED_FAILURE: the worker is gone or reported
 * a failure, and p->failure says why. RECEIVED_STOP: the user or a budget ends the pass.
 * `impatient`: no answer would be lost, so one Ctrl-C is enough.
 */
enum received pass_receive(struct pass *p, struct arena *a, int64_t timeout_us, bool impatient,
			   struct pass_message *ret);

/* As pass_receive(), if only one type of message may come now. */
enum received pass_receive_type(struct pass *p, struct arena *a, int64_t timeout_us,
				enum message_type type, struct pass_message *ret);

#endif

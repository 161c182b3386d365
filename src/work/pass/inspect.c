/*
 * Starts a worker for one question: what is this model?
 */
#include <stdio.h>

#include "base/clock.h"
#include "work/pass/pass.h"

static enum outcome inspect_read_reply(struct arena *a, enum message_type type,
				       struct wire_reader *payload, struct msg_opened *ret_opened,
				       char ret_detail[PROC_DETAIL_MAX])
{
	struct msg_failed failed = { 0 };
	struct err err;

	if (type == MSG_OPENED && message_take(type, payload, a, ret_opened, &err) == 0)
		return OUTCOME_OK;
	if (type == MSG_FAILED && message_take(type, payload, a, &failed, &err) == 0 &&
	    message_failed_is_valid(&failed)) {
		snprintf(ret_detail, PROC_DETAIL_MAX, "%s", failed.text);
		return (enum outcome)failed.outcome;
	}
	snprintf(ret_detail, PROC_DETAIL_MAX, "it sent a message that makes no sense");
	return OUTCOME_CRASHED;
}

int pass_open_once(struct arena *a, const struct proc_spec *spec, const struct msg_open *open,
		   int64_t timeout_us, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		   char ret_detail[PROC_DETAIL_MAX], struct err *err)
{
	int64_t deadline_us = clock_mono_us() + timeout_us;
	struct wire_reader payload;
	struct proc_death death;
	enum message_type type;
	enum proc_event event;
	struct proc proc;

	if (proc_start(&proc, spec, err) < 0)
		return -1;
	*ret_detail = '\0';
	proc_send(&proc, MSG_OPEN, open);
	do
		event = proc_wait(&proc, deadline_us, &type, &payload, &death);
	while (event == PROC_INTERRUPTED);
	if (event == PROC_MESSAGE) {
		*ret_outcome = inspect_read_reply(a, type, &payload, ret_opened, ret_detail);
		proc_close(&proc);
	} else if (event == PROC_DIED) {
		*ret_outcome = death.outcome;
		snprintf(ret_detail, PROC_DETAIL_MAX, "%s", death.detail);
	} else {
		*ret_outcome = OUTCOME_TIMEOUT;
		snprintf(ret_detail, PROC_DETAIL_MAX, "no answer before the deadline; killed");
		proc_kill(&proc);
	}
	return 0;
}

int pass_inspect(struct arena *a, const struct proc_spec *proc, const char **paths, size_t n_paths,
		 bool measure, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		 char ret_detail[PROC_DETAIL_MAX], struct err *err)
{
	enum { INSPECT_TIMEOUT_US = 30 * 1000000 };
	const struct msg_open open = { .paths = paths,
				       .n_paths = n_paths,
				       .inspect = true,
				       .measure = measure,
				       .sandbox = proc->sandbox,
				       .n_threads = 1 };

	return pass_open_once(a, proc, &open, INSPECT_TIMEOUT_US, ret_opened, ret_outcome,
			      ret_detail, err);
}

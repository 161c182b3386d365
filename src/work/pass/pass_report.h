/*
 * What one worker's time on a pass cost and how it asked. The store keeps it as a segment
 * (store/store.h).
 */
#ifndef WORK_PASS_PASS_REPORT_H
#define WORK_PASS_PASS_REPORT_H

#include "work/machine.h"

/* Of the whole pass, or of the pass so far. */
struct pass_report {
	int64_t load_us, prefix_us, answer_us, reason_us; /* answer: phase 1, reason: phase 2 */
	int64_t n_answers, n_reasons;
	int64_t prefix_tok, prompt_tok, reason_tok; /* decoded: shared, per ticket, written */
	/* Tokens of the prefix whose state an earlier pass kept; their share of prefix_us. */
	int64_t prefix_kept_tok, prefix_load_us;
	int64_t n_ctx, n_seq;
	int64_t n_wave; /* most tickets that a wave held; 0: no wave began */
	int64_t peak_rss_bytes, cpu_us; /* of the worker */
	int64_t energy_uj; /* of the processor in answer_us and reason_us; -1: not measurable */
	const char *rendered, *template_sha256, *template_marks, *opening;
	const char *sandbox; /* its level, as text */
	const char *thinking, *probes, *server; /* as in msg_pass_ready and msg_opened */
	const char *engine_build, *device;
	struct machine_disturbance disturbance; /* the worst of the phases */
	const char *ended; /* "complete", "stopped", "budget", or the outcome that ended it */
};

#endif

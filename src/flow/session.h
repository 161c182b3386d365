/*
 * What a command that asks models holds: the job and its plan, the store and the run in it.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "flow/prepare/prepare.h"
#include "flow/progress.h"
#include "store/store.h"

/* What all candidates share that answer the tickets of one slice for a run. */
struct session {
	struct cmd *cmd;
	struct prepared prepared;
	struct store store;
	struct run_row run;
	const char *labels_json;
	bool one_at_a_time, free_mode, sandbox;
	bool race; /* stop a candidate that can no longer reach the bar */
	bool no_ladder; /* a candidate that fails is not asked again with less */
	const char *replay_of; /* name of the run that is asked again; NULL: replies are reused */
	const struct pass_row **replayed; /* its passes: templates are told their dates again */
	size_t n_replayed;
	int64_t timeout_us;
	int64_t deadline_us; /* clock_mono_us, 0: none */
	struct progress progress;
};

#endif

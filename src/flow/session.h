/*
 * The state of a command that asks models: job, plan, store and run.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "flow/events/run_events.h"
#include "flow/prepare/prepare.h"
#include "store/store.h"

/* What the candidates of a run share while they answer one slice. */
struct session {
	struct cmd *cmd;
	struct prepared prepared;
	struct store store;
	struct run_row run;
	const char *labels_json;
	bool one_at_a_time, free_mode, sandbox;
	bool race; /* stop a candidate that can no longer reach the bar */
	bool first; /* stop the run at the first candidate that scores the bar */
	bool shows_results; /* print each candidate's score as soon as it has answered */
	bool adds; /* the tickets are a part of the run's: their score decides nothing by itself */
	bool no_ladder; /* take no step down the ladder */
	bool no_quotes; /* an encoder's evidence names known texts and quotes none */
	const struct columns *columns; /* of the tickets, beside the job's; NULL: none */
	const char *name_option; /* names the run, and the command did not give it; NULL: it did */
	bool left_out; /* tickets or reasons were not asked, because the session was stopped */
	const char *replay_of; /* run that is asked again; NULL: stored replies are reused */
	const struct pass_row **replayed; /* its passes, whose dates templates get again */
	size_t n_replayed;
	int64_t timeout_us;
	int64_t deadline_us; /* clock_mono_us, 0: none */
	struct run_events events;
};

#endif

/*
 * One candidate of a run under way: its pass in the store, its worker, its replies as they come.
 * Decides what is still to be asked, and what of a finished pass can be used again.
 */
#ifndef CMD_TRACK_H
#define CMD_TRACK_H

#include "cmd/prepare.h"
#include "cmd/progress.h"
#include "store/store.h"
#include "work/pass.h"

/* What all candidates of a run share. */
struct smoke {
	struct cmd *cmd;
	struct prepared prepared;
	struct store store;
	struct run_row run;
	const char *labels_json;
	bool one_at_a_time, free_mode, sandbox;
	int64_t timeout_us;
	int64_t deadline_us; /* clock_mono_us, 0: none */
	struct progress progress;
};

struct track {
	struct smoke *smoke;
	const struct candidate *candidate;
	size_t no; /* place in the plan, from 1 */
	int64_t pass_id;
	struct pass_item *items;
	size_t n_items;
	size_t n_answered, n_reasoned, n_right; /* on record, counting up as replies come */
	struct pass pass;
	bool begun; /* a worker was started for it in this session */
	bool in_memory; /* and is still there */
	int64_t started_us; /* wall clock */
};

/* Makes the pass and candidate rows, and reads what is there already. */
int track_open(struct track *t, struct smoke *smoke, const struct candidate *candidate, size_t no,
	       struct err *err) MUST_USE;

/* Phase 1; nothing to do where every reply is on record. */
int track_answers(struct track *t, struct err *err) MUST_USE;

/* Phase 2, the end of the worker, and the segment row. */
int track_finish(struct track *t, struct err *err) MUST_USE;

/* Ends the worker where an error left it. */
void track_close(struct track *t);

#endif

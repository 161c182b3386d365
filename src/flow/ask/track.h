/*
 * One candidate of a run under way: its pass in the store, its worker, its replies as they come.
 * Decides what is still to be asked, and what of a finished pass can be used again.
 */
#ifndef FLOW_ASK_TRACK_H
#define FLOW_ASK_TRACK_H

#include "flow/ask/ladder.h"
#include "flow/session.h"
#include "work/pass/pass.h"

struct track {
	struct session *session;
	const struct candidate *candidate;
	size_t no; /* place in the plan, from 1 */
	int64_t pass_id;
	struct pass_row pass_row; /* as it is in the store */
	struct pass_item *items;
	size_t n_items;
	size_t n_answered, n_reasoned, n_right; /* on record, counting up as replies come */
	size_t n_ok; /* answers that are none of the failures */
	struct ladder_limits limits; /* of its pass */
	bool given_up_said;
	bool follows; /* its limits are another track's: it takes no step by itself */
	struct ladder_watch watch;
	struct ladder_facts facts; /* as far as they are on record */
	const char *device;
	bool device_gone; /* the run was on another one, which cannot be found any more */
	struct pass pass;
	bool changed; /* its model file is another one since: nothing more is kept */
	bool begun; /* a worker was started for it in this session */
	bool in_memory; /* and is still there */
	int64_t started_us; /* wall clock */
};

/* What the engine is that a model is for, from its worker's own first word. */
int track_engine(const struct session *s, const struct model *model, const char **ret_build,
		 const char **ret_device, struct err *err) MUST_USE;

/*
 * How a worker is started and asked, for a candidate with the settings of a pass; whatever device
 * it then finds. Borrows from the session and the row.
 */
int track_settings(struct session *s, const struct candidate *c, const struct pass_row *row,
		   struct pass_settings *ret, struct err *err) MUST_USE;

/*
 * Makes the pass and candidate rows, and reads what is there already. limits NULL: where the
 * candidate stands on the ladder in this run, or in the run that is replayed; at first, on top.
 */
int track_open(struct track *t, struct session *session, const struct candidate *candidate,
	       size_t no, const struct ladder_limits *limits, struct err *err) MUST_USE;

/* Whether rationales are written for what it answers. */
bool track_wants_reasons(const struct track *t);

/* Whether --race has stopped it: even with all the rest right it would miss the bar. */
bool track_raced(const struct track *t);

/* Whether its replies call for a step down the ladder, and there is one. */
bool track_steps_down(const struct track *t, struct ladder_limits *ret_next);

/* Whether they call for one, and there is none. */
bool track_is_given_up(const struct track *t);

/* Phase 1; nothing to do where every reply is on record. */
int track_answers(struct track *t, struct err *err) MUST_USE;

/* Phase 2, the end of the worker, and the segment row. */
int track_finish(struct track *t, struct err *err) MUST_USE;

/* Ends the worker where an error left it. */
void track_close(struct track *t);

#endif

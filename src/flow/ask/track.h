/*
 * The progress of a pass: one candidate, its pass in the store, its worker, its replies as they
 * arrive. Decides what is still to be asked and what of a stored pass is reused.
 */
#ifndef FLOW_ASK_TRACK_H
#define FLOW_ASK_TRACK_H

#include "flow/ask/held.h"
#include "flow/ask/ladder.h"
#include "flow/prepare/encoders.h"
#include "flow/session.h"
#include "work/pass/pass.h"

struct track {
	struct session *session;
	const struct candidate *candidate;
	const struct encoder *encoder; /* NULL if its model is none */
	size_t no; /* place in the plan, from 1 */
	int64_t pass_id;
	struct pass_row pass_row; /* as it is in the store */
	struct pass_item *items;
	size_t n_items;
	size_t n_answered, n_reasoned, n_right; /* stored so far */
	size_t n_replies; /* stored answers that came from the candidate */
	struct held held; /* failures before the first of them */
	struct ladder_limits limits; /* of its pass */
	bool given_up_said, not_measured_said;
	struct ladder_watch watch;
	struct ladder_facts facts; /* of earlier sessions */
	bool device_gone; /* the run's device is missing now */
	struct pass pass;
	bool changed; /* its model file was changed: nothing more is stored */
	bool begun; /* a worker was started in this session */
	bool in_memory; /* and is still running */
	int64_t started_us; /* wall clock */
};

/* Build and device of the model's engine, as its worker reports them at start. */
int track_engine(const struct session *s, const struct model *model, const char **ret_build,
		 const char **ret_device, struct err *err) MUST_USE;

/*
 * The i-th ticket as a pass is given it: nothing is answered yet. Its image is relative to the
 * folder of the file `beside`.
 */
struct pass_item track_item(struct arena *a, const struct ticket *ticket, size_t i,
			    const char *beside);

/* Fills in the labels as the model sees them: by name, or by letter if the pass has letters. */
void track_fill_labels(struct arena *a, const struct job *job, struct msg_pass *pass);

/*
 * How a worker is started and asked, for a candidate with the settings of a pass. The device is
 * not fixed. Borrows from the session and the row.
 */
int track_settings(struct session *s, const struct candidate *c, const struct pass_row *row,
		   struct pass_settings *ret, struct err *err) MUST_USE;

/*
 * Finds or makes the pass, stores the candidate's row, and reads the replies so far. limits NULL:
 * those that the candidate had last in this run or in the run that is replayed.
 */
int track_open(struct track *t, struct session *session, const struct candidate *candidate,
	       size_t no, const struct ladder_limits *limits, struct err *err) MUST_USE;

/* Stores the candidate's row before anything is asked: it is planned, even if it is never tried. */
int track_declare(struct session *session, const struct candidate *candidate, size_t no,
		  struct err *err) MUST_USE;

/* Whether the candidate writes rationales, or is an encoder with evidence in their place. */
bool track_wants_reasons(const struct track *t);

/* Whether the session's time budget is used up. */
bool track_budget_is_used(const struct session *s);

/* Whether --race stops it: even if all the rest were right, it would miss the bar. */
bool track_raced(const struct track *t);

/* Whether it can be the pick: it answered every ticket, scored the bar, and may be used. */
bool track_can_be_picked(const struct track *t);

/* Whether every ticket failed before the candidate said anything: nothing is stored of it. */
bool track_is_not_measured(const struct track *t);

/* Whether its replies call for a step down the ladder and one is left. */
bool track_steps_down(const struct track *t, struct ladder_limits *ret_next);

/* Whether they call for a step and none is left. */
bool track_is_given_up(const struct track *t);

/* Phase 1, the answers. Does nothing if every reply is stored. */
int track_answers(struct track *t, struct err *err) MUST_USE;

/* Phase 2, the reasons; then ends the worker and stores the segment. */
int track_finish(struct track *t, struct err *err) MUST_USE;

/* Ends a worker that an error left running. */
void track_close(struct track *t);

#endif

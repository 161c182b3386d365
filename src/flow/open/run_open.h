/*
 * Opens or resumes a named run in its store. Decides what may be resumed: only a run with the same
 * job, tickets and mode.
 */
#ifndef FLOW_OPEN_RUN_OPEN_H
#define FLOW_OPEN_RUN_OPEN_H

#include "flow/session.h"

struct run_names {
	const char *name; /* NULL: the first free KIND-N */
	enum run_kind kind;
	const char *parent; /* name of that other run, or "" */
	const char *redaction; /* what privacy_check() found in the tickets */
};

/*
 * Opens the store for writing, and makes or finds the run. Fills s->store, s->run and
 * s->labels_json from s->prepared.
 */
int run_open(struct session *s, const struct run_names *names, const char *store_path) MUST_USE;

/* The job's labels as a run keeps them. Owned by the arena. */
const char *run_labels_json(struct arena *a, const struct job *job);

/* As run_open(), in a store that is open already. */
int run_begin(struct session *s, const struct run_names *names) MUST_USE;

#endif

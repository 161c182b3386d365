/*
 * What a session planned, as the run keeps it: who is asked which tickets, and the command that
 * goes on. Without it, a stopped run could not say what it left out.
 */
#ifndef FLOW_RUN_PLAN_H
#define FLOW_RUN_PLAN_H

#include "flow/session.h"

struct run_plan {
	const char *tickets; /* sha256 of the slice */
	const char **names; /* of the candidates that were to be asked, in the plan's order */
	size_t n;
	bool first; /* --first: the larger ones only if no smaller one scores the bar */
	const char *command; /* as it was typed, with the run's name; "" if unknown */
	const char *options; /* that it gave, as JSON by their names; NULL if unknown */
	const char *folder; /* in which it was typed */
	struct columns columns; /* by which it read the tickets, beside the job's */
};

/* Stores the session's plan as an event of its run, unless it is the newest one already. */
int run_plan_store(struct session *s, struct err *err) MUST_USE;

/* The newest plan about this slice among the events. False if there is none. */
bool run_plan_find(struct arena *a, const struct event_row *events, size_t n_events,
		   const char *slice_sha256, struct run_plan *ret_plan);

bool run_plan_has(const struct run_plan *plan, const char *name);

/* The command as it runs from the present folder; NULL if it is unknown. */
const char *run_plan_command(struct arena *a, const struct run_plan *plan);

#endif

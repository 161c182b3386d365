/*
 * The live lines of a run on the terminal of standard error: a line for each candidate, smallest
 * first, and one for the whole. Decides what is on them and which are left out if the terminal is
 * small; must not know how lines are redrawn (flow/say/status.h).
 */
#ifndef FLOW_EVENTS_LIVE_H
#define FLOW_EVENTS_LIVE_H

#include "flow/events/run_events.h"
#include "flow/say/status.h"

/* Draws the lines if it is time to, or a candidate's state has changed. */
void live_take(const struct run_events *e, const struct run_event *event);

/* The lines themselves, for a terminal of this size. Owned by the arena. */
const char **live_lines(struct arena *a, const struct run_events *e, struct status_room room,
			size_t *ret_n);

#endif

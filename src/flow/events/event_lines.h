/*
 * The events of a run as JSON Lines, for other programs (docs/events.md). Decides the fields, which
 * are stable within a version, and where they go; must not know the texts of tickets.
 */
#ifndef FLOW_EVENTS_EVENT_LINES_H
#define FLOW_EVENTS_EVENT_LINES_H

#include <stdio.h>

#include "base/err.h"
#include "flow/cmd.h"
#include "flow/events/run_events.h"

/* Raised if a field changes its meaning or goes; new fields do not raise it. */
enum { EVENT_LINES_VERSION = 1 };

struct event_lines {
	const char *path; /* as the user gave it */
	FILE *out;
	bool failed; /* a line could not be written; no more are */
	int64_t progress_us; /* clock_mono_us of the newest progress event */
};

/*
 * Opens `path`: a stream ("-" is standard output), or a file, to which lines are added. NULL path:
 * *ret_lines is NULL. Fails with ERR_INPUT, or ERR_USAGE if `json` needs standard output too.
 */
int event_lines_open(struct cmd *cmd, const char *path, bool json,
		     struct event_lines **ret_lines) MUST_USE;

/* Writes the event at once. If that fails, says so once: the run goes on. */
void event_lines_take(struct event_lines *lines, const struct run_events *e,
		      const struct run_event *event);

/*
 * How far a part of the work is: `what` is a plural. left_us -1: unknown. At most five times a
 * second, but always the last. NULL lines: does nothing.
 */
struct event_progress {
	const char *what;
	size_t done, total;
	int64_t left_us;
};
void event_lines_progress(struct event_lines *lines, const struct event_progress *progress);

/* Do the lines fill standard output? Then the result is not printed there. NULL: no. */
bool event_lines_fill_stdout(const struct event_lines *lines);

void event_lines_close(struct event_lines *lines);

#endif

/*
 * One kind of work on the status line (flow/say/status.h), and as events: how much is done, and the
 * time that is left.
 */
#ifndef FLOW_SAY_PROGRESS_H
#define FLOW_SAY_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct event_lines;

struct progress {
	const char *what; /* borrowed until the next progress_begin() */
	int64_t start_us; /* clock_mono_us */
	struct event_lines *lines; /* for other programs; NULL: none */
};

/* `what` is a plural, such as "texts for model.gguf". */
void progress_begin(struct progress *p, const char *what, struct event_lines *lines);

/* "WHAT: 12 of 60, about 20 s left" */
void progress_show(const struct progress *p, size_t done, size_t total);

/* What is left at the pace since start_us, when nothing was done yet; -1: there is no pace. */
int64_t progress_left_us(double done, double total, int64_t start_us);

/* The same as ", about 20 s left"; "" if there is no pace, or nothing left. Owned by the arena. */
const char *progress_left(struct arena *a, double done, double total, int64_t start_us);

#endif

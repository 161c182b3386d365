/*
 * One kind of work on the status line (flow/status.h): how much is done, and the time that is left.
 */
#ifndef FLOW_PROGRESS_H
#define FLOW_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct progress {
	const char *what; /* borrowed until the next progress_begin() */
	int64_t start_us; /* clock_mono_us */
};

/* `what` is a plural, such as "texts for model.gguf". */
void progress_begin(struct progress *p, const char *what);

/* "WHAT: 12 of 60, about 20 s left" */
void progress_show(const struct progress *p, size_t done, size_t total);

/*
 * ", about 20 s left": what is left at the pace since start_us, when nothing was done yet. "" if
 * there is no pace, or nothing left. Owned by the arena.
 */
const char *progress_left(struct arena *a, double done, double total, int64_t start_us);

#endif

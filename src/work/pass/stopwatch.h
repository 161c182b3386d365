/*
 * One stretch of a worker's active time: how long it took and how much energy it used. Phases are
 * sums of stretches, so that what lies between them (loading, the shared prefix) does not count.
 */
#ifndef WORK_PASS_STOPWATCH_H
#define WORK_PASS_STOPWATCH_H

#include "work/machine.h"

struct stopwatch {
	int64_t start_us;
	bool with_energy;
	struct machine_energy energy;
};

/* with_energy: reading the counters is left out where they are known to be of no use. */
void stopwatch_begin(struct stopwatch *s, bool with_energy);

/*
 * Returns the length in microseconds. Adds the energy to *sum_uj, in microjoules; a sum that lacks
 * a stretch is none, and becomes and stays -1.
 */
int64_t stopwatch_end(const struct stopwatch *s, int64_t *sum_uj);

/* What a sum starts from: 0, or -1 where this machine does not tell. */
int64_t stopwatch_no_energy(void);

#endif

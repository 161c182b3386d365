/*
 * Measures an interval of a worker's active time: its length and the energy used. A phase is the
 * sum of its intervals, without what lies between them (loading, the shared prefix).
 */
#ifndef WORK_PASS_STOPWATCH_H
#define WORK_PASS_STOPWATCH_H

#include "work/machine.h"

struct stopwatch {
	int64_t start_us;
	bool with_energy;
	struct machine_energy energy;
};

/* with_energy: pass false if the energy counters are not available, to save reading them. */
void stopwatch_begin(struct stopwatch *s, bool with_energy);

/*
 * Returns the length in microseconds. Adds the energy to *sum_uj, in microjoules. If the energy of
 * one interval is missing, the sum becomes and stays -1.
 */
int64_t stopwatch_end(const struct stopwatch *s, int64_t *sum_uj);

/* The start of such a sum: 0, or -1 if this machine does not report energy. */
int64_t stopwatch_no_energy(void);

#endif

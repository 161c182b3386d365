/*
 * Whether a pass had the machine to itself while it was timed: other work, memory pressure, a
 * clock that changed, sleep. Decides from which amount on a timing is not to be compared. Must not
 * know what was timed. What a system does not tell disturbs nothing, and is kept as not told.
 */
#ifndef WORK_PASS_DISTURBANCE_H
#define WORK_PASS_DISTURBANCE_H

#include "work/machine.h"

struct disturbance_reading {
	struct machine_load load;
	int64_t own_cpu_us; /* that this program and its worker have used so far */
	int64_t stall_us; /* that somebody waited for memory, since the start; -1: not told */
	int64_t major_faults; /* of all processes since the start; -1: not told */
	int64_t awake_us, boot_us; /* clocks that stop and that go on while the machine sleeps */
};

/* Nothing was seen yet. */
struct machine_disturbance disturbance_begin(void);

/* Pressure comes from Linux's /proc/pressure/memory, faults from /proc/vmstat. */
void disturbance_read(int64_t own_cpu_us, struct disturbance_reading *ret);

/* Adds what happened between two readings: the worst of all stretches stays. Pure. */
void disturbance_add(struct machine_disturbance *worst, const struct disturbance_reading *before,
		     const struct disturbance_reading *after);

/*
 * The clock of the fastest processor now, in kHz, from ROOT/cpuN/cpufreq/scaling_cur_freq; 0 where
 * it is not told. To be read while the worker is warm: an idle processor clocks down.
 */
#define DISTURBANCE_CPUS "/sys/devices/system/cpu"
int64_t disturbance_khz(const char *root);

/* Adds one reading of the clock; 0 says nothing. Pure. */
void disturbance_add_khz(struct machine_disturbance *worst, int64_t khz);

#endif

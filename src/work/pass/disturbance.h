/*
 * Detects if other work, memory pressure, a changed clock or sleep disturbed a pass while it was
 * timed. Decides from which amount on its timing is not comparable. Must not know what was timed.
 * What the system does not report counts as no disturbance, and is stored as not reported.
 */
#ifndef WORK_PASS_DISTURBANCE_H
#define WORK_PASS_DISTURBANCE_H

#include "work/machine.h"

struct disturbance_reading {
	struct machine_load load;
	int64_t own_cpu_us; /* used by this program and its worker so far */
	int64_t stall_us; /* time in which a process waited for memory; -1: not reported */
	int64_t major_faults; /* of all processes; -1: not reported */
	int64_t awake_us, boot_us; /* clocks without and with the time that the machine slept */
};

/* No disturbance so far. */
struct machine_disturbance disturbance_begin(void);

/* Pressure comes from Linux's /proc/pressure/memory, faults from /proc/vmstat. */
void disturbance_read(int64_t own_cpu_us, struct disturbance_reading *ret);

/* Adds what happened between two readings; the worst values are kept. Pure. */
void disturbance_add(struct machine_disturbance *worst, const struct disturbance_reading *before,
		     const struct disturbance_reading *after);

/*
 * The present clock of the fastest processor, in kHz, from ROOT/cpuN/cpufreq/scaling_cur_freq; 0 if
 * it is not reported. Read it while the worker computes: an idle processor clocks down.
 */
#define DISTURBANCE_CPUS "/sys/devices/system/cpu"
int64_t disturbance_khz(const char *root);

/* Adds one reading of the clock; ignores 0. Pure. */
void disturbance_add_khz(struct machine_disturbance *worst, int64_t khz);

#endif

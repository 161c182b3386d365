/*
 * Compares counters before and after, and holds the thresholds for a disturbance.
 */
#include "work/pass/disturbance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/*
 * Memory pressure: a machine with enough memory shows none, so one percent of the time is a lot. If
 * the system reports only faults, this many a second mean that a disk is busy.
 */
static const double MAX_STALL_PERCENT = 1.0;
static const double MAX_FAULTS_PER_S = 100.0;
enum { MIN_STALL_US = 50000, MIN_FAULTS = 200 };

/* A processor that runs below this share of its highest clock is throttled. */
static const double MIN_CLOCK_SHARE = 0.85;

/* Less may be the time between the readings of the two clocks. */
enum { MIN_SUSPENDED_US = 100000 };

struct machine_disturbance disturbance_begin(void)
{
	return (struct machine_disturbance){ .stall_percent = -1, .major_faults = -1 };
}

/* The number behind a key at the start of a word in a kernel file; -1 if there is none. */
static int64_t disturbance_number_in(const char *path, const char *key)
{
	FILE *f = fopen(path, "re");
	char line[256];
	int64_t value = -1;

	while (f && value < 0 && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, key);

		if (at && (at == line || at[-1] == ' '))
			value = strtoll(at + strlen(key), NULL, 10);
	}
	if (f)
		fclose(f);
	return value;
}

void disturbance_read(int64_t own_cpu_us, struct disturbance_reading *ret)
{
	*ret = (struct disturbance_reading){ .own_cpu_us = own_cpu_us };
	machine_load_read(&ret->load);
	ret->stall_us = disturbance_number_in("/proc/pressure/memory", "total=");
	ret->major_faults = disturbance_number_in("/proc/vmstat", "pgmajfault ");
	ret->awake_us = clock_read_us(CLOCK_MONOTONIC);
#ifdef CLOCK_BOOTTIME
	ret->boot_us = clock_read_us(CLOCK_BOOTTIME);
#else
	ret->boot_us = ret->awake_us;
#endif
}

/* True if memory was short, as far as the system reports it. */
static bool disturbance_add_pressure(struct machine_disturbance *worst,
				     const struct disturbance_reading *before,
				     const struct disturbance_reading *after, int64_t us)
{
	int64_t faults = after->major_faults - before->major_faults;
	int64_t stall_us = after->stall_us - before->stall_us;
	double percent = 100.0 * (double)stall_us / (double)us;

	if (before->major_faults >= 0 && faults >= 0)
		worst->major_faults = (worst->major_faults > 0 ? worst->major_faults : 0) + faults;
	if (before->stall_us < 0 || stall_us < 0)
		return before->major_faults >= 0 && faults >= MIN_FAULTS &&
		       (double)faults * 1e6 / (double)us > MAX_FAULTS_PER_S;
	if (percent > worst->stall_percent)
		worst->stall_percent = percent;
	return percent > MAX_STALL_PERCENT && stall_us >= MIN_STALL_US;
}

void disturbance_add(struct machine_disturbance *worst, const struct disturbance_reading *before,
		     const struct disturbance_reading *after)
{
	int64_t awake_us = after->awake_us - before->awake_us;
	int64_t slept_us = after->boot_us - before->boot_us - awake_us;
	struct machine_disturbance now;

	machine_load_compare(&before->load, &after->load, after->own_cpu_us - before->own_cpu_us,
			     &now);
	if (now.steal_percent > worst->steal_percent)
		worst->steal_percent = now.steal_percent;
	if (now.other_busy_percent > worst->other_busy_percent)
		worst->other_busy_percent = now.other_busy_percent;
	worst->load_average = now.load_average;
	worst->disturbed |= now.disturbed;
	if (awake_us > 0 && disturbance_add_pressure(worst, before, after, awake_us))
		worst->disturbed = true;
	if (slept_us >= MIN_SUSPENDED_US) {
		worst->suspended_us += slept_us;
		worst->disturbed = true;
	}
}

int64_t disturbance_khz(const char *root)
{
	enum { MAX_CPUS = 256 };
	int64_t fastest = 0;

	for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
		char path[1200];
		int64_t khz;

		snprintf(path, sizeof(path), "%s/cpu%d/cpufreq/scaling_cur_freq", root, cpu);
		khz = disturbance_number_in(path, "");
		if (khz < 0)
			break;
		if (khz > fastest)
			fastest = khz;
	}
	return fastest;
}

void disturbance_add_khz(struct machine_disturbance *worst, int64_t khz)
{
	if (khz <= 0)
		return;
	if (worst->min_khz == 0 || khz < worst->min_khz)
		worst->min_khz = khz;
	if (khz > worst->max_khz)
		worst->max_khz = khz;
	if ((double)worst->min_khz < MIN_CLOCK_SHARE * (double)worst->max_khz)
		worst->disturbed = true;
}

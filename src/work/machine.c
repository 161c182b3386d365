/*
 * The parts that are the same on every system: sums, thresholds, and what stands in for a value
 * that the system does not report.
 */
#include "work/machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

/*
 * The threads of an engine spin while they wait for one another. If another process takes one core,
 * all of them wait and the speed falls many times over: a little is enough to spoil a timing, so
 * the thresholds are low. Below MIN_OTHER_US the kernel's ticks of 10 ms are too coarse.
 */
static const double MAX_OTHER_PERCENT = 5.0;
static const double MAX_STEAL_PERCENT = 2.0;
enum { MIN_OTHER_US = 50000 };

void machine_load_compare(const struct machine_load *before, const struct machine_load *after,
			  int64_t own_cpu_us, struct machine_disturbance *ret)
{
	int64_t total_us = after->total_us - before->total_us;
	int64_t steal_us = after->steal_us - before->steal_us;
	int64_t other_us = after->busy_us - before->busy_us - own_cpu_us;

	memset(ret, 0, sizeof(*ret));
	ret->load_average = after->load_average;
	if (total_us <= 0)
		return;
	if (other_us < 0)
		other_us = 0;
	if (steal_us < 0)
		steal_us = 0;
	ret->steal_percent = 100.0 * (double)steal_us / (double)total_us;
	ret->other_busy_percent = 100.0 * (double)other_us / (double)total_us;
	ret->disturbed = (ret->steal_percent > MAX_STEAL_PERCENT && steal_us >= MIN_OTHER_US) ||
			 (ret->other_busy_percent > MAX_OTHER_PERCENT && other_us >= MIN_OTHER_US);
}

int64_t machine_energy_uj(const struct machine_energy *before, const struct machine_energy *after)
{
	int64_t sum_uj = 0;

	if (before->n == 0 || before->n != after->n)
		return -1;
	for (int i = 0; i < before->n; i++) {
		int64_t used_uj = after->used_uj[i] - before->used_uj[i];

		if (used_uj < 0)
			used_uj += after->range_uj[i];
		if (used_uj < 0)
			return -1;
		sum_uj += used_uj;
	}
	return sum_uj;
}

int64_t machine_cpu_us(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) < 0)
		return 0;
	return ((int64_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
	       used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static void machine_name_unknown(char *text, size_t size)
{
	if (!*text)
		snprintf(text, size, "unknown");
}

void machine_get(struct machine *ret)
{
	struct utsname name;
	size_t used;

	memset(ret, 0, sizeof(*ret));
	machine_read_system(ret);
	if (uname(&name) == 0) {
		snprintf(ret->host, sizeof(ret->host), "%s", name.nodename);
		used = strlen(ret->os);
		snprintf(ret->os + used, sizeof(ret->os) - used, "%s%s %s %s", used ? ", " : "",
			 name.sysname, name.release, name.machine);
	}
	machine_name_unknown(ret->host, sizeof(ret->host));
	machine_name_unknown(ret->os, sizeof(ret->os));
	machine_name_unknown(ret->cpu, sizeof(ret->cpu));
	if (ret->memory_bytes < 0)
		ret->memory_bytes = 0;
	if (ret->memory_available_bytes < 0)
		ret->memory_available_bytes = 0;
	if (ret->n_cores < 1)
		ret->n_cores = 1;
	if (ret->n_threads < ret->n_cores)
		ret->n_threads = ret->n_cores;
}

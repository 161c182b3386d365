/*
 * Questions about the machine: what it is, what this process used of it, and whether somebody
 * else used it meanwhile, since timings taken beside other work are not comparable.
 * Knows nothing of models. Numbers that a system does not tell are 0, texts are "unknown".
 */
#ifndef WORK_MACHINE_H
#define WORK_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct machine {
	char host[128], os[256], cpu[128];
	/* What this process may use: its CPU affinity, cut by the container's quota, at least 1. */
	int64_t n_cores; /* physical cores: threads that share a core count once */
	int64_t n_threads; /* logical processors */
	/* Of the machine, or of the container where its limit is lower. */
	int64_t memory_bytes, memory_available_bytes;
};

void machine_get(struct machine *ret);

/* One reading of the machine's clocks of work; all processors together. */
struct machine_load {
	int64_t busy_us; /* user, nice, system, interrupts */
	int64_t steal_us; /* taken by other virtual machines */
	int64_t total_us; /* the two above and idle; 0 where the system does not tell */
	double load_average; /* over one minute */
};

void machine_load_read(struct machine_load *ret);

struct machine_disturbance {
	double steal_percent, other_busy_percent; /* of the whole machine's time in between */
	double load_average; /* at the second reading */
	/* Filled by work/pass/disturbance.c: */
	double stall_percent; /* of the time, somebody waited for memory; -1: not told */
	int64_t major_faults; /* pages that had to be read from disk, by anybody; -1: not told */
	int64_t min_khz, max_khz; /* of the fastest processor while at work; 0: not told */
	int64_t suspended_us; /* the machine slept for so long */
	bool disturbed;
};

/* Between two readings; own_cpu_us is what this program and its workers used of it. Pure. */
void machine_load_compare(const struct machine_load *before, const struct machine_load *after,
			  int64_t own_cpu_us, struct machine_disturbance *ret);

/* One reading of the energy counters of all processor packages. */
enum { MACHINE_MAX_PACKAGES = 64 };
struct machine_energy {
	int n; /* packages; 0 where there are none, or not all can be read */
	int64_t used_uj[MACHINE_MAX_PACKAGES]; /* microjoules; back to 0 after the range */
	int64_t range_uj[MACHINE_MAX_PACKAGES];
};

/*
 * Linux's powercap counters ("RAPL", Intel and AMD) in the folder `root`, MACHINE_POWERCAP or a
 * test's own: root/intel-rapl:N/{name,energy_uj,max_energy_range_uj}. Since 2020 most systems
 * let only root read them. Packages alone count: other zones are parts of one, or hold several.
 */
#define MACHINE_POWERCAP "/sys/class/powercap"
void machine_energy_read(const char *root, struct machine_energy *ret);

/*
 * Microjoules between two readings, of everything that ran meanwhile; -1 where that cannot be
 * told. A counter may have wrapped once: at full power that takes minutes at least. Pure.
 */
int64_t machine_energy_uj(const struct machine_energy *before, const struct machine_energy *after);

/* Of this process: the most memory it ever held, and its CPU time, user and system. */
int64_t machine_peak_rss_bytes(void);
int64_t machine_cpu_us(void);

/* CPU time of another process and its threads so far; 0 where the system does not tell. */
int64_t machine_process_cpu_us(pid_t pid);

#endif

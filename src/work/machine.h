/*
 * The machine: its hardware, what this process used of it, and what others used meanwhile, since
 * timings beside other work are not comparable. Knows nothing of models. A number that the system
 * does not report is 0, a text "unknown".
 */
#ifndef WORK_MACHINE_H
#define WORK_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct machine {
	char host[128], os[256], cpu[128];
	/* What this process may use: CPU affinity and the container's quota; at least 1. */
	int64_t n_cores; /* physical cores: threads that share a core count once */
	int64_t n_threads; /* logical processors */
	/* Of the machine, or of the container if its limit is lower. */
	int64_t memory_bytes, memory_available_bytes;
};

void machine_get(struct machine *ret);

/* The part of machine_get() that differs between systems (machine_linux.c, machine_other.c). */
void machine_read_system(struct machine *ret);

/* The busy and idle time of all processors together, since the machine started. */
struct machine_load {
	int64_t busy_us; /* user, nice, system, interrupts */
	int64_t steal_us; /* taken by other virtual machines */
	int64_t total_us; /* the two above and idle; 0 if the system does not report it */
	double load_average; /* of the last minute */
};

void machine_load_read(struct machine_load *ret);

struct machine_disturbance {
	double steal_percent, other_busy_percent; /* of the machine's time between the readings */
	double load_average; /* at the second reading */
	/* Filled by work/pass/disturbance.c: */
	double stall_percent; /* time in which a process waited for memory; -1: not reported */
	int64_t major_faults; /* pages read from disk by any process; -1: not reported */
	int64_t min_khz, max_khz; /* of the fastest processor under load; 0: not reported */
	int64_t suspended_us; /* how long the machine slept */
	bool disturbed;
};

/*
 * Compares two readings. own_cpu_us is the processor time of this program and its workers between
 * them. Pure.
 */
void machine_load_compare(const struct machine_load *before, const struct machine_load *after,
			  int64_t own_cpu_us, struct machine_disturbance *ret);

/* One reading of the energy counters of all processor packages. */
enum { MACHINE_MAX_PACKAGES = 64 };
struct machine_energy {
	int n; /* packages; 0 if there are none, or some cannot be read */
	int64_t used_uj[MACHINE_MAX_PACKAGES]; /* microjoules; wraps to 0 after the range */
	int64_t range_uj[MACHINE_MAX_PACKAGES];
};

/*
 * Reads Linux's powercap counters ("RAPL", Intel and AMD) below `root`, which is MACHINE_POWERCAP
 * or the folder of a test: root/intel-rapl:N/{name,energy_uj,max_energy_range_uj}. Since 2020 most
 * systems let only root read them. Only packages count: other zones are parts or sums of them.
 */
#define MACHINE_POWERCAP "/sys/class/powercap"
void machine_energy_read(const char *root, struct machine_energy *ret);

/*
 * The microjoules that the machine used between two readings; -1 if they are not available. A
 * counter may have wrapped once: at full power that takes minutes at least. Pure.
 */
int64_t machine_energy_uj(const struct machine_energy *before, const struct machine_energy *after);

/* This process: its peak memory, and its CPU time (user and system). */
int64_t machine_peak_rss_bytes(void);
int64_t machine_cpu_us(void);

/* CPU time of another process and its threads so far; 0 if the system does not report it. */
int64_t machine_process_cpu_us(pid_t pid);

#endif

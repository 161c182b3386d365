/*
 * Reads /proc, /sys and the control groups on Linux, sysctl and Mach on macOS.
 * Allocates nothing and never fails: what cannot be read stays 0 or "unknown".
 */
#include "work/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif
#ifdef __APPLE__
#include <libproc.h>
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

/*
 * An engine's threads spin while they wait for one another: one core lost to somebody else holds
 * all of them up, and speed falls many times over. So little is needed to spoil a timing, and the
 * thresholds are low. Below MIN_OTHER_US the kernel's ticks (10 ms each) are too coarse to tell.
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

#ifdef __APPLE__

int64_t machine_process_cpu_us(pid_t pid)
{
	struct rusage_info_v2 used;

	if (proc_pid_rusage(pid, RUSAGE_INFO_V2, (rusage_info_t *)&used) != 0)
		return 0;
	return (int64_t)(used.ri_user_time + used.ri_system_time) / 1000;
}

#else

int64_t machine_process_cpu_us(pid_t pid)
{
	struct timespec ts;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

#endif

#ifdef __linux__

/* The start of a small text file, NUL-terminated. False, and "", where it cannot be read. */
static bool machine_read_text(const char *path, char *ret_text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;

	while (fd >= 0 && len < size - 1) {
		n = read(fd, ret_text + len, size - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	ret_text[len] = '\0';
	if (fd >= 0)
		close(fd);
	return len > 0;
}

/* The first line of text that starts with key: what follows the key. NULL where there is none. */
static const char *machine_after_key(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text && strncmp(text, key, len) != 0) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text ? text + len : NULL;
}

/* The number after key at a line's start, or -1. */
static int64_t machine_number_after(const char *text, const char *key)
{
	const char *at = machine_after_key(text, key);
	char *end;
	int64_t value;

	if (!at)
		return -1;
	value = strtoll(at, &end, 10);
	return end == at ? -1 : value;
}

/* A file that holds one number; -1 where it cannot be read or says "max". */
static int64_t machine_read_number(const char *path)
{
	char text[64];

	return machine_read_text(path, text, sizeof(text)) ? machine_number_after(text, "") : -1;
}

/* Copies up to the line's end, without the blanks, colons and quotes around it. */
static void machine_copy_value(const char *at, char *ret_text, size_t size)
{
	static const char around[] = " \t:\"";
	size_t len;

	at += strspn(at, around);
	len = strcspn(at, "\n");
	while (len > 0 && strchr(around, at[len - 1]))
		len--;
	snprintf(ret_text, size, "%.*s", (int)len, at);
}

/* ---- control groups */

/* The tightest limits of the groups that this process is in; -1 for none. */
struct limits {
	double cpus;
	int64_t memory_bytes, memory_free_bytes;
};

static void machine_lower(int64_t *least, int64_t value)
{
	if (value >= 0 && (*least < 0 || value < *least))
		*least = value;
}

/* Memory of a group: what is used beyond its limit less the files it could drop. */
static void machine_see_memory(const char *dir, const char *max_name, const char *used_name,
			       const char *cache_key, struct limits *limits)
{
	char path[1200], stat[8192];
	int64_t max, used, cache = -1;

	snprintf(path, sizeof(path), "%s/%s", dir, max_name);
	max = machine_read_number(path);
	if (max < 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, used_name);
	used = machine_read_number(path);
	snprintf(path, sizeof(path), "%s/memory.stat", dir);
	if (machine_read_text(path, stat, sizeof(stat)))
		cache = machine_number_after(stat, cache_key);
	used -= cache > 0 ? cache : 0;
	machine_lower(&limits->memory_bytes, max);
	machine_lower(&limits->memory_free_bytes, used < 0 ? max : used > max ? 0 : max - used);
}

/* A group's limits, whichever version of control groups its folder belongs to. */
static void machine_see_group(const char *dir, struct limits *limits)
{
	char path[1200], text[64];
	double quota = -1, period = 0;

	snprintf(path, sizeof(path), "%s/cpu.max", dir);
	if (!machine_read_text(path, text, sizeof(text)) ||
	    sscanf(text, "%lf %lf", &quota, &period) != 2) {
		snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", dir);
		quota = (double)machine_read_number(path);
		snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", dir);
		period = (double)machine_read_number(path);
	}
	if (quota > 0 && period > 0 && (limits->cpus < 0 || quota / period < limits->cpus))
		limits->cpus = quota / period;
	machine_see_memory(dir, "memory.max", "memory.current", "inactive_file ", limits);
	machine_see_memory(dir, "memory.limit_in_bytes", "memory.usage_in_bytes",
			   "total_inactive_file ", limits);
}

/* The group's folder and all above it: each may be the tightest. */
static void machine_see_groups_up(const char *root, const char *group, struct limits *limits)
{
	char dir[1100];
	size_t root_len = strlen(root);

	snprintf(dir, sizeof(dir), "%s%s", root, group);
	for (;;) {
		char *slash;

		machine_see_group(dir, limits);
		slash = strrchr(dir, '/');
		if (!slash || (size_t)(slash - dir) < root_len)
			return;
		*slash = '\0';
	}
}

/* Lines of /proc/self/cgroup: "4:memory:/group" of version 1, "0::/group" of version 2. */
static void machine_limits_get(struct limits *ret)
{
	char text[4096], *at = text, root[128], *line;

	*ret = (struct limits){ -1, -1, -1 };
	if (!machine_read_text("/proc/self/cgroup", text, sizeof(text)))
		return;
	while ((line = strsep(&at, "\n"))) {
		char *names = strchr(line, ':');
		char *group = names ? strchr(names + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		names++;
		if (*names == '\0')
			machine_see_groups_up("/sys/fs/cgroup", group, ret);
		if (*names == '\0')
			snprintf(root, sizeof(root), "/sys/fs/cgroup/unified");
		else
			snprintf(root, sizeof(root), "/sys/fs/cgroup/%s", names);
		machine_see_groups_up(root, group, ret);
	}
}

/* ---- processors */

enum { MAX_CPUS = 8192 };

/* True where a lower processor of the set is on the same physical core. */
static bool machine_shares_core(int cpu, const cpu_set_t *set, size_t set_bytes)
{
	char path[128], list[1024], *at = list, *range;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		 cpu);
	if (!machine_read_text(path, list, sizeof(list)))
		return false;
	while ((range = strsep(&at, ","))) {
		int first = cpu, last;

		if (sscanf(range, "%d-%d", &first, &last) < 2)
			last = first;
		for (int i = first; i <= last && i < cpu; i++) {
			if (i >= 0 && CPU_ISSET_S((size_t)i, set_bytes, set))
				return true;
		}
	}
	return false;
}

static void machine_get_processors(struct machine *ret, double quota_cpus)
{
	cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
	size_t set_bytes = CPU_ALLOC_SIZE(MAX_CPUS);
	int64_t quota = quota_cpus < 1 ? 1 : (int64_t)quota_cpus;

	ret->n_cores = ret->n_threads = 0;
	if (set && sched_getaffinity(0, set_bytes, set) == 0) {
		for (int i = 0; i < MAX_CPUS; i++) {
			if (!CPU_ISSET_S((size_t)i, set_bytes, set))
				continue;
			ret->n_threads++;
			ret->n_cores += !machine_shares_core(i, set, set_bytes);
		}
	}
	CPU_FREE(set);
	if (ret->n_threads == 0)
		ret->n_cores = ret->n_threads = 1;
	if (quota_cpus > 0 && quota < ret->n_threads)
		ret->n_threads = quota;
	if (ret->n_cores > ret->n_threads)
		ret->n_cores = ret->n_threads;
}

/* x86 names the model in /proc/cpuinfo; boards of other kinds in their device tree. */
static void machine_get_cpu_name(char *ret_text, size_t size)
{
	char text[8192];
	const char *at = NULL;

	if (machine_read_text("/proc/cpuinfo", text, sizeof(text))) {
		at = machine_after_key(text, "model name");
		if (!at)
			at = machine_after_key(text, "Model");
	}
	if (!at && machine_read_text("/sys/firmware/devicetree/base/model", text, sizeof(text)))
		at = text;
	if (at)
		machine_copy_value(at, ret_text, size);
}

static void machine_get_os_name(char *ret_text, size_t size)
{
	char text[4096];
	const char *at = NULL;

	if (machine_read_text("/etc/os-release", text, sizeof(text)) ||
	    machine_read_text("/usr/lib/os-release", text, sizeof(text)))
		at = machine_after_key(text, "PRETTY_NAME=");
	if (at)
		machine_copy_value(at, ret_text, size);
}

static void machine_get_system(struct machine *ret)
{
	char text[4096];
	struct limits limits;

	machine_limits_get(&limits);
	machine_get_cpu_name(ret->cpu, sizeof(ret->cpu));
	machine_get_os_name(ret->os, sizeof(ret->os));
	machine_get_processors(ret, limits.cpus);
	if (machine_read_text("/proc/meminfo", text, sizeof(text))) {
		ret->memory_bytes = machine_number_after(text, "MemTotal:") * 1024;
		ret->memory_available_bytes = machine_number_after(text, "MemAvailable:") * 1024;
		machine_lower(&ret->memory_bytes, limits.memory_bytes);
		machine_lower(&ret->memory_available_bytes, limits.memory_free_bytes);
	}
}

void machine_load_read(struct machine_load *ret)
{
	char text[512];
	long long user, nice, system, idle, iowait, irq, softirq, steal = 0;
	int64_t tick_us = 1000000 / sysconf(_SC_CLK_TCK);

	memset(ret, 0, sizeof(*ret));
	if (machine_read_text("/proc/loadavg", text, sizeof(text)))
		ret->load_average = strtod(text, NULL);
	if (!machine_read_text("/proc/stat", text, sizeof(text)) ||
	    sscanf(text, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &user, &nice, &system,
		   &idle, &iowait, &irq, &softirq, &steal) < 7)
		return;
	ret->busy_us = (user + nice + system + irq + softirq) * tick_us;
	ret->steal_us = steal * tick_us;
	ret->total_us = ret->busy_us + ret->steal_us + (idle + iowait) * tick_us;
}

int64_t machine_peak_rss_bytes(void)
{
	char text[4096];
	int64_t kib;

	if (!machine_read_text("/proc/self/status", text, sizeof(text)))
		return 0;
	kib = machine_number_after(text, "VmHWM:");
	return kib < 0 ? 0 : kib * 1024;
}

static int64_t machine_zone_number(const char *root, int zone, const char *file)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/intel-rapl:%d/%s", root, zone, file);
	return machine_read_number(path);
}

void machine_energy_read(const char *root, struct machine_energy *ret)
{
	char path[1200], name[64];

	memset(ret, 0, sizeof(*ret));
	for (int zone = 0;; zone++) {
		snprintf(path, sizeof(path), "%s/intel-rapl:%d/name", root, zone);
		if (!machine_read_text(path, name, sizeof(name)))
			return;
		if (!machine_after_key(name, "package"))
			continue;
		if (ret->n == MACHINE_MAX_PACKAGES)
			break;
		ret->used_uj[ret->n] = machine_zone_number(root, zone, "energy_uj");
		ret->range_uj[ret->n] = machine_zone_number(root, zone, "max_energy_range_uj");
		if (ret->used_uj[ret->n] < 0 || ret->range_uj[ret->n] < 0)
			break;
		ret->n++;
	}
	/* A sum over some of the packages would be a wrong number. */
	ret->n = 0;
}

#else

void machine_energy_read(const char *root, struct machine_energy *ret)
{
	(void)root;
	memset(ret, 0, sizeof(*ret));
}

int64_t machine_peak_rss_bytes(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) < 0)
		return 0;
#ifdef __APPLE__
	return used.ru_maxrss; /* bytes there, KiB elsewhere */
#else
	return (int64_t)used.ru_maxrss * 1024;
#endif
}

#endif

#ifdef __APPLE__

static int64_t machine_sysctl_number(const char *name)
{
	int64_t value = 0;
	size_t size = sizeof(value);

	return sysctlbyname(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

static void machine_get_system(struct machine *ret)
{
	size_t size = sizeof(ret->cpu);
	vm_statistics64_data_t vm;
	mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;

	sysctlbyname("machdep.cpu.brand_string", ret->cpu, &size, NULL, 0);
	ret->n_cores = machine_sysctl_number("hw.physicalcpu");
	ret->n_threads = machine_sysctl_number("hw.logicalcpu");
	ret->memory_bytes = machine_sysctl_number("hw.memsize");
	if (host_statistics64(mach_host_self(), HOST_VM_INFO64, (host_info64_t)&vm, &count) ==
	    KERN_SUCCESS)
		ret->memory_available_bytes =
			((int64_t)vm.free_count + vm.inactive_count) * getpagesize();
}

void machine_load_read(struct machine_load *ret)
{
	host_cpu_load_info_data_t ticks;
	mach_msg_type_number_t count = HOST_CPU_LOAD_INFO_COUNT;
	int64_t tick_us = 1000000 / sysconf(_SC_CLK_TCK);

	memset(ret, 0, sizeof(*ret));
	getloadavg(&ret->load_average, 1);
	if (host_statistics(mach_host_self(), HOST_CPU_LOAD_INFO, (host_info_t)&ticks, &count) !=
	    KERN_SUCCESS)
		return;
	ret->busy_us = ((int64_t)ticks.cpu_ticks[CPU_STATE_USER] + ticks.cpu_ticks[CPU_STATE_NICE] +
			ticks.cpu_ticks[CPU_STATE_SYSTEM]) *
		       tick_us;
	ret->total_us = ret->busy_us + (int64_t)ticks.cpu_ticks[CPU_STATE_IDLE] * tick_us;
}

#elif !defined(__linux__)

static void machine_get_system(struct machine *ret)
{
	ret->n_cores = ret->n_threads = sysconf(_SC_NPROCESSORS_ONLN);
}

void machine_load_read(struct machine_load *ret)
{
	memset(ret, 0, sizeof(*ret));
}

#endif

void machine_get(struct machine *ret)
{
	struct utsname name;
	size_t used;

	memset(ret, 0, sizeof(*ret));
	machine_get_system(ret);
	if (uname(&name) == 0) {
		snprintf(ret->host, sizeof(ret->host), "%s", name.nodename);
		used = strlen(ret->os);
		snprintf(ret->os + used, sizeof(ret->os) - used, "%s%s %s %s", used ? ", " : "",
			 name.sysname, name.release, name.machine);
	}
	if (!ret->host[0])
		snprintf(ret->host, sizeof(ret->host), "unknown");
	if (!ret->os[0])
		snprintf(ret->os, sizeof(ret->os), "unknown");
	if (!ret->cpu[0])
		snprintf(ret->cpu, sizeof(ret->cpu), "unknown");
	if (ret->memory_bytes < 0)
		ret->memory_bytes = 0;
	if (ret->memory_available_bytes < 0)
		ret->memory_available_bytes = 0;
	if (ret->n_cores < 1)
		ret->n_cores = 1;
	if (ret->n_threads < ret->n_cores)
		ret->n_threads = ret->n_cores;
}

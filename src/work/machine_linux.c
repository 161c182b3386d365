/*
 * Reads /proc, /sys and the control groups. Allocates nothing and never fails: what cannot be read
 * stays 0 or "".
 */
#ifdef __linux__

#include "work/machine.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

int64_t machine_process_cpu_us(pid_t pid)
{
	clockid_t id;

	return clock_getcpuclockid(pid, &id) == 0 ? clock_read_us(id) : 0;
}

/* The start of a small text file, NUL-terminated. False, and "", if it cannot be read. */
PRINTF_LIKE(3, 4)
static bool machine_read_text(char *ret_text, size_t size, const char *path_fmt, ...)
{
	char path[1400];
	size_t len = 0;
	ssize_t n;
	va_list ap;
	int fd;

	va_start(ap, path_fmt);
	vsnprintf(path, sizeof(path), path_fmt, ap);
	va_end(ap);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && len < size - 1 && (n = read(fd, ret_text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	ret_text[len] = '\0';
	if (fd >= 0)
		close(fd);
	return len > 0;
}

/* What follows the key in the first line that starts with it; NULL if there is none. */
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

/* The number behind a key at the start of a line, or -1. */
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

/* The number in dir/name; -1 if it cannot be read or is "max". */
static int64_t machine_read_number(const char *dir, const char *name)
{
	char text[64];

	return machine_read_text(text, sizeof(text), "%s/%s", dir, name) ?
		       machine_number_after(text, "") :
		       -1;
}

/* Copies the rest of the line, without blanks, colons and quotes around it. */
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

/* The tightest limits of the groups that this process is in; -1 if there is none. */
struct limits {
	double cpus;
	int64_t memory_bytes, memory_free_bytes;
};

static void machine_lower(int64_t *least, int64_t value)
{
	if (value >= 0 && (*least < 0 || value < *least))
		*least = value;
}

/* The memory of a group: files in memory that the kernel can drop count as free. */
static void machine_see_memory(const char *dir, const char *max_name, const char *used_name,
			       const char *cache_key, struct limits *limits)
{
	char stat[8192];
	int64_t max = machine_read_number(dir, max_name);
	int64_t used = machine_read_number(dir, used_name), cache = -1;

	if (max < 0)
		return;
	if (machine_read_text(stat, sizeof(stat), "%s/memory.stat", dir))
		cache = machine_number_after(stat, cache_key);
	used -= cache > 0 ? cache : 0;
	machine_lower(&limits->memory_bytes, max);
	machine_lower(&limits->memory_free_bytes, used < 0 ? max : used > max ? 0 : max - used);
}

/* The limits of a group, of either version of control groups. */
static void machine_see_group(const char *dir, struct limits *limits)
{
	char text[64];
	double quota = -1, period = 0;

	if (!machine_read_text(text, sizeof(text), "%s/cpu.max", dir) ||
	    sscanf(text, "%lf %lf", &quota, &period) != 2) {
		quota = (double)machine_read_number(dir, "cpu.cfs_quota_us");
		period = (double)machine_read_number(dir, "cpu.cfs_period_us");
	}
	if (quota > 0 && period > 0 && (limits->cpus < 0 || quota / period < limits->cpus))
		limits->cpus = quota / period;
	machine_see_memory(dir, "memory.max", "memory.current", "inactive_file ", limits);
	machine_see_memory(dir, "memory.limit_in_bytes", "memory.usage_in_bytes",
			   "total_inactive_file ", limits);
}

/* Reads the group's folder and all above it: any may have the tightest limit. */
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
	if (!machine_read_text(text, sizeof(text), "/proc/self/cgroup"))
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

/* True if the set holds a lower processor on the same physical core. */
static bool machine_shares_core(int cpu, const cpu_set_t *set, size_t set_bytes)
{
	char list[1024], *at = list, *range;

	if (!machine_read_text(list, sizeof(list),
			       "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
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

/* x86 names the model in /proc/cpuinfo, other boards in their device tree. */
static void machine_get_cpu_name(char *ret_text, size_t size)
{
	char text[8192];
	const char *at = NULL;

	if (machine_read_text(text, sizeof(text), "/proc/cpuinfo")) {
		at = machine_after_key(text, "model name");
		if (!at)
			at = machine_after_key(text, "Model");
	}
	if (!at && machine_read_text(text, sizeof(text), "/sys/firmware/devicetree/base/model"))
		at = text;
	if (at)
		machine_copy_value(at, ret_text, size);
}

static void machine_get_os_name(char *ret_text, size_t size)
{
	char text[4096];
	const char *at = NULL;

	if (machine_read_text(text, sizeof(text), "/etc/os-release") ||
	    machine_read_text(text, sizeof(text), "/usr/lib/os-release"))
		at = machine_after_key(text, "PRETTY_NAME=");
	if (at)
		machine_copy_value(at, ret_text, size);
}

void machine_read_system(struct machine *ret)
{
	char text[4096];
	struct limits limits;

	machine_limits_get(&limits);
	machine_get_cpu_name(ret->cpu, sizeof(ret->cpu));
	machine_get_os_name(ret->os, sizeof(ret->os));
	machine_get_processors(ret, limits.cpus);
	if (machine_read_text(text, sizeof(text), "/proc/meminfo")) {
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
	if (machine_read_text(text, sizeof(text), "/proc/loadavg"))
		ret->load_average = strtod(text, NULL);
	if (!machine_read_text(text, sizeof(text), "/proc/stat") ||
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

	if (!machine_read_text(text, sizeof(text), "/proc/self/status"))
		return 0;
	kib = machine_number_after(text, "VmHWM:");
	return kib < 0 ? 0 : kib * 1024;
}

void machine_energy_read(const char *root, struct machine_energy *ret)
{
	char dir[1200], name[64];

	memset(ret, 0, sizeof(*ret));
	for (int zone = 0;; zone++) {
		snprintf(dir, sizeof(dir), "%s/intel-rapl:%d", root, zone);
		if (!machine_read_text(name, sizeof(name), "%s/name", dir))
			return;
		if (!machine_after_key(name, "package"))
			continue;
		if (ret->n == MACHINE_MAX_PACKAGES)
			break;
		ret->used_uj[ret->n] = machine_read_number(dir, "energy_uj");
		ret->range_uj[ret->n] = machine_read_number(dir, "max_energy_range_uj");
		if (ret->used_uj[ret->n] < 0 || ret->range_uj[ret->n] < 0)
			break;
		ret->n++;
	}
	/* A sum over some of the packages would be a wrong number. */
	ret->n = 0;
}

#endif

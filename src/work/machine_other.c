/*
 * macOS by sysctl and Mach; of any other system little more than the number of processors.
 */
#ifndef __linux__

#include "work/machine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __APPLE__
#include <libproc.h>
#include <mach/mach.h>
#include <sys/sysctl.h>
#else
#include "base/clock.h"
#endif

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

#ifdef __APPLE__

int64_t machine_process_cpu_us(pid_t pid)
{
	struct rusage_info_v2 used;

	if (proc_pid_rusage(pid, RUSAGE_INFO_V2, (rusage_info_t *)&used) != 0)
		return 0;
	return (int64_t)(used.ri_user_time + used.ri_system_time) / 1000;
}

static int64_t machine_sysctl_number(const char *name)
{
	int64_t value = 0;
	size_t size = sizeof(value);

	return sysctlbyname(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

void machine_read_system(struct machine *ret)
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

#else

int64_t machine_process_cpu_us(pid_t pid)
{
	clockid_t id;

	return clock_getcpuclockid(pid, &id) == 0 ? clock_read_us(id) : 0;
}

void machine_read_system(struct machine *ret)
{
	ret->n_cores = ret->n_threads = sysconf(_SC_NPROCESSORS_ONLN);
}

void machine_load_read(struct machine_load *ret)
{
	memset(ret, 0, sizeof(*ret));
}

#endif

#endif

/*
 * Questions about the machine: the numbers are sane, and somebody else's work is noticed.
 * Thresholds are tested with made-up readings, since the machine that tests is rarely quiet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "work/machine.h"

static void machine_numbers_are_sane(void **state)
{
	struct machine m;

	(void)state;
	machine_get(&m);
	assert_true(m.n_cores >= 1);
	assert_true(m.n_threads >= m.n_cores);
	assert_true(m.n_threads <= sysconf(_SC_NPROCESSORS_CONF));
	assert_true(m.memory_bytes > 64 << 20);
	assert_true(m.memory_available_bytes > 0);
	assert_true(m.memory_available_bytes <= m.memory_bytes);
	assert_true(strlen(m.host) > 0 && strlen(m.os) > 0 && strlen(m.cpu) > 0);
	assert_null(strchr(m.os, '"'));
	assert_null(strchr(m.cpu, '\n'));
}

static void peak_rss_grows_with_use(void **state)
{
	size_t size = 32 << 20;
	int64_t before = machine_peak_rss_bytes();
	char *memory = malloc(size);

	(void)state;
	assert_non_null(memory);
	assert_true(before > 100000);
	memset(memory, 1, size);
	assert_true(memory[size / 2] == 1);
	assert_true(machine_peak_rss_bytes() >= before + (16 << 20));
	free(memory);
}

/* Works for so many milliseconds of its own CPU time, whoever else is about. */
static void work_ms(int ms)
{
	int64_t end = machine_cpu_us() + ms * 1000;

	while (machine_cpu_us() < end)
		;
}

static void cpu_time_is_measured(void **state)
{
	int64_t before = machine_cpu_us();

	(void)state;
	work_ms(50);
	assert_true(machine_cpu_us() - before >= 50000);
}

/* Milliseconds on two processors, and what must be said of them. */
static const struct row {
	int busy, steal, idle, own;
	double other_percent, steal_percent;
	bool disturbed;
} rows[] = {
	{ 1000, 0, 1000, 1000, 0, 0, false },
	{ 1000, 0, 1000, 920, 4, 0, false },
	{ 1000, 0, 1000, 880, 6, 0, true },
	{ 1000, 0, 1000, 1010, 0, 0, false }, /* ticks are coarse: never below nothing */
	{ 2000, 0, 0, 1000, 50, 0, true },
	{ 1000, 20, 980, 1000, 0, 1, false },
	{ 1000, 60, 940, 1000, 0, 3, true },
	{ 60, 0, 140, 20, 20, 0, false }, /* four ticks on a short pass prove nothing */
	{ 0, 0, 0, 0, 0, 0, false }, /* no time in between */
};

static void disturbance_follows_its_thresholds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct machine_load before = { 5000, 70, 90000, 0.1 }, after = before;
		struct machine_disturbance d;

		after.busy_us += row->busy * 1000;
		after.steal_us += row->steal * 1000;
		after.total_us += (row->busy + row->steal + row->idle) * 1000;
		after.load_average = 1.5;
		machine_load_compare(&before, &after, row->own * 1000, &d);
		assert_float_equal(d.other_busy_percent, row->other_percent, 1e-6);
		assert_float_equal(d.steal_percent, row->steal_percent, 1e-6);
		assert_float_equal(d.load_average, 1.5, 1e-6);
		assert_int_equal(d.disturbed, row->disturbed);
	}
}

/* One busy process is 5% of a machine only where that has at most 20 processors. */
static void a_busy_stranger_is_noticed(void **state)
{
	struct machine_load before, after;
	struct machine_disturbance d;
	struct timespec pause = { 0, 300000000 };
	int64_t own = machine_cpu_us();
	pid_t stranger;

	(void)state;
	machine_load_read(&before);
	if (before.total_us == 0 || sysconf(_SC_NPROCESSORS_ONLN) > 16) {
		print_message(
			"SKIPPED: this machine tells no load, or one process is too little\n");
		skip();
	}
	stranger = fork();
	assert_true(stranger >= 0);
	if (stranger == 0) {
		alarm(20);
		for (;;)
			;
	}
	nanosleep(&pause, NULL);
	machine_load_read(&after);
	kill(stranger, SIGKILL);
	waitpid(stranger, NULL, 0);
	machine_load_compare(&before, &after, machine_cpu_us() - own, &d);
	assert_true(after.total_us > before.total_us);
	assert_true(d.load_average >= 0);
	assert_true(d.disturbed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_numbers_are_sane),
		cmocka_unit_test(peak_rss_grows_with_use),
		cmocka_unit_test(cpu_time_is_measured),
		cmocka_unit_test(disturbance_follows_its_thresholds),
		cmocka_unit_test(a_busy_stranger_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

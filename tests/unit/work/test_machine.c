/*
 * The machine: its numbers are plausible, and the work of other processes is detected. Made-up
 * readings test the thresholds, since the test machine is rarely idle.
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

#include "unit/scratch.h"
#include "work/machine.h"
#include "work/pass/stopwatch.h"

static void machine_numbers_are_plausible(void **state)
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

/* Uses this many milliseconds of CPU time, even beside other processes. */
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

/* Milliseconds on two processors, and the expected result. */
static const struct row {
	int busy, steal, idle, own;
	double other_percent, steal_percent;
	bool disturbed;
} rows[] = {
	{ 1000, 0, 1000, 1000, 0, 0, false },
	{ 1000, 0, 1000, 920, 4, 0, false },
	{ 1000, 0, 1000, 880, 6, 0, true },
	{ 1000, 0, 1000, 1010, 0, 0, false }, /* ticks are coarse; the result is never negative */
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

/* One busy process is 5% of a machine only if that has at most 20 processors. */
static void another_busy_process_is_detected(void **state)
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

/* A zone of a made-up powercap folder; a number below 0 leaves its file out. */
static void zone_write(int zone, const char *name, int64_t used_uj, int64_t range_uj)
{
	const struct {
		const char *file;
		int64_t value;
	} numbers[] = { { "energy_uj", used_uj }, { "max_energy_range_uj", range_uj } };
	char path[64], text[32];

	snprintf(path, sizeof(path), "intel-rapl:%d", zone);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "intel-rapl:%d/name", zone);
	snprintf(text, sizeof(text), "%s\n", name);
	scratch_text(path, text);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "intel-rapl:%d/%s", zone, numbers[i].file);
		snprintf(text, sizeof(text), "%lld\n", (long long)numbers[i].value);
		unlink(path);
		if (numbers[i].value >= 0)
			scratch_text(path, text);
	}
}

static void energy_is_summed_over_packages(void **state)
{
	struct machine_energy before, after;

	(void)state;
	machine_energy_read(".", &before);
	assert_int_equal(before.n, 0);
	assert_int_equal(machine_energy_uj(&before, &before), -1);

	/* The zone of the whole platform includes the packages; it would count them twice. */
	zone_write(0, "package-0", 1000, 262143328850);
	zone_write(1, "psys", 5000000, 262143328850);
	zone_write(2, "package-1-die-0", 262143328000, 262143328850);
	machine_energy_read(".", &before);
	assert_int_equal(before.n, 2);
	assert_int_equal(machine_energy_uj(&before, &before), 0);
	zone_write(0, "package-0", 251000, 262143328850);
	zone_write(1, "psys", 9000000, 262143328850);
	zone_write(2, "package-1-die-0", 150, 262143328850); /* wrapped: 850 to the end, then 150 */
	machine_energy_read(".", &after);
	assert_int_equal(machine_energy_uj(&before, &after), 251000);
}

static void incomplete_energy_is_not_available(void **state)
{
	struct machine_energy before, after;

	(void)state;
	zone_write(0, "package-0", 1000, 10000);
	zone_write(1, "package-1", 1000, 10000);
	zone_write(2, "psys", 1000, 10000);
	machine_energy_read(".", &before);
	assert_int_equal(before.n, 2);
	zone_write(1, "package-1", -1, 10000);
	machine_energy_read(".", &after);
	assert_int_equal(after.n, 0);
	assert_int_equal(machine_energy_uj(&before, &after), -1);
	zone_write(1, "package-1", 2000, -1);
	machine_energy_read(".", &after);
	assert_int_equal(machine_energy_uj(&before, &after), -1);
	/* A counter that fell by more than its range was reset. */
	zone_write(0, "package-0", 1000, 100);
	zone_write(1, "package-1", 10, 100);
	machine_energy_read(".", &after);
	assert_int_equal(machine_energy_uj(&before, &after), -1);
}

static void stopwatch_measures_time_and_reports_missing_energy(void **state)
{
	struct timespec pause = { 0, 20000000 };
	int64_t sum_uj = stopwatch_no_energy(), none_uj = 7, us;
	struct stopwatch s;

	(void)state;
	assert_true(sum_uj == 0 || sum_uj == -1);
	stopwatch_begin(&s, sum_uj == 0);
	nanosleep(&pause, NULL);
	us = stopwatch_end(&s, &sum_uj);
	assert_in_range(us, 20000, 5000000);
	stopwatch_begin(&s, false);
	stopwatch_end(&s, &none_uj);
	assert_int_equal(none_uj, -1);
	stopwatch_end(&s, &none_uj);
	assert_int_equal(none_uj, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_numbers_are_plausible),
		cmocka_unit_test(peak_rss_grows_with_use),
		cmocka_unit_test(cpu_time_is_measured),
		cmocka_unit_test(disturbance_follows_its_thresholds),
		cmocka_unit_test(another_busy_process_is_detected),
		cmocka_unit_test(energy_is_summed_over_packages),
		cmocka_unit_test(incomplete_energy_is_not_available),
		cmocka_unit_test(stopwatch_measures_time_and_reports_missing_energy),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

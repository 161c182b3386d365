/*
 * Disturbances: made-up readings for the thresholds, the readings of this machine, and processor
 * clocks in a folder of the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "unit/scratch.h"
#include "work/pass/disturbance.h"

enum { SECOND = 1000000, MHZ = 1000 };

static const struct disturbance_reading start = { .load = { 5 * SECOND, 0, 90 * SECOND, 0.1 },
						  .stall_us = 700,
						  .major_faults = 4000,
						  .awake_us = 1000 * SECOND,
						  .boot_us = 1700LL * SECOND };

/* Ten seconds later; -1: not reported. */
static const struct row {
	int64_t stall_us, faults, slept_us;
	double stall_percent;
	int64_t major_faults, suspended_us;
	bool disturbed;
} rows[] = {
	{ 0, 0, 0, 0, 0, 0, false },
	{ 90000, 5, 0, 0.9, 5, 0, false },
	{ 110000, 5, 0, 1.1, 5, 0, true },
	/* If pressure is reported, faults without it are first reads of files. */
	{ 0, 50000, 0, 0, 50000, 0, false },
	{ -1, 900, 0, -1, 900, 0, false },
	{ -1, 1100, 0, -1, 1100, 0, true },
	{ -1, -1, 0, -1, -1, 0, false },
	{ 0, 0, 50000, 0, 0, 0, false },
	{ 0, 0, 3600LL * SECOND, 0, 0, 3600LL * SECOND, true },
};

static void pressure_and_sleep_follow_their_thresholds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct disturbance_reading before = start, after = start;
		struct machine_disturbance d = disturbance_begin();

		after.load.total_us += 20 * SECOND;
		after.awake_us += 10 * SECOND;
		after.boot_us += 10 * SECOND + row->slept_us;
		after.stall_us += row->stall_us;
		after.major_faults += row->faults;
		if (row->stall_us < 0)
			before.stall_us = after.stall_us = -1;
		if (row->faults < 0)
			before.major_faults = after.major_faults = -1;
		disturbance_add(&d, &before, &after);
		assert_float_equal(d.stall_percent, row->stall_percent, 1e-6);
		assert_int_equal(d.major_faults, row->major_faults);
		assert_int_equal(d.suspended_us, row->suspended_us);
		if (d.disturbed != row->disturbed)
			fail_msg("row %zu", i);
	}
}

static void the_worst_interval_is_kept(void **state)
{
	struct machine_disturbance d = disturbance_begin();
	struct disturbance_reading calm = start, busy;

	(void)state;
	calm.load.total_us += 20 * SECOND;
	calm.awake_us += 10 * SECOND;
	calm.boot_us += 10 * SECOND;
	busy = calm;
	busy.load.busy_us += 10 * SECOND;
	busy.load.total_us += 20 * SECOND;
	busy.awake_us += 10 * SECOND;
	busy.boot_us += 11 * SECOND;
	busy.stall_us += SECOND;
	busy.major_faults += 3;
	disturbance_add(&d, &start, &calm);
	assert_false(d.disturbed);
	disturbance_add(&d, &calm, &busy);
	disturbance_add(&d, &start, &calm);
	assert_true(d.disturbed);
	assert_float_equal(d.other_busy_percent, 50, 1e-6);
	assert_float_equal(d.stall_percent, 10, 1e-6);
	assert_int_equal(d.major_faults, 3);
	assert_int_equal(d.suspended_us, SECOND);
}

static void a_falling_clock_is_detected(void **state)
{
	struct machine_disturbance d = disturbance_begin();

	(void)state;
	disturbance_add_khz(&d, 0);
	assert_int_equal(d.max_khz, 0);
	disturbance_add_khz(&d, 3000 * MHZ);
	disturbance_add_khz(&d, 2600 * MHZ);
	disturbance_add_khz(&d, 0);
	assert_int_equal(d.min_khz, 2600 * MHZ);
	assert_int_equal(d.max_khz, 3000 * MHZ);
	assert_false(d.disturbed);
	disturbance_add_khz(&d, 2500 * MHZ);
	assert_true(d.disturbed);
}

static void write_clock(int cpu, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "cpu%d", cpu);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "cpu%d/cpufreq", cpu);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "cpu%d/cpufreq/scaling_cur_freq", cpu);
	scratch_text(path, text);
}

static void the_fastest_processor_counts(void **state)
{
	(void)state;
	assert_int_equal(disturbance_khz("."), 0);
	write_clock(0, "1200000\n");
	write_clock(1, "3400000\n");
	write_clock(2, "800000\n");
	assert_int_equal(disturbance_khz("."), 3400000);
}

static void this_machine_is_read(void **state)
{
	struct disturbance_reading before, after;
	struct machine_disturbance d = disturbance_begin();

	(void)state;
	disturbance_read(machine_cpu_us(), &before);
	disturbance_read(machine_cpu_us(), &after);
	assert_true(before.awake_us > 0 && after.awake_us >= before.awake_us);
	assert_true(before.boot_us >= before.awake_us - SECOND);
	assert_true(before.stall_us >= -1 && before.major_faults >= -1);
	disturbance_add(&d, &before, &after);
	assert_int_equal(d.suspended_us, 0);
#ifdef __linux__
	assert_true(before.major_faults >= 0);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pressure_and_sleep_follow_their_thresholds),
		cmocka_unit_test(the_worst_interval_is_kept),
		cmocka_unit_test(a_falling_clock_is_detected),
		cmocka_unit_test(the_fastest_processor_counts),
		cmocka_unit_test(this_machine_is_read),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

/*
 * Clocks: real ones move, faked ones move by rule, and dates have one form. A process reads
 * TOEHOLD_FAKE_TIME once, so a child tests faked time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static int unset(void **state)
{
	(void)state;
	return unsetenv("TOEHOLD_FAKE_TIME");
}

/* Runs before anything else reads a clock. */
static void faked_time_moves_by_rule(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		int64_t first;

		setenv("TOEHOLD_FAKE_TIME", "1700000000", 1);
		first = clock_mono_us();
		for (int i = 1; i < 100; i++)
			if (clock_mono_us() != first + i * 1000)
				_exit(1);
		if (clock_wall_us() != 1700000000000000 || clock_wall_us() != 1700000000000000)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
#ifdef TOEHOLD_FAKE_CLOCK
	assert_int_equal(status, 0);
#else
	assert_int_not_equal(status, 0);
#endif
}

/* The wall clock cannot be set here, but the length of a wait shows that the clocks agree. */
static void a_wait_ends_after_its_length(void **state)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond;
	int64_t before_us = clock_mono_us();

	(void)state;
	clock_cond_init(&cond);
	pthread_mutex_lock(&lock);
	while (clock_cond_wait(&cond, &lock, 50000))
		;
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&cond);
	assert_in_range(clock_mono_us() - before_us, 50000, 30000000);
}

static void monotonic_clock_measures_time(void **state)
{
	int64_t before = clock_mono_us(), after, last = before;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t now = clock_mono_us();

		assert_true(now >= last);
		last = now;
	}
	before = clock_mono_us();
	usleep(20000);
	after = clock_mono_us();
	assert_true(after - before >= 20000);
	assert_true(after - before < 5000000);
}

static void wall_clock_has_the_date(void **state)
{
	int64_t now_us = clock_wall_us();

	(void)state;
	assert_true(now_us / 1000000 - (int64_t)time(NULL) <= 1);
	assert_true((int64_t)time(NULL) - now_us / 1000000 <= 1);
}

static void dates(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 999999, "1970-01-01T00:00:00Z" },
		{ 951782400000000, "2000-02-29T00:00:00Z" },
		{ 1795401000000000, "2026-11-23T02:30:00Z" },
		{ 253402300799000000, "9999-12-31T23:59:59Z" },
	};
	struct arena a = { 0 };

	(void)state;
	setenv("TZ", "America/New_York", 1);
	tzset();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(clock_iso(&a, rows[i].us), rows[i].text);
	assert_non_null(clock_iso(&a, INT64_MAX));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faked_time_moves_by_rule),
		cmocka_unit_test(a_wait_ends_after_its_length),
		cmocka_unit_test(monotonic_clock_measures_time),
		cmocka_unit_test(wall_clock_has_the_date),
		cmocka_unit_test(dates),
	};

	return cmocka_run_group_tests_name("clock", tests, unset, NULL);
}

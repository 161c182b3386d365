/*
 * The clock of a released program, compiled here as it is there: TOEHOLD_FAKE_TIME does nothing.
 */
#undef TOEHOLD_FAKE_CLOCK
#include "base/clock.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void fake_time_is_not_believed(void **state)
{
	int64_t before = clock_read_us(CLOCK_MONOTONIC), mono;

	(void)state;
	setenv("TOEHOLD_FAKE_TIME", "1700000000", 1);
	mono = clock_mono_us();
	assert_true(mono >= before);
	assert_true(mono <= clock_read_us(CLOCK_MONOTONIC));
	assert_true(clock_wall_us() > 1700000000000000 + 1000000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fake_time_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Shares and sizes: what is taken, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/array.h"
#include "job/file/job_values.h"

static void test_shares(void **state)
{
	static const struct {
		const char *text;
		double share; /* 0: refused */
	} rows[] = {
		{ "60%", .6 },
		{ "0.6", .6 },
		{ "60", .6 },
		{ ".6", .6 },
		{ "60.0", .6 },
		{ "60 %", .6 },
		{ "90", .9 },
		{ "99.5", .995 },
		{ "2", .02 },
		{ "1", 1 },
		{ "1.0", 1 },
		{ "100", 1 },
		{ "100%", 1 },
		{ "1%", .01 },
		{ "0.5%", .005 },
		{ "0", 0 },
		{ "0%", 0 },
		{ "-0.6", 0 },
		{ "-60%", 0 },
		{ "1.5", 0 },
		{ "1.0001", 0 },
		{ "101", 0 },
		{ "100.1%", 0 },
		{ "6000%", 0 },
		{ "nan", 0 },
		{ "NaN", 0 },
		{ "inf", 0 },
		{ "-inf", 0 },
		{ "1e-1", 0 },
		{ "0,6", 0 },
		{ "60,5%", 0 },
		{ "60%%", 0 },
		{ "%", 0 },
		{ "", 0 },
		{ " 60%", 0 },
		{ "+0.6", 0 },
		{ "0x1p-1", 0 },
		{ "6/10", 0 },
		{ "60 percent", 0 },
		{ "0.6.1", 0 },
		{ "99999999999999999999", 0 },
		{ "٦٠٪", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		double share = 0;

		if (job_parse_share(rows[i].text, &share) != (rows[i].share > 0) ||
		    (rows[i].share > 0 && fabs(share - rows[i].share) > 1e-12))
			fail_msg("'%s': %g", rows[i].text, share);
	}
}

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
	} rows[] = {
		{ "4 GiB", 4294967296 },
		{ "4GiB", 4294967296 },
		{ "800 MB", 800000000 },
		{ "1000000", 1000000 },
		{ "1.5 GB", 1500000000 },
		{ "2 TiB", 2199023255552 },
		{ "999999", -1 },
		{ "4 gigs", -1 },
		{ "-4 GB", -1 },
		{ "GB", -1 },
		{ "1e9", -1 },
		{ "99999999999 TB", -1 },
		{ "12345678901234567", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t bytes = -1;

		assert_int_equal(job_parse_size(rows[i].text, &bytes), rows[i].bytes >= 0);
		if (rows[i].bytes >= 0)
			assert_int_equal(bytes, rows[i].bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests_name("job_values", tests, NULL, NULL);
}

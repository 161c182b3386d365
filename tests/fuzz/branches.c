/*
 * gcc calls __sanitizer_cov_trace_pc at every branch of code that was compiled with
 * -fsanitize-coverage=trace-pc. This file is compiled without it. A branch is a pair of places, and
 * counts in steps of powers of two, as in AFL (its docs/technical_details.txt).
 */
#include "branches.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { N_BRANCHES = 1 << 16 };

static uint8_t taken[N_BRANCHES]; /* how often, since the last call of branches_are_new */
static uint8_t seen[N_BRANCHES]; /* a bit for each power of two */
static uintptr_t before;
static bool is_traced;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	uintptr_t here = (uintptr_t)__builtin_return_address(0);
	uint8_t *n = &taken[(here ^ before) % N_BRANCHES];

	if (*n < UINT8_MAX)
		++*n;
	before = here >> 1;
	is_traced = true;
}

static uint8_t branches_bit(uint8_t n)
{
	return n ? (uint8_t)(1u << (31 - __builtin_clz(n))) : 0;
}

bool branches_are_new(void)
{
	static const uint8_t none[64];
	bool is_new = false;

	for (size_t i = 0; is_traced && i < N_BRANCHES; i++) {
		if (i % sizeof(none) == 0 && memcmp(&taken[i], none, sizeof(none)) == 0) {
			i += sizeof(none) - 1;
			continue;
		}
		is_new |= (branches_bit(taken[i]) & ~seen[i]) != 0;
		seen[i] |= branches_bit(taken[i]);
		taken[i] = 0;
	}
	before = 0;
	return is_new;
}

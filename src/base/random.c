/*
 * splitmix64, and numbers below a limit.
 */
#include "base/random.h"

uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* Uniform in 0..n-1: numbers that would favour low results are drawn again. */
size_t random_below(uint64_t *state, size_t n)
{
	uint64_t uneven = (UINT64_MAX - n + 1) % n, x;

	do
		x = random_next(state);
	while (x < uneven);
	return (size_t)(x % n);
}

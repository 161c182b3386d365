/*
 * For property tests: numbers that look random and are the same in every run.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* xorshift64*; the state is its own seed and must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717u;
}

/* 0 … n - 1 */
static inline size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)((random_next(state) >> 16) % n);
}

static inline void random_bytes(uint64_t *state, void *to, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		((unsigned char *)to)[i] = (unsigned char)random_below(state, 256);
}

#endif

/*
 * Numbers at random from a seed, the same on every machine: splitmix64 (G. L. Steele, D. Lea,
 * C. H. Flood, "Fast splittable pseudorandom number generators", 2014). Not for secrets.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The next number; the state begins as the seed. */
uint64_t random_next(uint64_t *state);

/* Uniform in 0..n-1; n is not 0. */
size_t random_below(uint64_t *state, size_t n);

#endif

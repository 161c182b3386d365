/*
 * What a fuzz target gives: the entry that libFuzzer knows, and a few good inputs to begin with,
 * which driver.c needs where there is no libFuzzer.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { FUZZ_MAX_BYTES = 4096 };

/* Ends the process where the target is wrong; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Puts the i-th good input into `to` and returns its length; -1 where there are no more. */
int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES]);

/* As assert(), and never compiled out. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))

_Noreturn void fuzz_failed(const char *condition, const char *file, int line);

#endif

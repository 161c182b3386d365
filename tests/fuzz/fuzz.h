/*
 * What a fuzz target defines: the function that libFuzzer calls, and a few valid inputs. driver.c
 * starts from these inputs if there is no libFuzzer.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { FUZZ_MAX_BYTES = 4096 };

/* Ends the process if the target is wrong. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Copies the i-th valid input to `to`. Returns its length, or -1 after the last one. */
int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES]);

/* Like assert(), but never compiled out. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))

_Noreturn void fuzz_failed(const char *condition, const char *file, int line);

#endif

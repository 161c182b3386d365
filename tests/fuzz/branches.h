/*
 * Which branches an input takes, if the tested code was built with TOEHOLD_COVER.
 */
#ifndef TEST_FUZZ_BRANCHES_H
#define TEST_FUZZ_BRANCHES_H

#include <stdbool.h>

/* Forgets the branches since the last call. True if one was new, or taken more often than ever. */
bool branches_are_new(void);

#endif

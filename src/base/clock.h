/*
 * The one time type: int64 microseconds. Durations come from the monotonic clock, dates from the
 * wall clock. Tests that need fixed output set TOEHOLD_FAKE_TIME (seconds since the epoch): then
 * dates are that, and every reading of the monotonic clock is one millisecond after the last.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

int64_t clock_mono_us(void);
int64_t clock_wall_us(void);

/* "2026-11-23T02:30:00Z" */
char *clock_iso(struct arena *a, int64_t wall_us);

#endif

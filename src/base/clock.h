/*
 * Time is int64 microseconds everywhere. Durations come from the monotonic clock, dates from the
 * wall clock. Tests that need fixed output set TOEHOLD_FAKE_TIME (seconds since the epoch), which
 * only a build with TOEHOLD_DEV reads: the wall clock then stands still at that time, and each
 * reading of the monotonic clock is one millisecond after the last.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"

int64_t clock_mono_us(void);
int64_t clock_wall_us(void);

/* The real time of any of the system's clocks; 0 if it cannot be read. */
int64_t clock_read_us(clockid_t id);

/*
 * A condition whose waits end after a length of time, even if the date is set meanwhile.
 * clock_cond_wait waits at most wait_us and returns false if it was not signalled.
 */
void clock_cond_init(pthread_cond_t *cond);
bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t wait_us);

/* "2026-11-23T02:30:00Z" */
char *clock_iso(struct arena *a, int64_t wall_us);

#endif

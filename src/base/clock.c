/*
 * Reads the clocks, or plays the fake one of tests.
 */
#include "base/clock.h"

#include <stdlib.h>

int64_t clock_read_us(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) < 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/*
 * Seconds since the epoch from TOEHOLD_FAKE_TIME, or -1 if it is not set. Only builds for tests
 * (TOEHOLD_DEV) look: a released program has no way to record times that were not measured.
 */
static int64_t clock_fake_s(void)
{
#ifdef TOEHOLD_FAKE_CLOCK
	static int64_t cached = -2;

	if (cached == -2) {
		const char *text = getenv("TOEHOLD_FAKE_TIME");

		cached = text ? strtoll(text, NULL, 10) : -1;
	}
	return cached;
#else
	return -1;
#endif
}

int64_t clock_mono_us(void)
{
	static int64_t ticks;

	if (clock_fake_s() >= 0)
		return ++ticks * 1000;
	return clock_read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_us(void)
{
	if (clock_fake_s() >= 0)
		return clock_fake_s() * 1000000;
	return clock_read_us(CLOCK_REALTIME);
}

/* macOS cannot choose the clock of a condition. */
#ifdef __APPLE__
#define COND_CLOCK CLOCK_REALTIME
#else
#define COND_CLOCK CLOCK_MONOTONIC
#endif

void clock_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t how;

	pthread_condattr_init(&how);
#ifndef __APPLE__
	pthread_condattr_setclock(&how, COND_CLOCK);
#endif
	pthread_cond_init(cond, &how);
	pthread_condattr_destroy(&how);
}

bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t wait_us)
{
	int64_t until_us = clock_read_us(COND_CLOCK) + wait_us;
	struct timespec until = { .tv_sec = (time_t)(until_us / 1000000),
				  .tv_nsec = (long)(until_us % 1000000) * 1000 };

	return pthread_cond_timedwait(cond, lock, &until) == 0;
}

char *clock_iso(struct arena *a, int64_t wall_us)
{
	time_t t = (time_t)(wall_us / 1000000);
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_strdup(a, text);
}

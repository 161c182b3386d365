/*
 * The pace so far, continued.
 */
#include "flow/progress.h"

#include "base/clock.h"
#include "base/str.h"
#include "flow/status.h"

/* A pace that was measured for less is chance. */
enum { PACE_LEAST_US = 200000 };

void progress_begin(struct progress *p, const char *what)
{
	*p = (struct progress){ .what = what, .start_us = clock_mono_us() };
}

const char *progress_left(struct arena *a, double done, double total, int64_t start_us)
{
	double spent_us = (double)(clock_mono_us() - start_us);

	if (spent_us < PACE_LEAST_US || done <= 0 || done >= total)
		return "";
	return arena_printf(a, ", about %s left",
			    str_about(a, (int64_t)(spent_us / done * (total - done))));
}

void progress_show(const struct progress *p, size_t done, size_t total)
{
	struct arena a = { 0 };

	status_line("%s: %zu of %zu%s", p->what, done, total,
		    progress_left(&a, (double)done, (double)total, p->start_us));
	arena_release(&a);
}

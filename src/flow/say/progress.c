/*
 * The pace so far, continued.
 */
#include "flow/say/progress.h"

#include "base/clock.h"
#include "base/str.h"
#include "flow/events/event_lines.h"
#include "flow/say/status.h"

/* A pace that was measured for less is chance. */
enum { PACE_LEAST_US = 200000 };

void progress_begin(struct progress *p, const char *what, struct event_lines *lines)
{
	*p = (struct progress){ .what = what, .start_us = clock_mono_us(), .lines = lines };
}

int64_t progress_left_us(double done, double total, int64_t start_us)
{
	double spent_us = (double)(clock_mono_us() - start_us);

	if (done >= total)
		return 0;
	return spent_us < PACE_LEAST_US || done <= 0 ? -1 :
						       (int64_t)(spent_us / done * (total - done));
}

const char *progress_left(struct arena *a, double done, double total, int64_t start_us)
{
	int64_t left_us = progress_left_us(done, total, start_us);

	return left_us > 0 ? arena_printf(a, ", about %s left", str_about(a, left_us)) : "";
}

void progress_show(const struct progress *p, size_t done, size_t total)
{
	const struct event_progress event = {
		p->what, done, total, progress_left_us((double)done, (double)total, p->start_us)
	};
	struct arena a = { 0 };

	event_lines_progress(p->lines, &event);
	status_line("%s: %zu of %zu%s", p->what, done, total,
		    progress_left(&a, (double)done, (double)total, p->start_us));
	arena_release(&a);
}

/*
 * The progress line.
 */
#include "flow/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "flow/say.h"

void progress_init(struct progress *p, size_t n_candidates)
{
	*p = (struct progress){ .on = isatty(STDERR_FILENO), .n_candidates = n_candidates };
}

void progress_phase(struct progress *p, const char *phase, const char *candidate, size_t no,
		    size_t done, size_t total, int64_t later_us)
{
	p->phase = phase;
	p->candidate = candidate;
	p->candidate_no = no;
	p->done = p->phase_start_done = done;
	p->total = total;
	p->phase_start_us = clock_mono_us();
	p->later_us = later_us;
	progress_show(p);
}

/* This phase at its own pace, then the plan's estimate for the rest. */
static const char *progress_time_left(const struct progress *p, struct arena *a)
{
	size_t n = p->done - p->phase_start_done;
	int64_t spent_us = clock_mono_us() - p->phase_start_us, left_us;

	if (n == 0)
		return "";
	left_us = spent_us / (int64_t)n * (int64_t)(p->total - p->done);
	if (p->later_us > 0)
		left_us += p->later_us;
	return arena_printf(a, ", about %s left%s", str_duration(a, left_us),
			    p->later_us < 0 ? " for this one" : "");
}

void progress_show(const struct progress *p)
{
	struct arena a = { 0 };

	if (!p->on)
		return;
	fputc('\r', stderr);
	say("[%zu/%zu] %s  %s %zu/%zu", p->candidate_no, p->n_candidates, p->candidate, p->phase,
	    p->done, p->total);
	if (strcmp(p->phase, "answers") == 0)
		fprintf(stderr, "  right %zu", p->n_right);
	fprintf(stderr, "%s\033[K", progress_time_left(p, &a));
	fflush(stderr);
	arena_release(&a);
}

void progress_clear(const struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
}

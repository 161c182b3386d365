/*
 * The pick, and why in words.
 */
#include "judge/decide.h"

#include <math.h>

#include "base/buf.h"
#include "base/str.h"

bool clears_bar(size_t n_right, size_t n, double bar)
{
	return n > 0 && (double)n_right + 1e-9 >= bar * (double)n;
}

static bool complete(const struct contender *c)
{
	return !c->refused && c->n_tickets > 0 && c->n == c->n_tickets;
}

/* Right answers that the bar asks for. */
static size_t needed(size_t n, double bar)
{
	return (size_t)ceil(bar * (double)n - 1e-9);
}

/* Shown with three digits: 179 of 200 is 89.5%, and does not look like a bar of 90%. */
static double percent(const struct contender *c)
{
	return c->n ? 100.0 * (double)c->n_right / (double)c->n : 0;
}

static void say_pick(struct buf *b, const struct contender *contenders, const struct contender *p,
		     double bar)
{
	size_t smaller = (size_t)(p - contenders), missed = 0;

	buf_addf(b, "%s is the smallest that scored %.3g%% or more: %zu of %zu right (%.3g%%).",
		 p->name, bar * 100, p->n_right, p->n, percent(p));
	for (size_t i = 0; i < smaller; i++)
		missed += complete(&contenders[i]);
	if (missed == 1)
		buf_adds(b, " The one smaller candidate missed the bar.");
	else if (missed > 1)
		buf_addf(b, " All %zu smaller candidates missed the bar.", missed);
	if (p->n < 100)
		buf_addf(b,
			 " %zu tickets are a smoke test, not a proof: add tickets before you bet "
			 "on it.",
			 p->n);
}

static void say_none(struct buf *b, const struct contender *closest, double bar)
{
	if (!closest) {
		buf_adds(b, "No candidate has answered every ticket yet, so there is nothing to "
			    "pick from.");
		return;
	}
	buf_addf(
		b,
		"No candidate scored %.3g%%. The closest is %s with %zu of %zu right (%.3g%%); the "
		"bar asks for %zu.",
		bar * 100, closest->name, closest->n_right, closest->n, percent(closest),
		needed(closest->n, bar));
}

void decide(struct arena *a, const struct contender *contenders, size_t n, double bar,
	    struct decision *ret_decision)
{
	struct decision d = { .pick = -1, .closest = -1 };
	struct buf why;

	for (size_t i = 0; i < n; i++) {
		const struct contender *c = &contenders[i];

		if (!complete(c))
			continue;
		if (clears_bar(c->n_right, c->n, bar)) {
			d.pick = (int)i;
			break;
		}
		if (d.closest < 0 || percent(c) > percent(&contenders[d.closest]))
			d.closest = (int)i;
	}
	buf_init(&why, 4096);
	if (d.pick >= 0)
		say_pick(&why, contenders, &contenders[d.pick], bar);
	else
		say_none(&why, d.closest >= 0 ? &contenders[d.closest] : NULL, bar);
	d.why = arena_strdup(a, buf_text(&why));
	buf_release(&why);
	*ret_decision = d;
}

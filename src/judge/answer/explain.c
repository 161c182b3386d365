/*
 * The decision as a paragraph that a product manager can read aloud. Decides the sentences and
 * their order: the pick, how sure it is, what to do next.
 */
#include <math.h>
#include <stdint.h>

#include "base/array.h"
#include "base/buf.h"
#include "judge/decide.h"
#include "judge/measure/stats.h"

enum { WHY_MAX_BYTES = 16384 };

/* Printed with three digits, so that 179 of 200 (89.5%) does not look like a bar of 90%. */
static double explain_percent(const struct tally *t)
{
	return t->n ? 100.0 * (double)t->right / (double)t->n : 0;
}

/* "1 in 11", or with a unit "1 time in 11". */
static const char *explain_k_in_n(struct arena *a, const char *opening, int k, int n,
				  const char *unit)
{
	return arena_printf(a, "%s %d%s%s%s in %d", opening, k, unit ? " " : "", unit ? unit : "",
			    unit && k > 1 ? "s" : "", n);
}

const char *chance_words(struct arena *a, double chance, const char *unit)
{
	static const int denominators[] = { 2, 3, 4, 5, 10 };
	int best_k = 1, best_n = 2;

	if (chance < 0.0005)
		return explain_k_in_n(a, "less than", 1, 2000, unit);
	if (chance >= 0.995)
		return explain_k_in_n(a, "more than", 99, 100, unit);
	if (chance < 0.1)
		return explain_k_in_n(a, "about", 1, (int)lround(1 / chance), unit);
	if (chance > 0.9)
		return explain_k_in_n(a, "about", (int)lround(100 * chance), 100, unit);
	for (size_t i = 0; i < COUNT_OF(denominators); i++) {
		int n = denominators[i], k = (int)lround(chance * n);
		double gain = fabs((double)best_k / best_n - chance) - fabs((double)k / n - chance);

		if (k > 0 && k < n && gain > 0.02) {
			best_k = k;
			best_n = n;
		}
	}
	return explain_k_in_n(a, "about", best_k, best_n, unit);
}

const char *together_words(struct arena *a, const struct contender *c, const struct standard *s)
{
	struct tally both = { c->score.right + c->harder.right, c->score.n + c->harder.n };

	if (s->hard_share > 0)
		return arena_printf(a, "%.3g%%, weighted", 100 * share_together(c, s));
	return arena_printf(a, "%zu of %zu (%.3g%%)", both.right, both.n, explain_percent(&both));
}

static void explain_say_smaller(struct buf *b, const struct contender *contenders,
				const struct standard *s, const struct decision *d)
{
	size_t missed = 0, n = 0;

	for (int i = 0; i < d->pick; i++) {
		bool below = missed_bar(&contenders[i], s);

		if (d->verdicts[i].kind == VERDICT_NONE || (contenders[i].blocked && !below))
			continue;
		missed += below;
		n++;
	}
	if (missed < n)
		buf_addf(b, " Smaller candidates that missed the bar: %zu; not complete: %zu.",
			 missed, n - missed);
	else if (n == 1)
		buf_adds(b, " The one smaller candidate missed the bar.");
	else if (n == 2)
		buf_adds(b, " Both smaller candidates missed the bar.");
	else if (n > 2)
		buf_addf(b, " All %zu smaller candidates missed the bar.", n);
}

static void explain_say_not_tried(struct buf *b, const struct decision *d)
{
	if (d->n_not_tried)
		buf_addf(b, " Not tried (--first): %zu more candidate%s.", d->n_not_tried,
			 d->n_not_tried == 1 ? "" : "s");
}

/* RULE: not measured is not wrong: neither a step below the pick nor a miss of the bar. */
static void explain_say_not_measured(struct buf *b, const struct contender *contenders, size_t n,
				     bool also_refused)
{
	const char *opening = " Not measured: ";

	for (size_t i = 0; i < n; i++) {
		const char *why = contenders[i].not_measured;

		if (!why && also_refused)
			why = contenders[i].refused;
		if (!why)
			continue;
		buf_addf(b, "%s%s (%s)", opening, contenders[i].name, why);
		opening = ", ";
	}
	if (*opening == ',')
		buf_adds(b, ".");
}

/* What an unfinished contender was asked of the tickets that it is asked now. */
static void explain_progress(const struct contender *c, struct tally *ret_done, size_t *ret_n)
{
	*ret_done = c->unfinished ? c->score : c->harder;
	*ret_n = c->unfinished ? c->n_tickets : c->n_harder;
}

static bool explain_is_unfinished(const struct contender *c)
{
	return c->unfinished || c->harder_unfinished;
}

/* The first unfinished contender that was asked something, or the first unfinished one. */
static const struct contender *explain_first_unfinished(const struct contender *contenders,
							size_t n)
{
	const struct contender *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct tally done;
		size_t total;

		if (!explain_is_unfinished(&contenders[i]))
			continue;
		explain_progress(&contenders[i], &done, &total);
		if (done.n > 0)
			return &contenders[i];
		if (!first)
			first = &contenders[i];
	}
	return first;
}

const char *unfinished_words(struct arena *a, const struct contender *c)
{
	struct tally done;
	size_t total;

	explain_progress(c, &done, &total);
	return arena_printf(a, "%zu of %zu %stickets asked", done.n, total,
			    c->unfinished ? "" : "harder ");
}

const char *unfinished_headline(struct arena *a, const struct contender *contenders, size_t n,
				const struct decision *d)
{
	const struct contender *c;
	size_t n_more = d->n_unfinished - 1;

	if (d->n_unfinished == 0)
		return NULL;
	c = explain_first_unfinished(contenders, n);
	return arena_printf(a, "Unfinished: %s%s", unfinished_words(a, c),
			    n_more == 0 ? "" :
					  arena_printf(a, ", and %zu more candidate%s to finish",
						       n_more, n_more == 1 ? "" : "s"));
}

/* "1 ticket", "3 harder tickets": of the kind that it is asked now. */
static const char *explain_tickets(struct arena *a, const struct contender *c, size_t n)
{
	return arena_printf(a, "%zu %sticket%s", n, c->unfinished ? "" : "harder ",
			    n == 1 ? "" : "s");
}

/* The scores so far, without a judgement. */
static void explain_say_unfinished(struct arena *a, struct buf *b,
				   const struct contender *contenders, size_t n)
{
	size_t n_unasked = 0;

	for (size_t i = 0; i < n; i++) {
		const struct contender *c = &contenders[i];
		struct tally done;
		size_t total;

		if (!explain_is_unfinished(c))
			continue;
		explain_progress(c, &done, &total);
		n_unasked += c->unfinished && done.n == 0;
		if (done.n > 0)
			buf_addf(b, " %s: %zu of %zu so far, %s to go.", c->name, done.right,
				 done.n, explain_tickets(a, c, total - done.n));
		else if (!c->unfinished)
			buf_addf(b, " %s: %s to go.", c->name, explain_tickets(a, c, total));
	}
	if (n_unasked)
		buf_addf(b, " Not asked yet: %zu candidate%s.", n_unasked,
			 n_unasked == 1 ? "" : "s");
}

static void explain_say_open(struct arena *a, struct buf *b, const struct contender *contenders,
			     size_t n)
{
	buf_adds(b, "Nothing is decided until every planned candidate has answered.");
	explain_say_unfinished(a, b, contenders, n);
	explain_say_not_measured(b, contenders, n, false);
}

/* What is still open does not change the decision. */
static void explain_say_settled(struct arena *a, struct buf *b, const struct contender *contenders,
				size_t n, const struct decision *d)
{
	if (d->n_unfinished == 0)
		return;
	buf_adds(b, " The run is unfinished, but that cannot change this decision.");
	explain_say_unfinished(a, b, contenders, n);
}

/* Candidates that scored the bar and cannot be picked. */
static void explain_say_blocked(struct buf *b, const struct contender *contenders, size_t n,
				const struct standard *s, const struct decision *d)
{
	for (size_t i = 0; d->blocked >= 0 && i < n; i++) {
		const struct contender *c = &contenders[i];

		if (c->blocked && scored_bar(c, s))
			buf_addf(b,
				 " %s scored the bar%s (%zu of %zu), but its licence forbids this "
				 "use.",
				 c->name, d->pick >= 0 ? " too" : "", c->score.right, c->score.n);
	}
}

const char *verdict_next(struct arena *a, const struct verdict *v, const struct standard *s)
{
	double floor_pct = s->floor * 100, bar_pct = s->bar * 100;
	const char *start;

	if (v->to_floor == 0 && v->to_clear != SIZE_MAX)
		return arena_printf(a,
				    "%.3g%% is guaranteed. If the next %zu are all right, so is "
				    "%.3g%%.",
				    floor_pct, v->to_clear, bar_pct);
	start = v->to_floor == 0 ? arena_printf(a, "%.3g%% is guaranteed", floor_pct) :
				   arena_printf(a,
						"If the next %zu are all right, %.3g%% is "
						"guaranteed",
						v->to_floor, floor_pct);
	if (v->to_clear == SIZE_MAX)
		return arena_printf(a, "%s; no number of tickets can prove %.3g%%.", start,
				    bar_pct);
	return arena_printf(a, "%s; %.3g%% takes %zu.", start, bar_pct, v->to_clear);
}

static void explain_say_sure(struct arena *a, struct buf *b, const struct contender *c,
			     const struct verdict *v, const struct standard *s,
			     const struct decision *d)
{
	const struct tally *e = &c->evidence;

	buf_addf(b, " Luck is possible: a model at %.3g%% would score this well %s.",
		 s->floor * 100,
		 chance_words(a, stats_binomial_at_least(e->right, e->n, s->floor), "time"));
	buf_addf(b, " Worst case %.0f%% (%.3g%% confidence", floor(v->at_least * 100),
		 s->certainty * 100);
	if (d->n_looks > 1)
		buf_addf(b, ", %zu candidates %s", d->n_looks,
			 d->n_not_tried + d->n_unfinished ? "planned" : "compared");
	buf_adds(b, ").");
	if (v->kind != VERDICT_CLEARS)
		buf_addf(b, " Not proven: the chance that it really reaches %.3g%% is %s.",
			 s->bar * 100, chance_words(a, v->chance, NULL));
	buf_addf(b, " %s", verdict_words(v->kind));
	if (v->capped) {
		buf_addf(b,
			 ": the %s, so they prove nothing about it; label fresh tickets and add "
			 "them.",
			 capped_words(s->edited));
		return;
	}
	if (v->to_clear > 0)
		buf_addf(b, ". %s", verdict_next(a, v, s));
	else
		buf_adds(b, ".");
}

static void explain_say_evidence(struct buf *b, const struct contender *c)
{
	if (c->evidence.n < c->score.n)
		buf_addf(b,
			 " Only %zu of the %zu tickets count as evidence, %zu of them right: the "
			 "others (nearly) repeat one that counts, are of a group that does, or "
			 "were seen before the prompt was written.",
			 c->evidence.n, c->score.n, c->evidence.right);
}

/* A larger candidate that is sure already: the price of certainty today. */
static void explain_say_assured(struct buf *b, const struct contender *contenders,
				const struct decision *d)
{
	const struct contender *c;

	if (d->assured < 0 || d->assured <= d->pick)
		return;
	c = &contenders[d->assured];
	buf_addf(b, " To be sure today, use %s: %zu of %zu right, at least %.0f%% guaranteed: %s.",
		 c->name, c->score.right, c->score.n, floor(100 * d->verdicts[d->assured].at_least),
		 verdict_words(d->verdicts[d->assured].kind));
}

/* Of a candidate that scored the bar on the ordinary tickets and missed it on all together. */
static const char *explain_harder_miss(struct arena *a, const struct contender *c,
				       const struct standard *s)
{
	if (c->harder.n == 0)
		return "did not answer the harder tickets";
	return arena_printf(a, "got %zu of %zu harder tickets; together %s, below the bar",
			    c->harder.right, c->harder.n, together_words(a, c, s));
}

const char *moved_words(struct arena *a, const struct contender *contenders,
			const struct standard *s, const struct decision *d)
{
	if (s->harder_shown || d->pick_ordinary < 0 || d->pick_ordinary == d->pick)
		return NULL;
	return explain_harder_miss(a, &contenders[d->pick_ordinary], s);
}

/* What the pick did on the harder tickets, and what they changed or would change. */
static void explain_say_harder(struct arena *a, struct buf *b, const struct contender *contenders,
			       const struct standard *s, const struct decision *d)
{
	const struct contender *c = &contenders[d->pick];
	const char *moved = moved_words(a, contenders, s, d);

	if (moved)
		buf_addf(b, " On the ordinary tickets alone the pick would be %s, but it %s.",
			 contenders[d->pick_ordinary].name, moved);
	if (c->n_harder == 0 || c->harder.n == 0 || c->harder_unfinished)
		return;
	buf_addf(b, " On the harder tickets %s got %zu of %zu; together %s", moved ? c->name : "it",
		 c->harder.right, c->harder.n, together_words(a, c, s));
	if (!s->harder_shown || d->pick_together == d->pick) {
		buf_adds(b, ".");
		return;
	}
	buf_adds(b, ". They are only shown");
	if (d->pick_together >= 0)
		buf_addf(b, "; if they counted, the pick would be %s",
			 contenders[d->pick_together].name);
	else if (!d->harder_open)
		buf_adds(b, "; if they counted, there would be no pick");
	buf_adds(b, ".");
}

static void explain_say_pick(struct arena *a, struct buf *b, const struct contender *contenders,
			     size_t n, const struct standard *s, const struct decision *d)
{
	const struct contender *p = &contenders[d->pick];

	buf_addf(b, "%s is the smallest that scored %.3g%% or more: %zu of %zu right (%.3g%%).",
		 p->name, s->bar * 100, p->score.right, p->score.n, explain_percent(&p->score));
	explain_say_smaller(b, contenders, s, d);
	explain_say_harder(a, b, contenders, s, d);
	explain_say_not_tried(b, d);
	explain_say_not_measured(b, contenders, n, false);
	explain_say_blocked(b, contenders, n, s, d);
	explain_say_evidence(b, p);
	explain_say_sure(a, b, p, &d->verdicts[d->pick], s, d);
	explain_say_assured(b, contenders, d);
	explain_say_settled(a, b, contenders, n, d);
}

/* While a candidate is not measured, the next step is to measure it. */
static void explain_say_closest(struct arena *a, struct buf *b, const struct contender *c,
				const struct verdict *v, const struct standard *s,
				bool all_measured)
{
	if (clears_bar(c->score.right, c->score.n, s->bar)) {
		buf_addf(b,
			 " The closest is %s, but it %s. On the ordinary ones it got %zu of %zu "
			 "(%.3g%%): %s.",
			 c->name, explain_harder_miss(a, c, s), c->score.right, c->score.n,
			 explain_percent(&c->score), verdict_words(v->kind));
	} else {
		buf_addf(b,
			 " The closest is %s with %zu of %zu right (%.3g%%); the bar asks for %zu. "
			 "Its verdict: %s.",
			 c->name, c->score.right, c->score.n, explain_percent(&c->score),
			 bar_needs(c->score.n, s->bar), verdict_words(v->kind));
	}
	if (!all_measured)
		return;
	if (v->kind == VERDICT_DOES_NOT_CLEAR)
		buf_adds(b, " Ask in another way or try another model: more tickets will not "
			    "help.");
	else
		buf_adds(b, " Ask in another way, try another model, or add tickets.");
}

const char *nothing_measured_words(const struct contender *contenders, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!contenders[i].baseline && contenders[i].score.n > 0)
			return "answered the added tickets";
	return "gave an answer";
}

static void explain_say_none(struct arena *a, struct buf *b, const struct contender *contenders,
			     size_t n, const struct standard *s, const struct decision *d)
{
	if (d->nothing_measured) {
		buf_addf(b, "No model %s, so nothing is decided.",
			 nothing_measured_words(contenders, n));
		explain_say_not_measured(b, contenders, n, true);
		return;
	}
	if (d->closest < 0 && d->blocked < 0) {
		buf_adds(b, "No candidate has answered every ticket yet, so there is nothing to "
			    "pick from.");
		explain_say_not_measured(b, contenders, n, false);
		return;
	}
	buf_addf(b, "No candidate%s%s scored %.3g%%.",
		 d->n_not_measured ? " that was measured" : "",
		 d->blocked < 0	   ? "" :
		 d->n_not_measured ? " and may be used" :
				     " that may be used",
		 s->bar * 100);
	explain_say_not_measured(b, contenders, n, false);
	explain_say_blocked(b, contenders, n, s, d);
	explain_say_not_tried(b, d);
	if (d->closest >= 0)
		explain_say_closest(a, b, &contenders[d->closest], &d->verdicts[d->closest], s,
				    d->n_not_measured == 0);
	explain_say_settled(a, b, contenders, n, d);
}

const char *explain(struct arena *a, const struct contender *contenders, size_t n,
		    const struct standard *standard, const struct decision *decision)
{
	struct buf b;

	buf_init(&b, WHY_MAX_BYTES);
	if (decision->open)
		explain_say_open(a, &b, contenders, n);
	else if (decision->pick >= 0)
		explain_say_pick(a, &b, contenders, n, standard, decision);
	else
		explain_say_none(a, &b, contenders, n, standard, decision);
	return buf_to_arena(&b, a);
}

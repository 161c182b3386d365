/*
 * The pick, and the chain of verdicts. The chain tests from the largest candidate to the smallest
 * (J. C. Hsu, R. L. Berger, "Stepwise confidence intervals without multiplicity adjustment", 1999).
 * The largest starts with half of the error level and the others share the other half, so that one
 * bad large candidate does not block the rest. A candidate that passes hands its level to the next
 * smaller one.
 */
#include "judge/decide.h"

#include <math.h>

#include "judge/measure/stats.h"

#define DECIDE_WORDS(id, name, words, meaning) [id] = { name, words, meaning },

static const struct {
	const char *name, *words, *meaning;
} verdict_texts[VERDICT_COUNT] = { VERDICTS(DECIDE_WORDS) };

const char *verdict_words(enum verdict_kind kind)
{
	return verdict_texts[kind].words;
}

const char *verdict_name(enum verdict_kind kind)
{
	return verdict_texts[kind].name;
}

const char *verdict_meaning(enum verdict_kind kind)
{
	return verdict_texts[kind].meaning;
}

const char *capped_words(bool edited)
{
	return edited ? "prompt was edited after results on these tickets were seen" :
			"examples or training tickets were changed after results on these tickets "
			"were seen";
}

bool clears_bar(size_t n_right, size_t n, double bar)
{
	return n > 0 && (double)n_right + 1e-9 >= bar * (double)n;
}

size_t bar_needs(size_t n, double bar)
{
	return (size_t)ceil(bar * (double)n - 1e-9);
}

/* RULE: every planned candidate counts as a look at the data, even if --first left it out. */
static bool decide_counts(const struct contender *c)
{
	return !c->refused && !c->not_measured && c->n_tickets > 0;
}

static bool decide_complete(const struct contender *c)
{
	return decide_counts(c) && c->score.n == c->n_tickets;
}

static double decide_share(const struct tally *t)
{
	return t->n ? (double)t->right / (double)t->n : 0;
}

static bool decide_scored_ordinary(const struct contender *c, double bar)
{
	return decide_complete(c) && clears_bar(c->score.right, c->score.n, bar);
}

double share_together(const struct contender *c, const struct standard *s)
{
	struct tally both = { c->score.right + c->harder.right, c->score.n + c->harder.n };

	if (c->harder.n == 0)
		return decide_share(&c->score);
	if (s->hard_share <= 0)
		return decide_share(&both);
	return (1 - s->hard_share) * decide_share(&c->score) +
	       s->hard_share * decide_share(&c->harder);
}

static bool decide_scored_together(const struct contender *c, const struct standard *s)
{
	return c->harder.n == c->n_harder && share_together(c, s) + 1e-9 >= s->bar;
}

bool scored_bar(const struct contender *c, const struct standard *s)
{
	return decide_scored_ordinary(c, s->bar) &&
	       (s->harder_shown || decide_scored_together(c, s));
}

bool missed_bar(const struct contender *c, const struct standard *s)
{
	struct contender best = *c;

	best.score.right += c->n_tickets - c->score.n;
	best.score.n = c->n_tickets;
	best.harder.right += c->n_harder - c->harder.n;
	best.harder.n = c->n_harder;
	return !scored_bar(&best, s);
}

/* How near it is to the bar: of its two scores, the worse counts. */
static double decide_nearness(const struct contender *c, const struct standard *s)
{
	double ordinary = decide_share(&c->score);

	return s->harder_shown ? ordinary : fmin(ordinary, share_together(c, s));
}

/* If no usable candidate missed the bar, a blocked one can be the closest. */
static int decide_closest(const struct contender *contenders, size_t n, const struct standard *s,
			  bool blocked)
{
	int best = -1;

	for (size_t i = 0; i < n; i++) {
		const struct contender *c = &contenders[i];

		if (c->blocked == blocked && decide_complete(c) && !scored_bar(c, s) &&
		    (best < 0 || decide_nearness(c, s) > decide_nearness(&contenders[best], s)))
			best = (int)i;
	}
	return best;
}

/* Whether answers that are still to come may bring it to the bar. */
static bool decide_may_score(const struct contender *c, const struct standard *s)
{
	return c->unfinished ||
	       (!s->harder_shown && c->harder_unfinished && decide_scored_ordinary(c, s->bar));
}

/*
 * RULE: licence. A blocked candidate is never picked, whatever it scored. *ret_open: answers that
 * are still to come may change the pick, or that there is none.
 */
static int decide_smallest(const struct contender *contenders, size_t n, const struct standard *s,
			   bool *ret_open)
{
	bool blocked_open = false;

	*ret_open = false;
	for (size_t i = 0; i < n; i++) {
		const struct contender *c = &contenders[i];

		if (!c->blocked && scored_bar(c, s))
			return (int)i;
		blocked_open |= c->blocked && decide_may_score(c, s);
		*ret_open |= !c->blocked && decide_may_score(c, s);
	}
	*ret_open |= blocked_open;
	return -1;
}

static void decide_pick(const struct contender *contenders, size_t n, const struct standard *s,
			struct decision *d)
{
	struct standard ordinary = *s, together = *s;
	bool ordinary_open;

	ordinary.harder_shown = true;
	together.harder_shown = false;
	d->pick_ordinary = decide_smallest(contenders, n, &ordinary, &ordinary_open);
	d->pick_together = decide_smallest(contenders, n, &together, &d->harder_open);
	d->pick = s->harder_shown ? d->pick_ordinary : d->pick_together;
	d->open = s->harder_shown ? ordinary_open : d->harder_open;
	d->closest = d->blocked = -1;
	for (size_t i = 0; i < n && d->blocked < 0; i++)
		if (contenders[i].blocked && scored_bar(&contenders[i], s))
			d->blocked = (int)i;
	if (d->pick < 0)
		d->closest = decide_closest(contenders, n, s, false);
	if (d->pick < 0 && d->closest < 0)
		d->closest = decide_closest(contenders, n, s, true);
}

static void decide_count(const struct contender *contenders, size_t n, struct decision *d)
{
	size_t n_models = 0, n_measured = 0;

	for (size_t i = 0; i < n; i++) {
		const struct contender *c = &contenders[i];

		d->n_looks += decide_counts(c);
		d->n_not_tried += c->not_tried && !c->not_reached;
		d->n_not_measured += c->not_measured != NULL;
		d->n_unfinished += c->unfinished || c->harder_unfinished;
		n_models += !c->baseline;
		n_measured += !c->baseline && decide_counts(c);
	}
	d->nothing_measured = n_models > 0 && n_measured == 0 && d->pick < 0;
}

/* RULE: unfinished is unfinished. What answers that are still to come can change is not said. */
static void decide_leave_open(struct decision *d)
{
	if (d->open)
		d->pick = d->pick_ordinary = d->blocked = -1;
	if (d->open || d->harder_open)
		d->pick_together = -1;
	if (d->open || d->nothing_measured)
		d->closest = -1;
}

/* The error level of one candidate before any other has passed. */
static double decide_own_level(size_t n_looks, bool largest, double alpha)
{
	if (n_looks == 1)
		return alpha;
	return largest ? alpha / 2 : alpha / 2 / (double)(n_looks - 1);
}

/*
 * The level of each planned candidate in the chain of tests against `bar`. With ask_score, a
 * candidate must also have scored the bar to pass.
 */
static void decide_chain_levels(const struct contender *contenders, size_t n, size_t n_looks,
				double bar, double alpha, double ask_score, double *ret_levels,
				bool *ret_passed)
{
	double handed = 0;
	bool largest = true;

	for (size_t i = n; i-- > 0;) {
		const struct contender *c = &contenders[i];
		double ln_e;

		ret_passed[i] = false;
		if (!decide_counts(c))
			continue;
		ret_levels[i] = decide_own_level(n_looks, largest, alpha) + handed;
		ln_e = stats_ln_e_above(c->evidence.right, c->evidence.n - c->evidence.right, bar);
		ret_passed[i] = !c->unfinished && ln_e >= -log(ret_levels[i]) &&
				(ask_score == 0 || decide_scored_ordinary(c, ask_score));
		handed = ret_passed[i] ? ret_levels[i] : 0;
		largest = false;
	}
}

static void decide_judge_one(const struct contender *c, const struct standard *s, size_t n_looks,
			     bool clears, bool floor_holds, struct verdict *v)
{
	size_t right = c->evidence.right, wrong = c->evidence.n - right;
	double alpha = 1 - s->certainty;

	v->at_least = stats_at_least(right, wrong, v->floor_level);
	v->chance = stats_chance(right, wrong, s->bar);
	v->to_clear = clears ? 0 : stats_right_in_a_row(right, wrong, s->bar, v->level);
	v->to_floor = stats_right_in_a_row(right, wrong, s->floor, v->floor_level);
	v->kind = VERDICT_NOT_ENOUGH;
	if (clears)
		v->kind = VERDICT_CLEARS;
	else if (floor_holds)
		v->kind = VERDICT_GOOD_ENOUGH;
	else if (stats_ln_e_below(right, wrong, s->bar) >= log((double)n_looks / alpha))
		v->kind = VERDICT_DOES_NOT_CLEAR;
	v->capped = (s->edited || c->examples_changed) && (clears || floor_holds);
	if (v->capped)
		v->kind = VERDICT_NOT_ENOUGH;
}

static void decide_judge(struct arena *a, const struct contender *contenders, size_t n,
			 const struct standard *s, struct decision *d)
{
	double *levels = arena_array(a, n, sizeof(*levels));
	double *floor_levels = arena_array(a, n, sizeof(*floor_levels));
	bool *clears = arena_array(a, n, sizeof(*clears));
	bool *floor_holds = arena_array(a, n, sizeof(*floor_holds));

	decide_chain_levels(contenders, n, d->n_looks, s->bar, 1 - s->certainty, 0, levels, clears);
	decide_chain_levels(contenders, n, d->n_looks, s->floor, 1 - s->certainty, s->bar,
			    floor_levels, floor_holds);
	d->verdicts = arena_array(a, n, sizeof(*d->verdicts));
	d->assured = -1;
	for (size_t i = 0; i < n; i++) {
		if (!decide_counts(&contenders[i]) || contenders[i].not_tried ||
		    contenders[i].unfinished)
			continue;
		d->verdicts[i].level = levels[i];
		d->verdicts[i].floor_level = floor_levels[i];
		decide_judge_one(&contenders[i], s, d->n_looks, clears[i], floor_holds[i],
				 &d->verdicts[i]);
		if (d->assured < 0 && !contenders[i].blocked && !d->open &&
		    scored_bar(&contenders[i], s) &&
		    (d->verdicts[i].kind == VERDICT_CLEARS ||
		     d->verdicts[i].kind == VERDICT_GOOD_ENOUGH))
			d->assured = (int)i;
	}
}

void decide(struct arena *a, const struct contender *contenders, size_t n,
	    const struct standard *standard, struct decision *ret_decision)
{
	struct decision d = { 0 };

	decide_pick(contenders, n, standard, &d);
	decide_count(contenders, n, &d);
	decide_leave_open(&d);
	decide_judge(a, contenders, n, standard, &d);
	d.why = explain(a, contenders, n, standard, &d);
	*ret_decision = d;
}

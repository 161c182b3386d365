/*
 * Sums over answers, and two resamplings with a fixed seed: of the answers, for intervals, and of
 * what is right if the probabilities are true, for the part of the error that is chance.
 */
#include "judge/measure/reliability.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/random.h"
#include "judge/head/head.h"
#include "judge/score.h"

/* Resamplings; fewer if there are many answers, which need fewer. */
enum { MOST_DRAWS = 2000, LEAST_DRAWS = 200, MOST_WORK = 4000000 };

static const double CONFIDENCE = 0.95;
static const uint64_t SEED = 2017;

/* One answer that counts. */
struct stated {
	double probability; /* of its label */
	bool right;
	double brier;
};

/* Answers and what is drawn from them. */
struct resampling {
	const struct stated *items;
	size_t n, n_draws;
	double *eces, *briers; /* one a draw */
	uint64_t state;
};

static size_t reliability_bin_of(double probability)
{
	double bin = ceil(probability * RELIABILITY_BINS) - 1;

	return bin < 0 ? 0 : bin < RELIABILITY_BINS ? (size_t)bin : RELIABILITY_BINS - 1;
}

/* Sums of one set of answers, from which the error follows. */
struct sums {
	double stated[RELIABILITY_BINS];
	size_t right[RELIABILITY_BINS];
};

static void reliability_add(struct sums *sums, double probability, bool right)
{
	size_t bin = reliability_bin_of(probability);

	sums->stated[bin] += probability;
	sums->right[bin] += right;
}

/* Sum over the bins of (n_bin / n) |right - stated|, both as means of the bin. */
static double reliability_error(const struct sums *sums, size_t n)
{
	double error = 0;

	for (size_t bin = 0; bin < RELIABILITY_BINS; bin++)
		error += fabs((double)sums->right[bin] - sums->stated[bin]);
	return error / (double)n;
}

/* 0 to 1, without 1. */
static double reliability_uniform(uint64_t *state)
{
	return (double)(random_next(state) >> 11) * 0x1p-53;
}

/* The answers themselves, drawn with replacement. */
static void reliability_draw_answers(struct resampling *s)
{
	for (size_t draw = 0; draw < s->n_draws; draw++) {
		struct sums sums = { 0 };
		double brier = 0;

		for (size_t i = 0; i < s->n; i++) {
			const struct stated *item = &s->items[random_next(&s->state) % s->n];

			reliability_add(&sums, item->probability, item->right);
			brier += item->brier;
		}
		s->eces[draw] = reliability_error(&sums, s->n);
		s->briers[draw] = brier / (double)s->n;
	}
}

/* The same answers, each of them right with the probability that it states. */
static void reliability_draw_truths(struct resampling *s)
{
	for (size_t draw = 0; draw < s->n_draws; draw++) {
		struct sums sums = { 0 };

		for (size_t i = 0; i < s->n; i++) {
			double p = s->items[i].probability;

			reliability_add(&sums, p, reliability_uniform(&s->state) < p);
		}
		s->eces[draw] = reliability_error(&sums, s->n);
	}
}

static int reliability_by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* The values at both ends, after this share of them at either side is left out. Sorts them. */
static struct interval reliability_without(double *values, size_t n, double share)
{
	size_t out = (size_t)(share * (double)n);

	qsort(values, n, sizeof(*values), reliability_by_value);
	return (struct interval){ values[out], values[n - 1 - out] };
}

static struct interval reliability_middle(double *values, size_t n)
{
	return reliability_without(values, n, (1 - CONFIDENCE) / 2);
}

static double reliability_share(double value)
{
	return fmin(fmax(value, 0), 1);
}

/* Whether all its answers are right, or all are wrong. */
static bool reliability_is_alike(const struct reliability_bin *bin)
{
	return bin->n_right == 0 || bin->n_right == bin->n;
}

/* What the error can be in a bin: at the end of its interval that is further from what it states.
 */
static double reliability_furthest(const struct reliability_bin *bin)
{
	return fmax(fabs(bin->stated - bin->right.low), fabs(bin->right.high - bin->stated));
}

/*
 * Resampling sees no uncertainty in a bin whose answers are alike. So the upper end is at least the
 * error with one such bin at the end of its own interval, whichever bin makes it highest; with all
 * of them there if the answers of every bin are alike.
 */
static void reliability_widen(struct reliability *r)
{
	double one = 0, all = 0;

	r->alike = true;
	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		const struct reliability_bin *bin = &r->bins[i];
		double part = (double)bin->n / (double)r->n, furthest, more;

		if (bin->n == 0)
			continue;
		if (!reliability_is_alike(bin)) {
			r->alike = false;
			continue;
		}
		furthest = reliability_furthest(bin);
		more = furthest - fabs(bin->stated - (bin->n_right ? 1 : 0));
		one = fmax(one, part * more);
		all += part * furthest;
	}
	r->ece_95.high = fmax(r->ece_95.high, r->alike ? all : r->ece + one);
	if (r->alike)
		r->brier_95 = (struct interval){ 0, 0 };
}

/*
 * Few answers bias the error upwards, and resampling biases it once more, so that percentiles of
 * the draws would lie too high. The basic bootstrap mirrors them at the measured value (A. C.
 * Davison, D. V. Hinkley, "Bootstrap Methods and their Application", 1997, 5.2). The upper end is
 * the higher one of both: docs/calibration.md has how often that holds.
 */
static void reliability_resample(struct arena *a, const struct stated *items, struct reliability *r)
{
	size_t n_draws = MOST_WORK / r->n;
	struct resampling s = { .items = items, .n = r->n, .state = SEED };
	struct interval drawn;
	double sum = 0;

	s.n_draws = n_draws > MOST_DRAWS  ? MOST_DRAWS :
		    n_draws < LEAST_DRAWS ? LEAST_DRAWS :
					    n_draws;
	s.eces = arena_array(a, s.n_draws, sizeof(*s.eces));
	s.briers = arena_array(a, s.n_draws, sizeof(*s.briers));
	reliability_draw_answers(&s);
	drawn = reliability_middle(s.eces, s.n_draws);
	r->ece_95 =
		(struct interval){ reliability_share(2 * r->ece - drawn.high),
				   fmax(drawn.high, reliability_share(2 * r->ece - drawn.low)) };
	r->brier_95 = reliability_middle(s.briers, s.n_draws);
	reliability_draw_truths(&s);
	for (size_t i = 0; i < s.n_draws; i++)
		sum += s.eces[i];
	r->ece_by_chance = sum / (double)s.n_draws;
	r->ece_by_chance_95 = reliability_without(s.eces, s.n_draws, 1 - CONFIDENCE).high;
	if (!reliability_is_off(r))
		r->ece_95.low = 0;
	reliability_widen(r);
}

static double reliability_brier_of(const struct answer *answer, int gold)
{
	double sum = 0;

	for (size_t k = 0; k < answer->n_probs; k++) {
		double off = answer->probs[k] - ((int)k == gold);

		sum += off * off;
	}
	return sum;
}

/* Label mass and orders: they need no probabilities of single labels. */
static void reliability_add_form(const struct answer *answer, struct reliability *r)
{
	if (answer->label_mass > 0) {
		r->n_mass++;
		r->mass += answer->label_mass;
		r->n_mass_low += answer->label_mass < 0.5;
	}
	if (answer->n_orders > 1) {
		r->n_ordered++;
		r->n_flipped += answer->n_agreed < answer->n_orders;
	}
}

static void reliability_add_answer(const struct ticket *ticket, const struct answer *answer,
				   size_t n_labels, struct stated *items, struct reliability *r)
{
	int label = answer_label(answer, n_labels);
	struct reliability_bin *bin;
	struct stated *item;

	if (label < 0 || answer->n_probs != n_labels) {
		r->n_without++;
		return;
	}
	item = &items[r->n++];
	*item = (struct stated){ .probability = answer->probs[label],
				 .right = label == ticket->label,
				 .brier = reliability_brier_of(answer, ticket->label) };
	r->n_right += item->right;
	r->stated += item->probability;
	r->brier += item->brier;
	bin = &r->bins[reliability_bin_of(item->probability)];
	bin->n++;
	bin->n_right += item->right;
	bin->stated += item->probability;
}

/* Sums to means. */
static void reliability_finish(struct reliability *r, size_t n_labels)
{
	r->mass = r->n_mass ? r->mass / (double)r->n_mass : 0;
	if (r->n_ordered)
		r->flipped_95 = stats_clopper_pearson(r->n_flipped, r->n_ordered, CONFIDENCE);
	if (r->n == 0)
		return;
	r->stated /= (double)r->n;
	r->brier /= (double)r->n;
	r->brier_uniform = 1 - 1 / (double)n_labels;
	for (size_t i = 0; i < RELIABILITY_BINS; i++) {
		struct reliability_bin *bin = &r->bins[i];

		if (bin->n == 0)
			continue;
		r->ece += fabs((double)bin->n_right - bin->stated) / (double)r->n;
		bin->stated /= (double)bin->n;
		bin->right = stats_clopper_pearson(bin->n_right, bin->n, CONFIDENCE);
	}
}

void reliability_of(const struct ticket *tickets, size_t n_tickets, struct answer *const *answers,
		    size_t n_labels, struct reliability *ret)
{
	struct arena a = { 0 };
	struct stated *items = arena_array(&a, n_tickets, sizeof(*items));

	*ret = (struct reliability){ 0 };
	for (size_t i = 0; i < n_tickets; i++) {
		if (!answers[i])
			continue;
		reliability_add_form(answers[i], ret);
		reliability_add_answer(&tickets[i], answers[i], n_labels, items, ret);
	}
	reliability_finish(ret, n_labels);
	if (ret->n > 0)
		reliability_resample(&a, items, ret);
	arena_release(&a);
}

bool reliability_is_off(const struct reliability *r)
{
	return r->n > 0 && r->ece > r->ece_by_chance_95 + 1e-12;
}

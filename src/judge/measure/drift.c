/*
 * Compares two sets of counts, then and now: the chance that both come from the same shares.
 */
#include "judge/measure/drift.h"

#include <math.h>

#include "judge/measure/stats.h"

enum { EXPECTED_LEAST = 5 };

int drift_bin(double probability)
{
	int bin = (int)(probability * DRIFT_BINS);

	return bin < 0 ? 0 : bin >= DRIFT_BINS ? DRIFT_BINS - 1 : bin;
}

/* The counts of one kind, then and now, and the totals. */
struct pair {
	double then, now, n_then, n_now;
};

static double drift_expected_least(const struct pair *p)
{
	double all = p->then + p->now, n = p->n_then + p->n_now;

	return fmin(all * p->n_then / n, all * p->n_now / n);
}

static double drift_chi_squared(const struct pair *p)
{
	double share = (p->then + p->now) / (p->n_then + p->n_now);
	double e_then = share * p->n_then, e_now = share * p->n_now;

	return pow(p->then - e_then, 2) / e_then + pow(p->now - e_now, 2) / e_now;
}

/* Merges rare kinds; p is 1 if fewer than two kinds are left. */
static double drift_homogeneity_p(const size_t *then, const size_t *now, size_t n_kinds,
				  size_t n_then, size_t n_now)
{
	struct pair rest = { .n_then = (double)n_then, .n_now = (double)n_now };
	double x = 0;
	size_t kinds = 0;

	for (size_t i = 0; i < n_kinds; i++) {
		struct pair one = { (double)then[i], (double)now[i], rest.n_then, rest.n_now };

		if (drift_expected_least(&one) < EXPECTED_LEAST) {
			rest.then += one.then;
			rest.now += one.now;
			continue;
		}
		x += drift_chi_squared(&one);
		kinds++;
	}
	if (rest.then + rest.now > 0) {
		x += drift_chi_squared(&rest);
		kinds++;
	}
	return kinds > 1 ? stats_chi_squared_at_least(x, kinds - 1) : 1;
}

static size_t drift_sum(const size_t *counts, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += counts[i];
	return total;
}

/* How the shares of labels moved. */
static void drift_compare_shares(const struct workload *then, const struct workload *now,
				 size_t n_labels, struct drift *ret)
{
	double most = 0, least = 0;

	ret->grown = ret->shrunk = -1;
	for (size_t i = 0; i < n_labels; i++) {
		double moved = (double)now->by_label[i] / (double)now->n -
			       (double)then->by_label[i] / (double)then->n;

		ret->distance += fabs(moved) / 2;
		if (moved > most) {
			most = moved;
			ret->grown = (int)i;
		}
		if (moved < least) {
			least = moved;
			ret->shrunk = (int)i;
		}
	}
}

void drift_compare(const struct workload *then, const struct workload *now, size_t n_labels,
		   double level, struct drift *ret)
{
	size_t sure_then = drift_sum(then->by_sureness, DRIFT_BINS);
	size_t sure_now = drift_sum(now->by_sureness, DRIFT_BINS);

	*ret = (struct drift){ .labels_p = 1, .sureness_p = 1, .grown = -1, .shrunk = -1 };
	ret->enough = then->n >= DRIFT_LEAST && now->n >= DRIFT_LEAST;
	if (then->n == 0 || now->n == 0)
		return;
	drift_compare_shares(then, now, n_labels, ret);
	ret->labels_p =
		drift_homogeneity_p(then->by_label, now->by_label, n_labels, then->n, now->n);
	if (sure_then > 0 && sure_now > 0)
		ret->sureness_p = drift_homogeneity_p(then->by_sureness, now->by_sureness,
						      DRIFT_BINS, sure_then, sure_now);
	ret->drifted = ret->enough && (ret->labels_p < level / 2 || ret->sureness_p < level / 2);
}

/*
 * The mathematics of docs/decision.md: e-processes, the binomial and beta distributions, intervals,
 * a test of pairs. Pure functions. Must not know candidates, tickets or words.
 *
 * Products of many factors are sums of logarithms, so a million tickets do not overflow.
 */
#include "judge/measure/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define N_PARTS 6 /* of the widest mixture */
#define N_HALVINGS 64 /* after these a bisection of [0, 1] is finer than a double */
#define MOST_IN_A_ROW ((size_t)1 << 40)

/* One bet of a mixture: logarithms of its share of the stake and of its factors. */
struct bet {
	double share, ln_if_right, ln_if_wrong;
};

/* 0 times minus infinity is 0: the factor never occurs. */
static double stats_times(size_t n, double ln)
{
	return n ? (double)n * ln : 0;
}

/* Logarithm of the sum of the bets, relative to the largest, so that nothing overflows. */
static double stats_ln_mixture(const struct bet *bets, size_t n, size_t right, size_t wrong)
{
	double ln[N_PARTS], most = -INFINITY, sum = 0;

	for (size_t j = 0; j < n; j++) {
		ln[j] = log(bets[j].share) + stats_times(right, bets[j].ln_if_right) +
			stats_times(wrong, bets[j].ln_if_wrong);
		most = fmax(most, ln[j]);
	}
	if (isinf(most))
		return most;
	for (size_t j = 0; j < n; j++)
		sum += exp(ln[j] - most);
	return most + log(sum);
}

/* With q = b + (1-b)u: q/b = 1 + u(1-b)/b and (1-q)/(1-b) = 1-u. */
double stats_ln_e_above(size_t right, size_t wrong, double bar)
{
	static const double u[] = { .2, .4, .6, .8, .95, 1 };
	static const double w[] = { .05, .10, .20, .25, .15, .25 };
	struct bet bets[N_PARTS];

	for (size_t j = 0; j < 6; j++)
		bets[j] = (struct bet){ w[j], log1p(u[j] * (1 - bar) / bar), log1p(-u[j]) };
	return stats_ln_mixture(bets, 6, right, wrong);
}

/* With q = bv: q/b = v and (1-q)/(1-b) = 1 + b(1-v)/(1-b). */
double stats_ln_e_below(size_t right, size_t wrong, double bar)
{
	static const double v[] = { .98, .94, .88, .80, .65 };
	static const double w[] = { .05, .15, .30, .30, .20 };
	struct bet bets[N_PARTS];

	for (size_t j = 0; j < 5; j++)
		bets[j] = (struct bet){ w[j], log(v[j]), log1p(bar * (1 - v[j]) / (1 - bar)) };
	return stats_ln_mixture(bets, 5, right, wrong);
}

static bool stats_reaches(size_t right, size_t wrong, double bar, double level)
{
	return stats_ln_e_above(right, wrong, bar) >= -log(level);
}

/* E falls as the bar rises, so all bars up to one point are rejected. */
double stats_at_least(size_t right, size_t wrong, double level)
{
	double low = 0, high = 1;

	if (right == 0)
		return 0; /* E is at most 1 at every bar */
	for (int i = 0; i < N_HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (stats_reaches(right, wrong, middle, level))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* SIZE_MAX if no feasible number of tickets is enough, as for a bar of 1. */
size_t stats_right_in_a_row(size_t right, size_t wrong, double bar, double level)
{
	size_t low = 0, high = 1; /* `low` more are too few, `high` more are enough */

	if (stats_reaches(right, wrong, bar, level))
		return 0;
	while (!stats_reaches(right + high, wrong, bar, level)) {
		if (high >= MOST_IN_A_ROW)
			return SIZE_MAX;
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (stats_reaches(right + middle, wrong, bar, level))
			high = middle;
		else
			low = middle;
	}
	return high;
}

/*
 * The continued fraction 1/(1 + d1/(1 + d2/(1 + …))) of DLMF 8.17.22, evaluated from its head by
 * the modified method of Lentz (Thompson, Barnett 1986). For x below (a+1)/(a+b+2) it converges
 * within some multiple of sqrt(max(a, b)) steps: a few thousand for a million tickets.
 */
static double stats_beta_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1), f;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	f = d;
	for (int i = 1; i < 100000; i++) {
		double m = i;
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		f *= c * d;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = c * d;
		f *= step;
		if (fabs(step - 1) < 1e-15)
			break;
	}
	return f;
}

/* Regularised incomplete beta function I_x(a, b) for a, b > 0 (DLMF 8.17.2, 8.17.4, 8.17.22). */
static double stats_beta_inc(double x, double a, double b)
{
	double ln_front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	if (x > (a + 1) / (a + b + 2))
		return 1 - stats_beta_inc(1 - x, b, a);
	ln_front = a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b);
	return fmin(1, exp(ln_front) * stats_beta_fraction(x, a, b) / a);
}

/* The x where I_x(a, b) is p. */
static double stats_beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1;

	for (int i = 0; i < N_HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (stats_beta_inc(middle, a, b) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* I_{1-bar}(f+1, s+1) is 1 - I_bar(s+1, f+1) (DLMF 8.17.4) without the loss near 0. */
double stats_chance(size_t right, size_t wrong, double bar)
{
	return stats_beta_inc(1 - bar, (double)wrong + 1, (double)right + 1);
}

/* DLMF 8.17.5. */
double stats_binomial_at_least(size_t right, size_t n, double p)
{
	if (right == 0)
		return 1;
	if (right > n)
		return 0;
	return stats_beta_inc(p, (double)right, (double)(n - right) + 1);
}

/* The z that a standard normal variable exceeds with probability `tail`, for tail up to .5. */
static double stats_normal_upper(double tail)
{
	double low = 0, high = 40;

	for (int i = 0; i < N_HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (erfc(middle / sqrt(2)) / 2 > tail)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* Wilson 1927, as in Brown, Cai, DasGupta 2001, (4). */
struct interval stats_wilson(size_t right, size_t n, double confidence)
{
	double z = stats_normal_upper((1 - confidence) / 2), size = (double)n;
	double p = (double)right / size, z2n = z * z / size;
	double middle = (p + z2n / 2) / (1 + z2n);
	double half = z / (1 + z2n) * sqrt(p * (1 - p) / size + z2n / (4 * size));

	return (struct interval){ .low = right == 0 ? 0 : fmax(0, middle - half),
				  .high = right == n ? 1 : fmin(1, middle + half) };
}

/* Brown, Cai, DasGupta 2001, (8): the ends are 0 and 1 if none or all are right. */
struct interval stats_jeffreys(size_t right, size_t n, double confidence)
{
	double tail = (1 - confidence) / 2;
	double a = (double)right + .5, b = (double)(n - right) + .5;

	return (struct interval){ .low = right == 0 ? 0 : stats_beta_quantile(tail, a, b),
				  .high = right == n ? 1 : stats_beta_quantile(1 - tail, a, b) };
}

struct interval stats_clopper_pearson(size_t right, size_t n, double confidence)
{
	double tail = (1 - confidence) / 2;
	double high = 1;

	if (right < n)
		high = stats_beta_quantile(1 - tail, (double)right + 1, (double)(n - right));
	return (struct interval){ .low = stats_clopper_pearson_low(right, n, 1 - tail),
				  .high = high };
}

double stats_clopper_pearson_low(size_t right, size_t n, double confidence)
{
	if (right == 0)
		return 0;
	return stats_beta_quantile(1 - confidence, (double)right, (double)(n - right) + 1);
}

/* Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from a = 1/2 or 1 up to df / 2. */
double stats_chi_squared_at_least(double x, size_t df)
{
	double half = x / 2, a = df % 2 ? .5 : 1;
	double q = df % 2 ? erfc(sqrt(half)) : exp(-half);

	if (x <= 0)
		return 1;
	for (; a + .5 < (double)df / 2; a++)
		q += exp(a * log(half) - half - lgamma(a + 1));
	return q < 1 ? q : 1;
}

/*
 * With m the smaller count of n = only_a + only_b, under a fair coin: 2 P(X <= m) - P(X = m), which
 * is P(X <= m) + P(X < m). If both counts are equal, the paper has 1 - P(X = m)/2.
 */
double stats_mcnemar_mid_p(size_t only_a, size_t only_b)
{
	size_t n = only_a + only_b, more = only_a > only_b ? only_a : only_b;

	if (n == 0)
		return 1;
	if (only_a == only_b)
		return 1.5 - stats_binomial_at_least(more, n, .5);
	return stats_binomial_at_least(more, n, .5) + stats_binomial_at_least(more + 1, n, .5);
}

/*
 * J. Cohen, "A coefficient of agreement for nominal scales", 1960. The standard error is that of
 * J. L. Fleiss, J. Cohen, B. S. Everitt, "Large sample standard errors of kappa and weighted
 * kappa", 1969. The words are those of J. R. Landis, G. G. Koch, "The measurement of observer
 * agreement for categorical data", 1977.
 */
#include "judge/measure/kappa.h"

#include <math.h>

#include "base/arena.h"
#include "base/array.h"

struct kappa_table {
	double *cells; /* shares, n_labels x n_labels */
	double *a, *b; /* each reader's frequencies */
	size_t n_labels;
};

static void kappa_fill(struct kappa_table *t, const int *a, const int *b, size_t n, size_t n_both)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i] < 0 || b[i] < 0)
			continue;
		t->cells[(size_t)a[i] * t->n_labels + (size_t)b[i]] += 1.0 / (double)n_both;
		t->a[a[i]] += 1.0 / (double)n_both;
		t->b[b[i]] += 1.0 / (double)n_both;
	}
}

/* The large-sample standard error. */
static double kappa_error(const struct kappa_table *t, double same, double chance, size_t n)
{
	double sum = 0, last = same * chance - 2 * chance + same;

	for (size_t i = 0; i < t->n_labels; i++)
		for (size_t k = 0; k < t->n_labels; k++) {
			double of_pair = t->b[i] + t->a[k];
			double x =
				i == k ? (1 - chance) - of_pair * (1 - same) : of_pair * (1 - same);

			sum += t->cells[i * t->n_labels + k] * x * x;
		}
	sum -= last * last;
	return sqrt(fmax(sum, 0) / (double)n) / ((1 - chance) * (1 - chance));
}

struct kappa kappa_of(const int *a, const int *b, size_t n, size_t n_labels)
{
	static const double z95 = 1.959964;
	struct kappa k = { 0 };
	struct arena scratch = { 0 };
	struct kappa_table t = { .n_labels = n_labels };
	double same, error;

	for (size_t i = 0; i < n; i++) {
		k.n += a[i] >= 0 && b[i] >= 0;
		k.n_same += a[i] >= 0 && a[i] == b[i];
	}
	if (k.n == 0)
		return k;
	t.cells = arena_array(&scratch, n_labels * n_labels, sizeof(double));
	t.a = arena_array(&scratch, n_labels, sizeof(double));
	t.b = arena_array(&scratch, n_labels, sizeof(double));
	kappa_fill(&t, a, b, n, k.n);
	for (size_t i = 0; i < n_labels; i++)
		k.by_chance += t.a[i] * t.b[i];
	same = (double)k.n_same / (double)k.n;
	k.defined = k.by_chance < 1 - 1e-9;
	if (k.defined) {
		k.value = (same - k.by_chance) / (1 - k.by_chance);
		error = kappa_error(&t, same, k.by_chance, k.n);
		k.has_range = k.n_same < k.n && error > 1e-6; /* less is rounding */
		k.low = fmax(k.value - z95 * error, -1);
		k.high = fmin(k.value + z95 * error, 1);
	}
	arena_release(&scratch);
	return k;
}

const char *kappa_words(const struct kappa *kappa)
{
	static const struct {
		double above;
		const char *words;
	} rows[] = {
		{ .8, "almost perfect" }, { .6, "substantial" }, { .4, "moderate" },
		{ .2, "fair" },		  { 1e-9, "slight" },
	};

	for (size_t i = 0; kappa->defined && i < COUNT_OF(rows); i++)
		if (kappa->value > rows[i].above)
			return rows[i].words;
	return kappa->defined ? "no better than chance" : "";
}

/*
 * Would more tickets help? Fits a power law to the errors of the learning curve, and resamples
 * tickets to measure how sure that is. It extrapolates: docs/tuning.md states its limits.
 */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "judge/head/head_parts.h"

enum { DRAWS = 400 };

/* Points with fewer tickets bend the curve and tell little about its end. */
enum { LEAST_OF_A_POINT = 50 };

struct law {
	double log_error; /* at the number of all rows */
	double power; /* errors fall with n^-power */
};

/* The first point that counts: only the larger ones, if there are enough. */
static size_t curve_first_point(const struct head_quality *q)
{
	size_t i = 0;

	while (i + 3 < q->n_curve && q->curve[i].n < LEAST_OF_A_POINT)
		i++;
	return i;
}

/* Weighted least squares of ln(error) on ln(n); a share's logarithm varies with (1-e)/(n e). */
static struct law curve_fit_law(const struct head_quality *q, const size_t *wrong, size_t n)
{
	double sum = 0, x1 = 0, y1 = 0, xx = 0, xy = 0, at = log((double)n);
	struct law law;

	for (size_t i = curve_first_point(q); i < q->n_curve; i++) {
		double error = ((double)wrong[i] + 0.5) / ((double)n + 1);
		double x = log((double)q->curve[i].n) - at, y = log(error);
		double weight = (double)n * error / (1 - error);

		sum += weight;
		x1 += weight * x;
		y1 += weight * y;
		xx += weight * x * x;
		xy += weight * x * y;
	}
	xx = xx / sum - x1 * x1 / (sum * sum);
	xy = xy / sum - x1 * y1 / (sum * sum);
	law.power = xx > 1e-12 ? fmax(0, -xy / xx) : 0;
	law.log_error = (y1 + law.power * x1) / sum;
	return law;
}

static double curve_gain_of(const struct law *law, size_t n)
{
	double more = (double)(n + HEAD_MORE) / (double)n;

	return exp(law->log_error) * (1 - pow(more, -law->power));
}

static int curve_by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* Errors of each point over the drawn rows, which are the same for all points. */
static void curve_count_wrong(const struct head_data *data, const struct head_quality *q,
			      bool *const *right, uint64_t *state, size_t *ret_wrong)
{
	for (size_t p = 0; p < q->n_curve; p++)
		ret_wrong[p] = 0;
	for (size_t i = 0; i < data->n; i++) {
		size_t row = state ? (size_t)(random_next(state) % data->n) : i;

		for (size_t p = 0; p < q->n_curve; p++)
			ret_wrong[p] += !right[p][row];
	}
}

void head_look_ahead(struct arena *a, const struct head_data *data, bool *const *right,
		     struct head_quality *q)
{
	double *gains = arena_array(a, DRAWS, sizeof(*gains));
	uint64_t state = data->seed + 2;
	size_t wrong[HEAD_CURVE_MAX];
	struct law law;

	if (q->n_curve < 2)
		return;
	curve_count_wrong(data, q, right, NULL, wrong);
	law = curve_fit_law(q, wrong, data->n);
	q->gain = (struct head_gain){ .more = HEAD_MORE, .gain = curve_gain_of(&law, data->n) };
	for (size_t i = 0; i < DRAWS; i++) {
		curve_count_wrong(data, q, right, &state, wrong);
		law = curve_fit_law(q, wrong, data->n);
		gains[i] = curve_gain_of(&law, data->n);
	}
	qsort(gains, DRAWS, sizeof(*gains), curve_by_value);
	q->gain.low = gains[DRAWS / 20];
	q->gain.high = gains[DRAWS - 1 - DRAWS / 20];
}

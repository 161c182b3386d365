/* Three shares of the same three counts. */
#include "judge/task/f1.h"

#define CONFIDENCE 0.95

static struct f1_figure f1_share(size_t n_right, size_t n)
{
	struct f1_figure f = { .is_share = true, .n_right = n_right, .n = n };

	if (n == 0)
		return f;
	f.value = (double)n_right / (double)n;
	f.interval = stats_clopper_pearson(n_right, n, CONFIDENCE);
	return f;
}

struct f1_figure f1_precision(const struct f1_counts *c)
{
	return f1_share(c->n_both, c->n_said);
}

struct f1_figure f1_recall(const struct f1_counts *c)
{
	return f1_share(c->n_both, c->n_gold);
}

static double f1_of_share(double share)
{
	return 2 * share / (1 + share);
}

struct f1_figure f1_both(const struct f1_counts *c)
{
	struct f1_figure f = f1_share(c->n_both, c->n_gold + c->n_said - c->n_both);

	f.is_share = false;
	f.value = f1_of_share(f.value);
	f.interval.low = f1_of_share(f.interval.low);
	f.interval.high = f1_of_share(f.interval.high);
	return f;
}

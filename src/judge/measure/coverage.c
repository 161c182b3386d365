/*
 * Sorts answers by falling probability; each cut between two different ones is a threshold.
 */
#include "judge/measure/coverage.h"

#include <stdlib.h>
#include <string.h>

static int coverage_by_probability(const void *x, const void *y)
{
	double a = ((const struct sure_answer *)x)->probability;
	double b = ((const struct sure_answer *)y)->probability;

	return (a < b) - (a > b);
}

static struct coverage coverage_row_of(double threshold, size_t n_taken, size_t n_right, size_t n)
{
	return (struct coverage){ .threshold = threshold,
				  .n_taken = n_taken,
				  .n_right = n_right,
				  .share = (double)n_taken / (double)n,
				  .accuracy = (double)n_right / (double)n_taken,
				  .interval = stats_clopper_pearson(n_right, n_taken, .95) };
}

double answer_probability(const struct answer *answer, size_t n_labels)
{
	return answer && answer->label >= 0 && answer->n_probs == n_labels ?
		       answer->probs[answer->label] :
		       -1;
}

size_t coverage_answers(struct arena *a, const struct ticket *tickets, size_t n,
			struct answer *const *answers, size_t n_labels,
			struct sure_answer **ret_answers)
{
	struct sure_answer *list = arena_array(a, n, sizeof(*list));
	size_t n_listed = 0;

	for (size_t i = 0; i < n; i++) {
		double probability = answer_probability(answers[i], n_labels);

		if (probability < 0)
			continue;
		list[n_listed++] =
			(struct sure_answer){ probability, answers[i]->label == tickets[i].label };
	}
	*ret_answers = list;
	return n_listed;
}

void coverage_table(struct arena *a, const struct sure_answer *answers, size_t n,
		    struct coverage **ret_rows, size_t *ret_n)
{
	struct sure_answer *sorted = arena_array(a, n, sizeof(*sorted));
	struct coverage *rows = arena_array(a, n, sizeof(*rows));
	size_t *n_right = arena_array(a, n + 1, sizeof(*n_right));
	size_t n_rows = 0;
	double best = -1;

	if (n)
		memcpy(sorted, answers, n * sizeof(*sorted));
	if (n > 1)
		qsort(sorted, n, sizeof(*sorted), coverage_by_probability);
	for (size_t i = 0; i < n; i++)
		n_right[i + 1] = n_right[i] + sorted[i].right;
	for (size_t taken = n; taken > 0; taken--) {
		bool cut = taken == n || sorted[taken - 1].probability > sorted[taken].probability;
		double accuracy = (double)n_right[taken] / (double)taken;

		if (!cut || accuracy <= best)
			continue;
		best = accuracy;
		rows[n_rows++] = coverage_row_of(taken == n ? 0 : sorted[taken - 1].probability,
						 taken, n_right[taken], n);
	}
	*ret_rows = rows;
	*ret_n = n_rows;
}

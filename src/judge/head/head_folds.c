/*
 * Which rows are held out, and in which order a head learns from rows. The seed decides.
 */
#include <stdlib.h>

#include "base/random.h"
#include "judge/head/head_parts.h"

/* Rows to sort: by `first`, then at random. */
struct place {
	size_t row;
	double first;
	uint64_t lot;
};

static int folds_by_place(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->lot != b->lot ? (a->lot > b->lot) - (a->lot < b->lot) :
				  (a->row > b->row) - (a->row < b->row);
}

static struct place *folds_draw_places(struct arena *a, const struct head_data *data,
				       uint64_t state)
{
	struct place *places = arena_array(a, data->n, sizeof(*places));

	for (size_t i = 0; i < data->n; i++)
		places[i] = (struct place){ .row = i, .lot = random_next(&state) };
	return places;
}

/* The fold with the fewest rows of that label; of equals the one with the fewest rows. */
static size_t folds_emptiest(const size_t *of_label, const size_t *of_all)
{
	size_t best = 0;

	for (size_t f = 1; f < HEAD_FOLDS; f++)
		if (of_label[f] < of_label[best] ||
		    (of_label[f] == of_label[best] && of_all[f] < of_all[best]))
			best = f;
	return best;
}

size_t *head_folds(struct arena *a, const struct head_data *data)
{
	size_t *folds = arena_array(a, data->n, sizeof(*folds));
	size_t *of_label = arena_array(a, data->n_labels * HEAD_FOLDS, sizeof(*of_label));
	size_t *sizes = arena_array(a, data->n, sizeof(*sizes)), of_all[HEAD_FOLDS] = { 0 };
	size_t *fold_of_family = arena_array(a, data->n, sizeof(*fold_of_family));
	struct place *places = folds_draw_places(a, data, data->seed);

	for (size_t i = 0; i < data->n; i++)
		sizes[data->families[i]]++;
	/* Large families first; small ones fill the gaps. */
	for (size_t i = 0; i < data->n; i++)
		places[i].first = -(double)sizes[data->families[places[i].row]];
	qsort(places, data->n, sizeof(*places), folds_by_place);
	for (size_t i = 0; i < data->n; i++) {
		size_t row = places[i].row, label = (size_t)data->labels[row];
		size_t *fold = &fold_of_family[data->families[row]]; /* + 1; 0: none yet */

		if (*fold == 0)
			*fold = folds_emptiest(&of_label[label * HEAD_FOLDS], of_all) + 1;
		folds[row] = *fold - 1;
		of_label[label * HEAD_FOLDS + folds[row]]++;
		of_all[folds[row]]++;
	}
	return folds;
}

bool *head_hold_out(struct arena *a, const struct head_data *data)
{
	size_t *folds = head_folds(a, data);
	bool *out = arena_array(a, data->n, sizeof(*out));

	for (size_t i = 0; i < data->n; i++)
		out[i] = folds[i] == 0;
	return out;
}

size_t *head_shuffle(struct arena *a, size_t n, uint64_t seed)
{
	size_t *order = arena_array(a, n, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = random_next(&seed) % i, moved = order[i - 1];

		order[i - 1] = order[k];
		order[k] = moved;
	}
	return order;
}

size_t *head_order(struct arena *a, const struct head_data *data)
{
	size_t *order = arena_array(a, data->n, sizeof(*order));
	size_t *totals = arena_array(a, data->n_labels, sizeof(*totals));
	size_t *ranks = arena_array(a, data->n_labels, sizeof(*ranks));
	struct place *places = folds_draw_places(a, data, data->seed + 1);

	qsort(places, data->n, sizeof(*places), folds_by_place);
	for (size_t i = 0; i < data->n; i++)
		totals[data->labels[i]]++;
	for (size_t i = 0; i < data->n; i++) {
		int label = data->labels[places[i].row];

		places[i].first = ((double)ranks[label]++ + 0.5) / (double)totals[label];
	}
	qsort(places, data->n, sizeof(*places), folds_by_place);
	for (size_t i = 0; i < data->n; i++)
		order[i] = places[i].row;
	return order;
}

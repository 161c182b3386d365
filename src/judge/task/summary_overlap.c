/*
 * Overlap of word lists.
 */
#include "judge/task/summary_overlap.h"

#include <string.h>

/* Row by row: lengths[j] is the longest of all words so far and the first j of y. */
static size_t overlap_lcs(const struct summary_words *x, const struct summary_words *y)
{
	struct arena a = { 0 };
	size_t *lengths = arena_array(&a, y->n + 1, sizeof(*lengths)), longest;

	for (size_t i = 0; i < x->n; i++) {
		size_t diagonal = 0;

		for (size_t j = 0; j < y->n; j++) {
			size_t above = lengths[j + 1];

			if (strcmp(x->items[i], y->items[j]) == 0)
				lengths[j + 1] = diagonal + 1;
			else if (lengths[j] > above)
				lengths[j + 1] = lengths[j];
			diagonal = above;
		}
	}
	longest = lengths[y->n];
	arena_release(&a);
	return longest;
}

double summary_rouge_l(const struct summary_words *said, const struct summary_words *reference)
{
	double common = (double)overlap_lcs(said, reference);

	return common > 0 ? 2 * common / (double)(said->n + reference->n) : 0;
}

/* The longest run of words that begins at `at` and is in the ticket. */
static size_t overlap_run(const struct summary_words *said, size_t at,
			  const struct summary_words *ticket)
{
	size_t longest = 0;

	for (size_t i = 0; i < ticket->n; i++) {
		size_t n = 0;

		while (at + n < said->n && i + n < ticket->n &&
		       strcmp(said->items[at + n], ticket->items[i + n]) == 0)
			n++;
		if (n > longest)
			longest = n;
	}
	return longest;
}

struct summary_copied summary_copied(const struct summary_words *said,
				     const struct summary_words *ticket)
{
	struct summary_copied copied = { 0, 0, 0 };

	for (size_t i = 0; i < said->n;) {
		size_t n = overlap_run(said, i, ticket);

		copied.coverage += (double)n / (double)said->n;
		copied.density += (double)(n * n) / (double)said->n;
		if (n > copied.longest)
			copied.longest = n;
		i += n ? n : 1;
	}
	return copied;
}

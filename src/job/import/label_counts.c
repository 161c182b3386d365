/*
 * Merges the spellings of labels.
 */
#include "job/import/label_counts.h"

#include <string.h>

#include "job/file/label_key.h"

/* As many are compared with each other; a column with more is not one of labels. */
enum { COUNTS_COMPARED = 2000 };

/* A label that is near another one by its name keeps the hint only if both are still there. */
static void counts_settle_near(struct label_counts *counts)
{
	for (size_t i = 0; i < counts->n; i++) {
		int near = counts->items[i].near ?
				   label_counts_find(counts, counts->items[i].near) :
				   -1;

		counts->items[i].near =
			near >= 0 && (size_t)near != i ? counts->items[near].name : NULL;
	}
}

void label_counts_of(struct arena *a, const struct imported *imported,
		     struct label_counts *ret_counts)
{
	size_t n = imported->n_labels;
	struct label_counts counts = { 0 };
	const char **keys = arena_array(a, n, sizeof(*keys));

	counts.items = arena_array(a, n, sizeof(*counts.items));
	counts.spellings = arena_array(a, n, sizeof(*counts.spellings));
	for (size_t i = 0; i < n; i++) {
		const struct import_label *label = &imported->labels[i];
		const char *key = n <= COUNTS_COMPARED ? label_key(a, label->name) : label->name;
		size_t at = 0;

		while (n <= COUNTS_COMPARED && at < counts.n && strcmp(keys[at], key) != 0)
			at++;
		if (n > COUNTS_COMPARED || at == counts.n) {
			keys[counts.n] = key;
			counts.items[counts.n++] = *label;
			continue;
		}
		counts.items[at].n += label->n;
		counts.spellings[counts.n_spellings++] =
			(struct label_spelling){ label->name, label->n, at };
	}
	if (n <= COUNTS_COMPARED)
		counts_settle_near(&counts);
	*ret_counts = counts;
}

int label_counts_find(const struct label_counts *counts, const char *name)
{
	for (size_t i = 0; i < counts->n; i++)
		if (strcmp(counts->items[i].name, name) == 0)
			return (int)i;
	for (size_t i = 0; i < counts->n_spellings; i++)
		if (strcmp(counts->spellings[i].name, name) == 0)
			return (int)counts->spellings[i].label;
	return -1;
}

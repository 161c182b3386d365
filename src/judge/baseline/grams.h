/*
 * Words and pairs of words of a text, for the baselines. Decides what a word is, and numbers the
 * n-grams of a training set. Pure. Must not know labels.
 */
#ifndef JUDGE_BASELINE_GRAMS_H
#define JUDGE_BASELINE_GRAMS_H

#include <stdint.h>

#include "base/arena.h"

/*
 * Calls `each` for every word, and every two consecutive words, of a text of str_normalised(). Each
 * Chinese, Japanese or Korean character is a word (Thai, Lao, Khmer and Burmese, also written
 * without spaces, are not cut into words).
 */
void grams_each(const char *text, void (*each)(void *ctx, const char *gram, size_t len), void *ctx);

struct gram {
	struct gram *next; /* in the same slot */
	const char *text; /* one or two words of the normalised text */
	size_t len, number; /* numbered from 0, in the order added */
};

/* The distinct n-grams of a training set; the arena owns them. */
struct vocabulary {
	struct gram **slots;
	size_t n_slots; /* a power of two */
	size_t n;
	int64_t bytes; /* memory that it takes */
};

/* An empty vocabulary that is fast for the n-grams of these n normalised texts. */
struct vocabulary vocabulary_make(struct arena *a, const char *const *texts, size_t n);

/* The n-gram, or NULL if it is not known. */
const struct gram *vocabulary_find(const struct vocabulary *v, const char *gram, size_t len);

/* The n-gram; an unknown one is copied and numbered. */
const struct gram *vocabulary_add(struct arena *a, struct vocabulary *v, const char *gram,
				  size_t len);

#endif

/*
 * The baselines. Naive Bayes stores, for each n-gram, only the labels that have it. For the other
 * labels add-one smoothing gives every n-gram the same term, log(1 / (grams of the label + grams
 * known)), so a label's score is
 *
 *   log(share of the label) - known grams * log(grams of the label + grams known)
 *     + sum over the text's known grams of log(1 + how often the label has the gram)
 */
#include "judge/baseline.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"
#include "judge/softmax.h"

/* How often the tickets of one label have an n-gram. */
struct seen {
	struct seen *next;
	int label;
	uint32_t count;
};

struct gram {
	struct gram *next; /* in the same slot */
	const char *text; /* one or two words of the normalised text */
	size_t len;
	struct seen *seen;
};

struct bayes {
	struct gram **slots;
	size_t n_slots; /* a power of two */
	size_t n_grams; /* distinct n-grams: the vocabulary */
	size_t n_labels;
	int64_t *label_grams; /* of all tickets of the label, with repeats */
	double *label_log_share; /* -INFINITY if no ticket has the label */
	int64_t bytes;
};

static void baseline_count_labels(const struct ticket *const *tickets, size_t n, size_t n_labels,
				  double *ret_counts)
{
	for (size_t label = 0; label < n_labels; label++)
		ret_counts[label] = 0;
	for (size_t i = 0; i < n; i++)
		ret_counts[tickets[i]->label]++;
}

int baseline_majority(const struct ticket *const *tickets, size_t n, size_t n_labels,
		      double *ret_probs)
{
	size_t top = 0;

	baseline_count_labels(tickets, n, n_labels, ret_probs);
	for (size_t label = 1; label < n_labels; label++)
		if (ret_probs[label] > ret_probs[top])
			top = label;
	for (size_t label = 0; label < n_labels; label++)
		ret_probs[label] /= (double)n;
	return (int)top;
}

/*
 * The end of the word at p. Each Chinese, Japanese or Korean (wide) character is a word, because
 * the first two are written without spaces; bigrams are then pairs of characters.
 */
static const char *baseline_word_end(const char *p)
{
	const char *end = p;

	while (*end && *end != ' ') {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)end, -1, &cp);
		bool wide = n > 0 && utf8proc_charwidth(cp) == 2;

		if (wide && end > p)
			return end;
		end += n > 0 ? n : 1;
		if (wide)
			return end;
	}
	return end;
}

static const char *baseline_skip_gap(const char *p)
{
	return *p == ' ' ? p + 1 : p;
}

/* Calls `each` for every word and every two consecutive words of a normalised text. */
static void baseline_each_gram(const char *text,
			       void (*each)(void *ctx, const char *gram, size_t len), void *ctx)
{
	const char *before = NULL;

	for (const char *word = text; *word;) {
		const char *end = baseline_word_end(word);

		each(ctx, word, (size_t)(end - word));
		if (before)
			each(ctx, before, (size_t)(end - before));
		before = word;
		word = baseline_skip_gap(end);
	}
}

/* FNV-1a, 64 bits. */
static size_t baseline_slot_of(const struct bayes *bayes, const char *gram, size_t len)
{
	uint64_t h = 0xCBF29CE484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)gram[i]) * 0x100000001B3u;
	return (size_t)(h & (bayes->n_slots - 1));
}

static struct gram *baseline_gram_find(const struct bayes *bayes, const char *text, size_t len)
{
	struct gram *gram = bayes->slots[baseline_slot_of(bayes, text, len)];

	while (gram && (gram->len != len || memcmp(gram->text, text, len) != 0))
		gram = gram->next;
	return gram;
}

/* Allocates for the model and counts its memory. */
static void *baseline_model_array(struct arena *a, struct bayes *bayes, size_t n, size_t size_bytes)
{
	bayes->bytes += (int64_t)(n * size_bytes);
	return arena_array(a, n, size_bytes);
}

static struct gram *baseline_gram_add(struct arena *a, struct bayes *bayes, const char *text,
				      size_t len)
{
	struct gram **slot = &bayes->slots[baseline_slot_of(bayes, text, len)];
	struct gram *gram = baseline_model_array(a, bayes, 1, sizeof(*gram));
	char *copy = baseline_model_array(a, bayes, len, 1);

	memcpy(copy, text, len);
	*gram = (struct gram){ .next = *slot, .text = copy, .len = len };
	*slot = gram;
	bayes->n_grams++;
	return gram;
}

struct learning {
	struct arena *arena;
	struct bayes *bayes;
	int label;
};

static void baseline_learn_gram(void *ctx, const char *text, size_t len)
{
	struct learning *l = ctx;
	struct gram *gram = baseline_gram_find(l->bayes, text, len);
	struct seen *seen;

	if (!gram)
		gram = baseline_gram_add(l->arena, l->bayes, text, len);
	for (seen = gram->seen; seen && seen->label != l->label;)
		seen = seen->next;
	if (!seen) {
		seen = baseline_model_array(l->arena, l->bayes, 1, sizeof(*seen));
		*seen = (struct seen){ .next = gram->seen, .label = l->label };
		gram->seen = seen;
	}
	seen->count++;
	l->bayes->label_grams[l->label]++;
}

static void baseline_count_gram(void *ctx, const char *text, size_t len)
{
	(void)text;
	(void)len;
	(*(size_t *)ctx)++;
}

struct bayes *bayes_train(struct arena *a, const struct ticket *const *tickets, size_t n,
			  size_t n_labels)
{
	struct bayes *bayes = arena_alloc(a, sizeof(*bayes));
	struct arena scratch = { 0 };
	char **texts = arena_array(&scratch, n, sizeof(*texts));
	size_t n_all = 0;

	*bayes = (struct bayes){ .n_labels = n_labels, .n_slots = 1, .bytes = sizeof(*bayes) };
	bayes->label_grams = baseline_model_array(a, bayes, n_labels, sizeof(*bayes->label_grams));
	bayes->label_log_share =
		baseline_model_array(a, bayes, n_labels, sizeof(*bayes->label_log_share));
	baseline_count_labels(tickets, n, n_labels, bayes->label_log_share);
	for (size_t label = 0; label < n_labels; label++)
		bayes->label_log_share[label] = log(bayes->label_log_share[label] / (double)n);
	for (size_t i = 0; i < n; i++) {
		texts[i] = str_normalised(&scratch, tickets[i]->text);
		baseline_each_gram(texts[i], baseline_count_gram, &n_all);
	}
	while (bayes->n_slots < n_all)
		bayes->n_slots *= 2;
	bayes->slots = baseline_model_array(a, bayes, bayes->n_slots, sizeof(struct gram *));
	for (size_t i = 0; i < n; i++) {
		struct learning learning = { a, bayes, tickets[i]->label };

		baseline_each_gram(texts[i], baseline_learn_gram, &learning);
	}
	arena_release(&scratch);
	return bayes;
}

struct scoring {
	const struct bayes *bayes;
	double *scores; /* one per label */
	int64_t n_known;
};

static void baseline_score_gram(void *ctx, const char *text, size_t len)
{
	struct scoring *s = ctx;
	const struct gram *gram = baseline_gram_find(s->bayes, text, len);

	if (!gram)
		return;
	s->n_known++;
	for (const struct seen *seen = gram->seen; seen; seen = seen->next)
		s->scores[seen->label] += log1p(seen->count);
}

int bayes_classify(const struct bayes *bayes, const char *text, double *ret_probs)
{
	struct arena scratch = { 0 };
	double *scores = arena_array(&scratch, bayes->n_labels, sizeof(*scores));
	struct scoring scoring = { .bayes = bayes, .scores = scores };
	int label;

	baseline_each_gram(str_normalised(&scratch, text), baseline_score_gram, &scoring);
	for (size_t i = 0; i < bayes->n_labels; i++) {
		double n_grams = (double)bayes->label_grams[i] + (double)bayes->n_grams;

		scores[i] += bayes->label_log_share[i];
		if (scoring.n_known > 0)
			scores[i] -= (double)scoring.n_known * log(n_grams);
	}
	label = softmax(scores, bayes->n_labels, ret_probs);
	arena_release(&scratch);
	return label;
}

int64_t bayes_bytes(const struct bayes *bayes)
{
	return bayes->bytes;
}

/*
 * The baselines. Naive Bayes stores, for each n-gram, only the labels that have it. For the other
 * labels add-one smoothing gives every n-gram the same term, log(1 / (grams of the label + grams
 * known)), so a label's score is
 *
 *   log(share of the label) - known grams * log(grams of the label + grams known)
 *     + sum over the text's known grams of log(1 + how often the label has the gram)
 */
#include "judge/baseline/baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "judge/baseline/grams.h"
#include "judge/measure/softmax.h"

/* How often the tickets of one label have an n-gram. */
struct seen {
	struct seen *next;
	int label;
	uint32_t count;
};

struct bayes {
	struct vocabulary grams;
	struct seen **seen; /* one list per n-gram */
	size_t cap_seen;
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

/* A gold answer, and the place of its ticket. */
struct given {
	const char *gold;
	size_t at;
};

static int baseline_by_gold(const void *x, const void *y)
{
	const struct given *a = x, *b = y;
	int order = strcmp(a->gold, b->gold);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

const char *baseline_majority_gold(const struct ticket *const *tickets, size_t n)
{
	struct arena scratch = { 0 };
	struct given *given = arena_array(&scratch, n, sizeof(*given)), top;
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		given[i] = (struct given){ tickets[i]->gold, i };
	qsort(given, n, sizeof(*given), baseline_by_gold);
	top = given[0];
	for (size_t first = 0, i = 1; i <= n; i++) {
		if (i < n && strcmp(given[i].gold, given[first].gold) == 0)
			continue;
		if (i - first > most || (i - first == most && given[first].at < top.at))
			top = given[first];
		if (i - first > most)
			most = i - first;
		first = i;
	}
	arena_release(&scratch);
	return top.gold;
}

/* Allocates for the model and counts its memory. */
static void *baseline_model_array(struct arena *a, struct bayes *bayes, size_t n, size_t size_bytes)
{
	bayes->bytes += (int64_t)(n * size_bytes);
	return arena_array(a, n, size_bytes);
}

struct learning {
	struct arena *arena;
	struct bayes *bayes;
	int label;
};

/* The list of an n-gram; a new n-gram gets an empty one. */
static struct seen **baseline_seen_of(const struct learning *l, const char *text, size_t len)
{
	struct bayes *bayes = l->bayes;
	size_t n_known = bayes->grams.n;
	size_t number = vocabulary_add(l->arena, &bayes->grams, text, len)->number;

	if (number == n_known) {
		bayes->seen = arena_grow(l->arena, bayes->seen, n_known, &bayes->cap_seen,
					 sizeof(*bayes->seen));
		bayes->seen[number] = NULL;
	}
	return &bayes->seen[number];
}

static void baseline_learn_gram(void *ctx, const char *text, size_t len)
{
	struct learning *l = ctx;
	struct seen **list = baseline_seen_of(l, text, len), *seen = *list;

	while (seen && seen->label != l->label)
		seen = seen->next;
	if (!seen) {
		seen = baseline_model_array(l->arena, l->bayes, 1, sizeof(*seen));
		*seen = (struct seen){ .next = *list, .label = l->label };
		*list = seen;
	}
	seen->count++;
	l->bayes->label_grams[l->label]++;
}

struct bayes *bayes_train(struct arena *a, const struct ticket *const *tickets, size_t n,
			  size_t n_labels)
{
	struct bayes *bayes = arena_alloc(a, sizeof(*bayes));
	struct arena scratch = { 0 };
	const char **texts = arena_array(&scratch, n, sizeof(*texts));

	*bayes = (struct bayes){ .n_labels = n_labels, .bytes = sizeof(*bayes) };
	bayes->label_grams = baseline_model_array(a, bayes, n_labels, sizeof(*bayes->label_grams));
	bayes->label_log_share =
		baseline_model_array(a, bayes, n_labels, sizeof(*bayes->label_log_share));
	baseline_count_labels(tickets, n, n_labels, bayes->label_log_share);
	for (size_t label = 0; label < n_labels; label++)
		bayes->label_log_share[label] = log(bayes->label_log_share[label] / (double)n);
	for (size_t i = 0; i < n; i++)
		texts[i] = str_normalised(&scratch, tickets[i]->text);
	bayes->grams = vocabulary_make(a, texts, n);
	for (size_t i = 0; i < n; i++) {
		struct learning learning = { a, bayes, tickets[i]->label };

		grams_each(texts[i], baseline_learn_gram, &learning);
	}
	bayes->bytes += bayes->grams.bytes + (int64_t)(bayes->cap_seen * sizeof(*bayes->seen));
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
	const struct gram *gram = vocabulary_find(&s->bayes->grams, text, len);

	if (!gram)
		return;
	s->n_known++;
	for (const struct seen *seen = s->bayes->seen[gram->number]; seen; seen = seen->next)
		s->scores[seen->label] += log1p(seen->count);
}

int bayes_classify(const struct bayes *bayes, const char *text, double *ret_probs)
{
	struct arena scratch = { 0 };
	double *scores = arena_array(&scratch, bayes->n_labels, sizeof(*scores));
	struct scoring scoring = { .bayes = bayes, .scores = scores };
	int label;

	grams_each(str_normalised(&scratch, text), baseline_score_gram, &scoring);
	for (size_t i = 0; i < bayes->n_labels; i++) {
		double n_grams = (double)bayes->label_grams[i] + (double)bayes->grams.n;

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

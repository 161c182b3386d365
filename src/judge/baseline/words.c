/*
 * Texts to sparse rows: n-grams are counted, weighted and sorted by number.
 */
#include "judge/baseline/words.h"

#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "job/ticket/leak_guard.h"
#include "judge/baseline/grams.h"
#include "judge/head/head_each.h"
#include "judge/measure/softmax.h"

struct words {
	struct vocabulary grams;
	double *idf; /* one per n-gram */
	/* For the training, on first use. */
	struct arena *arena;
	const struct ticket *const *tickets; /* those that it learns from */
	const bool *const *fits; /* which labels each has; NULL: each has its one label */
	struct feature_node **rows; /* one a ticket */
	struct head_data data;
	struct head_fit fit; /* without weights until then */
};

/* The n-grams of one text as their numbers. */
struct bag {
	struct arena *arena;
	struct vocabulary *learns; /* takes n-grams that it does not know; or NULL */
	const struct vocabulary *known;
	size_t *numbers, n, cap;
};

static void words_take_gram(void *ctx, const char *text, size_t len)
{
	struct bag *b = ctx;
	const struct gram *gram = b->learns ? vocabulary_add(b->arena, b->learns, text, len) :
					      vocabulary_find(b->known, text, len);

	if (!gram)
		return;
	b->numbers = arena_grow(b->arena, b->numbers, b->n, &b->cap, sizeof(*b->numbers));
	b->numbers[b->n++] = gram->number;
}

static int words_by_number(const void *x, const void *y)
{
	size_t a = *(const size_t *)x, b = *(const size_t *)y;

	return (a > b) - (a < b);
}

/* Counts each n-gram: a row with a place for the bias, which liblinear counts as a feature. */
static struct feature_node *words_count(struct arena *a, struct bag *b, size_t *ret_n)
{
	struct feature_node *row = arena_array(a, b->n + 2, sizeof(*row));
	size_t n = 0;

	if (b->n > 1)
		qsort(b->numbers, b->n, sizeof(*b->numbers), words_by_number);
	for (size_t i = 0; i < b->n; i++) {
		if (i == 0 || b->numbers[i] != b->numbers[i - 1])
			row[n++] = (struct feature_node){ (int)b->numbers[i] + 1, 0 };
		row[n - 1].value++;
	}
	*ret_n = n;
	return row;
}

/* Counts to weights, of length 1 together, then the bias and the end. */
static void words_weigh(const struct words *w, struct feature_node *row, size_t n)
{
	double squares = 0;

	for (size_t i = 0; i < n; i++) {
		row[i].value = (1 + log(row[i].value)) * w->idf[row[i].index - 1];
		squares += row[i].value * row[i].value;
	}
	for (size_t i = 0; i < n; i++)
		row[i].value /= sqrt(squares);
	row[n] = (struct feature_node){ (int)w->grams.n + 1, 1 };
	row[n + 1].index = -1;
}

static const int *words_labels(struct arena *a, const struct ticket *const *tickets, size_t n)
{
	int *labels = arena_array(a, n, sizeof(*labels));

	for (size_t i = 0; i < n; i++)
		labels[i] = tickets[i]->label;
	return labels;
}

/* All of the tickets, or a part in which all labels come early. */
static void words_choose(struct words *w, const struct words_training *t)
{
	const struct ticket **tickets;
	const bool **fits;
	const size_t *order;

	w->tickets = t->tickets;
	w->fits = t->fits;
	w->data.n = t->n;
	if (t->n <= WORDS_MOST_TICKETS)
		return;
	order = head_order(w->arena,
			   &(struct head_data){ .labels = words_labels(w->arena, t->tickets, t->n),
						.n = t->n,
						.n_labels = t->n_labels,
						.seed = t->seed });
	w->data.n = WORDS_MOST_TICKETS;
	w->tickets = tickets = arena_array(w->arena, w->data.n, sizeof(*tickets));
	for (size_t i = 0; i < w->data.n; i++)
		tickets[i] = t->tickets[order[i]];
	if (!t->fits)
		return;
	w->fits = fits = arena_array(w->arena, w->data.n, sizeof(*fits));
	for (size_t i = 0; i < w->data.n; i++)
		fits[i] = t->fits[order[i]];
}

/* Fills the vocabulary, its idf, and a row per ticket. */
static void words_read(struct words *w)
{
	struct arena *a = w->arena, scratch = { 0 };
	size_t n = w->data.n, *lengths = arena_array(&scratch, n, sizeof(*lengths));
	const char **texts = arena_array(&scratch, n, sizeof(*texts));

	for (size_t i = 0; i < n; i++)
		texts[i] = str_normalised(&scratch, w->tickets[i]->text);
	w->grams = vocabulary_make(a, texts, n);
	w->rows = arena_array(a, n, sizeof(*w->rows));
	for (size_t i = 0; i < n; i++) {
		struct bag bag = { .arena = a, .learns = &w->grams };

		grams_each(texts[i], words_take_gram, &bag);
		w->rows[i] = words_count(a, &bag, &lengths[i]);
	}
	w->idf = arena_array(a, w->grams.n, sizeof(*w->idf));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lengths[i]; k++)
			w->idf[w->rows[i][k].index - 1]++;
	for (size_t g = 0; g < w->grams.n; g++)
		w->idf[g] = 1 + log((1 + (double)n) / (1 + w->idf[g]));
	for (size_t i = 0; i < n; i++)
		words_weigh(w, w->rows[i], lengths[i]);
	arena_release(&scratch);
}

int words_make(struct arena *a, const struct words_training *training, struct words **ret_words,
	       struct err *err)
{
	struct words *w = arena_alloc(a, sizeof(*w));

	*w = (struct words){ .arena = a,
			     .data = { .n_labels = training->n_labels, .seed = training->seed } };
	words_choose(w, training);
	w->data.labels = words_labels(a, w->tickets, w->data.n);
	*ret_words = w;
	if ((w->fits ? each_check(w->data.n, err) : head_check(a, &w->data, err)) < 0)
		return -1;
	words_read(w);
	return 0;
}

/* On first use: most commands plan `words` and do not ask it. words_make() has checked the data. */
const struct head_fit *words_fit(struct words *words)
{
	struct err unused;

	if (words->fit.weights)
		return &words->fit;
	words->data.families = guard_families(words->arena, words->tickets, words->data.n);
	words->data.sparse = (const struct feature_node *const *)words->rows;
	words->data.n_embd = words->grams.n;
	if (words->fits)
		(void)!each_train(words->arena, &(struct each_data){ words->data, words->fits },
				  &words->fit, &unused);
	else
		(void)!head_train(words->arena, &words->data, &words->fit, &unused);
	return &words->fit;
}

static struct feature_node *words_row(struct arena *a, const struct words *words, const char *text,
				      size_t *ret_n)
{
	struct bag bag = { .arena = a, .known = &words->grams };
	struct feature_node *row;

	grams_each(str_normalised(a, text), words_take_gram, &bag);
	row = words_count(a, &bag, ret_n);
	words_weigh(words, row, *ret_n);
	return row;
}

/* A score for each label; the arena owns them. */
static double *words_score(struct arena *a, struct words *words, const char *text)
{
	const struct head_fit *fit = words_fit(words);
	struct head_data data = words->data;
	double *scores = arena_array(a, data.n_labels, sizeof(*scores));
	size_t n;
	const struct feature_node *row = words_row(a, words, text, &n);

	data.sparse = &row;
	linear_score(&data, fit->weights, 0, scores);
	return scores;
}

int words_classify(struct words *words, const char *text, double *ret_probs)
{
	struct arena scratch = { 0 };
	int label = softmax(words_score(&scratch, words, text), words->data.n_labels, ret_probs);

	arena_release(&scratch);
	return label;
}

void words_fits(struct words *words, const char *text, bool *ret_fits)
{
	struct arena scratch = { 0 };
	const double *scores = words_score(&scratch, words, text);

	for (size_t k = 0; k < words->data.n_labels; k++)
		ret_fits[k] = scores[k] > 0;
	arena_release(&scratch);
}

double words_weight(const struct words *words, const char *text, const char *gram)
{
	const struct gram *known = vocabulary_find(&words->grams, gram, strlen(gram));
	struct arena scratch = { 0 };
	size_t n;
	const struct feature_node *row = words_row(&scratch, words, text, &n);
	double weight = 0;

	for (size_t i = 0; known && i < n; i++)
		if (row[i].index == (int)known->number + 1)
			weight = row[i].value;
	arena_release(&scratch);
	return weight;
}

int64_t words_bytes(const struct words *words)
{
	size_t n_weights = words->data.n_labels * (words->grams.n + 1) + words->grams.n;

	return words->grams.bytes + (int64_t)(n_weights * sizeof(double) + sizeof(*words));
}

size_t words_n_learnt(const struct words *words)
{
	return words->data.n;
}

/*
 * The label trie against plain arithmetic, on random label sets: each probability as the product
 * over its path, their sum, the choice, ties, and the label sets that are refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "engine/orders.h"
#include "engine/trie.h"
#include "unit/random.h"

enum { N_VOCAB = 100, MAX_LABELS = 64, MAX_TOKENS = 12, END = 99 };

struct labels {
	int32_t tokens[MAX_LABELS][MAX_TOKENS];
	struct trie_path paths[MAX_LABELS];
	size_t n;
};

/* Turns log-probabilities into probabilities, in one order of the labels. */
static int choose(const struct trie *t, double *log_probs_to_probs)
{
	const struct orders one = { .n_labels = t->n_labels, .n = 1 };
	double log_probs[MAX_LABELS];
	size_t n_agreed;
	int label;

	memcpy(log_probs, log_probs_to_probs, t->n_labels * sizeof(*log_probs));
	label = orders_choose(&one, log_probs, log_probs_to_probs, &n_agreed);
	assert_int_equal(n_agreed, 1);
	return label;
}

static bool same_path(const struct trie_path *x, const struct trie_path *y)
{
	return x->n == y->n && memcmp(x->tokens, y->tokens, x->n * sizeof(int32_t)) == 0;
}

/* n paths over few tokens, so that they share beginnings. Each ends with END. */
static void random_labels(struct labels *l, size_t n, uint64_t *seed)
{
	size_t alphabet = 2 + random_below(seed, 5);

	l->n = 0;
	while (l->n < n) {
		struct trie_path *p = &l->paths[l->n];
		bool is_new = true;

		p->tokens = l->tokens[l->n];
		p->n = 1 + random_below(seed, MAX_TOKENS - 1);
		for (size_t i = 0; i + 1 < p->n; i++)
			l->tokens[l->n][i] = (int32_t)random_below(seed, alphabet);
		l->tokens[l->n][p->n - 1] = END;
		for (size_t i = 0; i < l->n; i++)
			is_new = is_new && !same_path(p, &l->paths[i]);
		l->n += is_new;
	}
}

/* Logits depend on the path to the node, as a model's do. */
static float logit(const int32_t *path, size_t depth, int32_t token)
{
	uint64_t seed = 1469598103934665603u;

	for (size_t i = 0; i < depth; i++)
		seed = (seed ^ (uint64_t)path[i]) * 1099511628211u;
	seed = (seed ^ (uint64_t)(token + 1000)) * 1099511628211u | 1;
	random_next(&seed);
	return (float)random_below(&seed, 4000) / 100.0f - 20.0f;
}

static void score_all(const struct trie *t, double *values)
{
	float logits[N_VOCAB];

	memset(values, 0, t->n_labels * sizeof(*values));
	for (size_t b = 0; b < t->n_branches; b++) {
		for (int32_t token = 0; token < N_VOCAB; token++)
			logits[token] = logit(t->branches[b].path, t->branches[b].depth, token);
		trie_score(t, b, logits, values);
	}
}

static bool shares(const struct trie_path *x, const struct trie_path *y, size_t depth)
{
	return x->n >= depth && y->n >= depth &&
	       memcmp(x->tokens, y->tokens, depth * sizeof(int32_t)) == 0;
}

/* One step's share: softmax over the distinct tokens that labels have after this prefix. */
static long double step_share(const struct labels *l, const struct trie_path *p, size_t depth)
{
	bool seen[N_VOCAB] = { false };
	long double sum = 0;

	for (size_t i = 0; i < l->n; i++) {
		int32_t token;

		if (!shares(&l->paths[i], p, depth) || l->paths[i].n == depth)
			continue;
		token = l->paths[i].tokens[depth];
		if (!seen[token])
			sum += expl((long double)logit(p->tokens, depth, token));
		seen[token] = true;
	}
	return expl((long double)logit(p->tokens, depth, p->tokens[depth])) / sum;
}

static long double brute_force(const struct labels *l, size_t label)
{
	long double product = 1;

	for (size_t depth = 0; depth < l->paths[label].n; depth++)
		product *= step_share(l, &l->paths[label], depth);
	return product;
}

static void assert_probabilities(const struct labels *l, const struct trie *t)
{
	double probs[MAX_LABELS];
	long double sum = 0;
	int chosen;

	score_all(t, probs);
	chosen = choose(t, probs);
	for (size_t i = 0; i < l->n; i++) {
		assert_true(fabsl((long double)probs[i] - brute_force(l, i)) < 1e-12L);
		assert_true(probs[i] <= probs[chosen]);
		assert_true(probs[i] < probs[chosen] || (int)i >= chosen);
		sum += (long double)probs[i];
	}
	assert_true(fabsl(sum - 1) < 1e-12L);
}

static void assert_shape(const struct labels *l, const struct trie *t)
{
	assert_int_equal(t->n_labels, l->n);
	assert_true(t->n_branches < l->n);
	for (size_t b = 0; b < t->n_branches; b++) {
		const struct trie_branch *branch = &t->branches[b];
		struct trie_path at = { branch->path, branch->depth };

		assert_true(b == 0 || t->branches[b - 1].depth <= branch->depth);
		assert_true(branch->n_children >= 2);
		for (size_t i = 0; i < l->n; i++) {
			int child = branch->child_of_label[i];
			bool passes = shares(&l->paths[i], &at, branch->depth) &&
				      l->paths[i].n > branch->depth;

			assert_int_equal(child >= 0, passes);
			assert_true(child < (int)branch->n_children);
			if (passes)
				assert_int_equal(branch->children[child],
						 l->paths[i].tokens[branch->depth]);
		}
	}
}

static void random_sets_equal_brute_force(void **state)
{
	uint64_t seed = 51;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct arena a = { 0 };
		struct labels l;
		struct err err = { 0 };
		struct trie t;

		random_labels(&l, 2 + random_below(&seed, 20), &seed);
		assert_int_equal(trie_build(&a, l.paths, l.n, &t, &err), 0);
		assert_int_equal(err.kind, ERR_NONE);
		assert_shape(&l, &t);
		assert_probabilities(&l, &t);
		arena_release(&a);
	}
}

static void sixty_four_labels(void **state)
{
	uint64_t seed = 52;

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct arena a = { 0 };
		struct labels l;
		struct err err;
		struct trie t;

		random_labels(&l, MAX_LABELS, &seed);
		assert_int_equal(trie_build(&a, l.paths, l.n, &t, &err), 0);
		assert_shape(&l, &t);
		assert_probabilities(&l, &t);
		arena_release(&a);
	}
}

/* The order of the labels does not change their probabilities. */
static void order_does_not_matter(void **state)
{
	struct arena a = { 0 };
	struct trie_path turned[MAX_LABELS];
	double there[MAX_LABELS], back[MAX_LABELS];
	uint64_t seed = 53;
	struct labels l;
	struct err err;
	struct trie t;

	(void)state;
	random_labels(&l, 30, &seed);
	for (size_t i = 0; i < l.n; i++)
		turned[i] = l.paths[l.n - 1 - i];
	assert_int_equal(trie_build(&a, l.paths, l.n, &t, &err), 0);
	score_all(&t, there);
	choose(&t, there);
	assert_int_equal(trie_build(&a, turned, l.n, &t, &err), 0);
	score_all(&t, back);
	choose(&t, back);
	for (size_t i = 0; i < l.n; i++)
		assert_true(fabs(there[i] - back[l.n - 1 - i]) < 1e-12);
	arena_release(&a);
}

/* Two branches, worked out by hand: root {1, 2}, and after 1 {3, 4}. */
static void known_values(void **state)
{
	static const int32_t x[] = { 1, 3 }, y[] = { 1, 4, 9 }, z[] = { 2 };
	const struct trie_path paths[] = { { x, 2 }, { y, 3 }, { z, 1 } };
	float root[N_VOCAB] = { 0 }, inner[N_VOCAB] = { 0 };
	double probs[3] = { 0 };
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	assert_int_equal(trie_build(&a, paths, 3, &t, &err), 0);
	assert_int_equal(t.n_branches, 2);
	assert_int_equal(t.branches[0].depth, 0);
	assert_int_equal(t.branches[1].depth, 1);
	assert_int_equal(t.branches[1].path[0], 1);
	root[1] = logf(3);
	root[2] = logf(1);
	root[50] = 1000; /* no label goes there */
	inner[3] = logf(1);
	inner[4] = logf(4);
	trie_score(&t, 0, root, probs);
	trie_score(&t, 1, inner, probs);
	assert_int_equal(choose(&t, probs), 1);
	assert_true(fabs(probs[0] - 0.15) < 1e-6);
	assert_true(fabs(probs[1] - 0.60) < 1e-6);
	assert_true(fabs(probs[2] - 0.25) < 1e-6);
	arena_release(&a);
}

static void ties_go_to_the_first(void **state)
{
	static const int32_t tokens[] = { 5, 6, 7, 8 };
	struct trie_path paths[4];
	float logits[N_VOCAB] = { 0 };
	double probs[4] = { 0 };
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		paths[i] = (struct trie_path){ &tokens[i], 1 };
	assert_int_equal(trie_build(&a, paths, 4, &t, &err), 0);
	trie_score(&t, 0, logits, probs);
	assert_int_equal(choose(&t, probs), 0);
	assert_true(probs[0] == 0.25 && probs[3] == 0.25);
	memset(probs, 0, sizeof(probs));
	logits[6] = logits[8] = 1;
	trie_score(&t, 0, logits, probs);
	assert_int_equal(choose(&t, probs), 1);
	arena_release(&a);
}

static void extreme_logits_stay_numbers(void **state)
{
	static const int32_t tokens[] = { 1, 2, 3 };
	struct trie_path paths[3];
	float logits[N_VOCAB] = { 0 };
	double probs[3] = { 0 };
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		paths[i] = (struct trie_path){ &tokens[i], 1 };
	assert_int_equal(trie_build(&a, paths, 3, &t, &err), 0);
	logits[1] = 3e38f;
	logits[2] = -3e38f;
	logits[3] = -INFINITY;
	trie_score(&t, 0, logits, probs);
	assert_int_equal(choose(&t, probs), 0);
	assert_true(probs[0] == 1 && probs[1] == 0 && probs[2] == 0);
	arena_release(&a);
}

static void one_label_leaves_no_choice(void **state)
{
	static const int32_t tokens[] = { 1, 2, 3 };
	struct trie_path path = { tokens, 3 };
	double prob = 0;
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	assert_int_equal(trie_build(&a, &path, 1, &t, &err), 0);
	assert_int_equal(t.n_branches, 0);
	assert_int_equal(choose(&t, &prob), 0);
	assert_true(prob == 1);
	arena_release(&a);
}

/* The share of the first branch's tokens among all: 3 + 1 of 3 + 1 + 98, then of almost all. */
static void label_mass_is_over_the_whole_vocabulary(void **state)
{
	static const int32_t tokens[] = { 5, 6 };
	const struct trie_path paths[] = { { &tokens[0], 1 }, { &tokens[1], 1 } };
	float logits[N_VOCAB] = { 0 };
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	assert_int_equal(trie_build(&a, paths, 2, &t, &err), 0);
	logits[5] = logf(3);
	assert_true(fabs(trie_mass(&t, logits, N_VOCAB) - 4.0 / 102) < 1e-6);
	logits[6] = 200;
	assert_true(trie_mass(&t, logits, N_VOCAB) == 1);
	logits[7] = 201;
	assert_true(fabs(trie_mass(&t, logits, N_VOCAB) - 1 / (1 + exp(1))) < 1e-6);
	logits[8] = NAN;
	assert_true(trie_mass(&t, logits, N_VOCAB) == 0);
	logits[8] = 0;
	assert_int_equal(trie_build(&a, paths, 1, &t, &err), 0);
	assert_true(trie_mass(&t, logits, N_VOCAB) == 0);
	arena_release(&a);
}

/* All tokens, added backwards: rounding must not make more than everything of them. */
static void mass_is_never_above_one(void **state)
{
	float logits[N_VOCAB];
	int32_t tokens[N_VOCAB];
	uint64_t seed = 7;

	(void)state;
	for (int32_t i = 0; i < N_VOCAB; i++)
		tokens[i] = N_VOCAB - 1 - i;
	for (int k = 0; k < 1000; k++) {
		double mass;

		for (size_t i = 0; i < N_VOCAB; i++)
			logits[i] = (float)random_below(&seed, 1000) / 100;
		mass = trie_mass_of(logits, N_VOCAB, tokens, N_VOCAB);
		assert_true(mass <= 1 && mass > 1 - 1e-9);
	}
}

static void common_beginnings_are_no_branches(void **state)
{
	static const int32_t x[] = { 7, 7, 7, 1 }, y[] = { 7, 7, 7, 2 };
	const struct trie_path paths[] = { { x, 4 }, { y, 4 } };
	struct arena a = { 0 };
	struct err err;
	struct trie t;

	(void)state;
	assert_int_equal(trie_build(&a, paths, 2, &t, &err), 0);
	assert_int_equal(t.n_branches, 1);
	assert_int_equal(t.branches[0].depth, 3);
	arena_release(&a);
}

static void clashes_are_refused(void **state)
{
	static const int32_t tokens[] = { 4, 5, 6 }, other[] = { 9 };
	const struct {
		struct trie_path paths[3];
		const char *numbers;
	} rows[] = {
		{ { { tokens, 3 }, { other, 1 }, { tokens, 3 } }, "labels 1 and 3 " }, /* equal */
		{ { { tokens, 2 }, { other, 1 }, { tokens, 3 } }, "labels 1 and 3 " },
		{ { { other, 1 }, { tokens, 3 }, { tokens, 1 } }, "labels 2 and 3 " },
		{ { { other, 1 }, { tokens, 0 }, { tokens, 3 } }, "labels 1 and 2 " }, /* empty */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena a = { 0 };
		struct err err;
		struct trie t = { .n_labels = 77 };

		assert_int_equal(trie_build(&a, rows[i].paths, 3, &t, &err), -1);
		assert_int_equal(err.kind, ERR_ENGINE);
		assert_memory_equal(err.msg, rows[i].numbers, strlen(rows[i].numbers));
		assert_int_equal(t.n_labels, 77);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_sets_equal_brute_force),
		cmocka_unit_test(sixty_four_labels),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(known_values),
		cmocka_unit_test(ties_go_to_the_first),
		cmocka_unit_test(extreme_logits_stay_numbers),
		cmocka_unit_test(one_label_leaves_no_choice),
		cmocka_unit_test(label_mass_is_over_the_whole_vocabulary),
		cmocka_unit_test(mass_is_never_above_one),
		cmocka_unit_test(common_beginnings_are_no_branches),
		cmocka_unit_test(clashes_are_refused),
	};

	return cmocka_run_group_tests_name("trie", tests, NULL, NULL);
}

/* The label trie: built once per pass, scored once per ticket. */
#include "engine/trie.h"

#include <math.h>
#include <string.h>

static size_t trie_common_tokens(const struct trie_path *x, const struct trie_path *y)
{
	size_t n = 0;

	while (n < x->n && n < y->n && x->tokens[n] == y->tokens[n])
		n++;
	return n;
}

/* The branch whose path is the first `depth` tokens of `through`, or NULL. */
static struct trie_branch *trie_branch_at(const struct trie *t, const struct trie_path *through,
					  size_t depth)
{
	for (size_t i = 0; i < t->n_branches; i++) {
		struct trie_branch *b = &t->branches[i];

		if (b->depth == depth &&
		    memcmp(b->path, through->tokens, depth * sizeof(int32_t)) == 0)
			return b;
	}
	return NULL;
}

static int trie_child_index(struct trie_branch *b, int32_t token)
{
	for (size_t i = 0; i < b->n_children; i++)
		if (b->children[i] == token)
			return (int)i;
	b->children[b->n_children] = token;
	return (int)b->n_children++;
}

static void trie_branch_fill(struct arena *a, struct trie_branch *b, const struct trie_path *paths,
			     size_t n_paths)
{
	b->children = arena_array(a, n_paths, sizeof(*b->children));
	b->child_of_label = arena_array(a, n_paths, sizeof(*b->child_of_label));
	for (size_t i = 0; i < n_paths; i++) {
		const struct trie_path *p = &paths[i];

		if (p->n > b->depth && memcmp(p->tokens, b->path, b->depth * sizeof(int32_t)) == 0)
			b->child_of_label[i] = trie_child_index(b, p->tokens[b->depth]);
		else
			b->child_of_label[i] = -1;
	}
}

/* Shallow branches first (the root leads), in label order among equals. */
static void trie_sort_by_depth(struct trie *t)
{
	for (size_t i = 1; i < t->n_branches; i++) {
		struct trie_branch moving = t->branches[i];
		size_t at = i;

		for (; at > 0 && t->branches[at - 1].depth > moving.depth; at--)
			t->branches[at] = t->branches[at - 1];
		t->branches[at] = moving;
	}
}

int trie_build(struct arena *a, const struct trie_path *paths, size_t n_paths,
	       struct trie *ret_trie, struct err *err)
{
	struct trie t = { .n_labels = n_paths };

	t.branches = arena_array(a, n_paths, sizeof(*t.branches));
	for (size_t i = 0; i < n_paths; i++) {
		for (size_t j = 0; j < i; j++) {
			size_t n = trie_common_tokens(&paths[i], &paths[j]);

			if (n == paths[i].n || n == paths[j].n)
				return err_set(err, ERR_ENGINE,
					       "labels %zu and %zu look the same in this model's "
					       "tokens; rename one of them",
					       j + 1, i + 1);
			if (trie_branch_at(&t, &paths[i], n))
				continue;
			t.branches[t.n_branches++] =
				(struct trie_branch){ .path = paths[i].tokens, .depth = n };
		}
	}
	trie_sort_by_depth(&t);
	for (size_t i = 0; i < t.n_branches; i++)
		trie_branch_fill(a, &t.branches[i], paths, n_paths);
	*ret_trie = t;
	return 0;
}

void trie_score(const struct trie *trie, size_t branch, const float *logits, double *log_probs)
{
	const struct trie_branch *b = &trie->branches[branch];
	double max = -INFINITY, sum = 0;

	for (size_t i = 0; i < b->n_children; i++)
		if ((double)logits[b->children[i]] > max)
			max = (double)logits[b->children[i]];
	for (size_t i = 0; i < b->n_children; i++)
		sum += exp((double)logits[b->children[i]] - max);
	for (size_t i = 0; i < trie->n_labels; i++)
		if (b->child_of_label[i] >= 0)
			log_probs[i] +=
				(double)logits[b->children[b->child_of_label[i]]] - max - log(sum);
}

/* The two sums run in different orders, so rounding could lift the share above 1. */
double trie_mass_of(const float *logits, size_t n_vocab, const int32_t *tokens, size_t n)
{
	float max = -INFINITY;
	double all = 0, share = 0;

	for (size_t i = 0; i < n_vocab; i++)
		max = logits[i] > max ? logits[i] : max;
	for (size_t i = 0; i < n_vocab; i++)
		all += (double)expf(logits[i] - max);
	for (size_t i = 0; i < n; i++)
		share += (double)expf(logits[tokens[i]] - max);
	if (!(all > 0))
		return 0;
	return share < all ? share / all : 1;
}

double trie_mass(const struct trie *trie, const float *logits, size_t n_vocab)
{
	const struct trie_branch *root = trie->branches;

	return trie->n_branches == 0 ?
		       0 :
		       trie_mass_of(logits, n_vocab, root->children, root->n_children);
}

/*
 * Labels as paths of tokens: where the model has a choice, and what its logits say there. Pure
 * arithmetic over token ids; sees no engine and no expected labels.
 *
 * A branch is a node with more than one child: a place where the model chooses. A label's
 * probability is the product, over the branches on its path, of the softmax over the children
 * only (docs/timing.md, "the label"). Every branch is evaluated, so the probabilities sum to 1.
 */
#ifndef ENGINE_TRIE_H
#define ENGINE_TRIE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct trie_path {
	const int32_t *tokens;
	size_t n;
};

struct trie_branch {
	const int32_t *path; /* tokens from the root to this node; borrowed from a label's path */
	size_t depth; /* number of these tokens */
	int32_t *children; /* the tokens that may follow */
	size_t n_children;
	int *child_of_label; /* per label: index into children, or -1 if not below this node */
};

struct trie {
	size_t n_labels;
	struct trie_branch *branches; /* by depth: the root comes first if the paths part there */
	size_t n_branches;
};

/*
 * No path may be the beginning of another; each ends with the token that holds the label's closing
 * quote. Fails with ERR_ENGINE, naming the two labels that clash.
 */
int trie_build(struct arena *a, const struct trie_path *paths, size_t n_paths,
	       struct trie *ret_trie, struct err *err) MUST_USE;

/* Adds one branch's share to each label's log-probability. `logits` is indexed by token id. */
void trie_score(const struct trie *trie, size_t branch, const float *logits,
		double *log_probs /* n_labels, initially 0 */);

/*
 * The share of the whole vocabulary's probability that falls on these n tokens, 0 to 1; 0 if a
 * logit is not a number.
 */
double trie_mass_of(const float *logits, size_t n_vocab, const int32_t *tokens, size_t n);

/*
 * The share of the whole vocabulary's probability that falls on the children of the first branch,
 * 0 to 1; 0 if the trie has no branch. `logits` are those of the first branch, for n_vocab tokens.
 */
double trie_mass(const struct trie *trie, const float *logits, size_t n_vocab);

#endif

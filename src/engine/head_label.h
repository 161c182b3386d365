/*
 * A linear head: from a hidden state to label probabilities. Pure. Engines and the trainer share
 * it, so a head is measured exactly as it is used.
 */
#ifndef ENGINE_HEAD_LABEL_H
#define ENGINE_HEAD_LABEL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * `head` holds n_embd weights and a bias for each label. Fills ret_probs with softmax(W hidden +
 * b), one per label, and returns the most probable label (the first of equals);
 * -1 if the scores are not numbers.
 */
int head_label(const double *head, size_t n_labels, size_t n_embd, const double *hidden,
	       double *ret_probs);

/* Which labels score above 0. Returns false if the scores are not numbers. */
bool head_fits(const double *head, size_t n_labels, size_t n_embd, const double *hidden,
	       bool *ret_fits);

#endif

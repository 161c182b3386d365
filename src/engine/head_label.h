/*
 * A linear head at work: from a hidden state to label probabilities. Decides nothing about where
 * the state or the weights come from. Pure; engines and the trainer share it, so that a head is
 * measured as it is used.
 */
#ifndef ENGINE_HEAD_LABEL_H
#define ENGINE_HEAD_LABEL_H

#include <stddef.h>

/*
 * `head` holds, for each label, n_embd weights and a bias. Fills ret_probs (one a label, summing
 * to 1) with softmax(W hidden + b) and gives the first of the most probable labels.
 */
int head_label(const double *head, size_t n_labels, size_t n_embd, const double *hidden,
	       double *ret_probs);

#endif

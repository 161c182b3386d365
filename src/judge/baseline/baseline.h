/*
 * Baselines: candidates without a language model. A model that loses to one of these is not worth
 * its memory. Pure: texts and labels in, probabilities of labels out.
 */
#ifndef JUDGE_BASELINE_BASELINE_H
#define JUDGE_BASELINE_BASELINE_H

#include "base/arena.h"
#include "job/ticket/ticket.h"

/*
 * The most frequent label of the n > 0 tickets; of equals the first in the job's order. Fills
 * ret_probs with the share of each label.
 */
int baseline_majority(const struct ticket *const *tickets, size_t n, size_t n_labels,
		      double *ret_probs);

/*
 * The most frequent gold answer of the n > 0 tickets; of equals the one that comes first. Borrowed
 * from its ticket.
 */
const char *baseline_majority_gold(const struct ticket *const *tickets, size_t n);

/* Multinomial Naive Bayes over uni- and bigrams of words. */
struct bayes;

/*
 * Learns from n > 0 tickets, which are not needed afterwards; the arena owns everything. Words are
 * those of judge/baseline/grams.h. Add-one smoothing within each label over the vocabulary of the
 * training tickets; words never seen are left out (C. D. Manning, P. Raghavan, H. Schütze,
 * "Introduction to Information Retrieval", 2008, ch. 13). A label without a training ticket has
 * probability 0.
 */
struct bayes *bayes_train(struct arena *a, const struct ticket *const *tickets, size_t n,
			  size_t n_labels);

/* The most probable label, of equals the first; ret_probs sum to 1. */
int bayes_classify(const struct bayes *bayes, const char *text, double *ret_probs);

/* Memory of the trained model, for the order by size. */
int64_t bayes_bytes(const struct bayes *bayes);

#endif

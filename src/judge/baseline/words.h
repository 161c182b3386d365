/*
 * The baseline `words`: which words and pairs of words a text has, weighted by tf-idf, and a linear
 * head on them. Decides weights and features; judge/head/ trains the head, chooses its strength
 * and calibrates its probabilities, or finds a threshold for each label. Pure and deterministic for
 * the same tickets and seed. Must not know models or files.
 */
#ifndef JUDGE_BASELINE_WORDS_H
#define JUDGE_BASELINE_WORDS_H

#include "base/arena.h"
#include "job/ticket/ticket.h"
#include "judge/head/head.h"

/* Of more training tickets it learns only from so many, drawn with the seed (docs/decision.md). */
enum { WORDS_MOST_TICKETS = 2000 };

struct words;

/* What it learns from; the lists and the tickets are borrowed as long as it is used. */
struct words_training {
	const struct ticket *const *tickets;
	const bool *const *fits; /* which labels each ticket has; NULL: each has its one label */
	size_t n, n_labels;
	uint64_t seed;
};

/*
 * Reads the tickets: the arena owns everything. The head is trained by the first words_classify()
 * or words_fit(), which takes seconds with thousands of tickets. The weight of an n-gram
 * (judge/baseline/grams.h) in a text is (1 + ln tf) times (1 + ln((1 + n) / (1 + df))), with tf its
 * count in the text and df the number of training tickets that have it; each text's weights are
 * scaled to length 1 (C. D. Manning, P. Raghavan, H. Schütze, "Introduction to Information
 * Retrieval", 2008, ch. 6). Fails with ERR_INPUT as head_check() or each_check() does: too few
 * tickets, or one label only. A label without a training ticket has a probability of (nearly) 0,
 * and never fits.
 */
int words_make(struct arena *a, const struct words_training *training, struct words **ret_words,
	       struct err *err) MUST_USE;

/* The most probable label, of equals the first; ret_probs sum to 1. */
int words_classify(struct words *words, const char *text, double *ret_probs);

/* Which labels fit, one each; only if it learnt from tickets with any number of labels. */
void words_fits(struct words *words, const char *text, bool *ret_fits);

/* The weight (0..1) that it gives an n-gram of a text: 0 if the text lacks it or it is unknown. */
double words_weight(const struct words *words, const char *text, const char *gram);

/* Memory of the trained model, for the order by size. */
int64_t words_bytes(const struct words *words);

/* How it was fitted, with its quality on held-out tickets and its learning curve. */
const struct head_fit *words_fit(struct words *words);

/* Training tickets that it learnt from. */
size_t words_n_learnt(const struct words *words);

#endif

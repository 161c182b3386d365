/*
 * How much two texts share: with a reference (ROUGE-L), and with the ticket (copied text). Pure.
 */
#ifndef JUDGE_TASK_SUMMARY_OVERLAP_H
#define JUDGE_TASK_SUMMARY_OVERLAP_H

#include "job/task/summary_words.h"

/*
 * F1 of the longest common subsequence of words (C.-Y. Lin, "ROUGE: A Package for Automatic
 * Evaluation of Summaries", 2004), without stemming. Both are of summary_words_apart(). 0 to 1.
 */
double summary_rouge_l(const struct summary_words *said, const struct summary_words *reference);

/*
 * Extractive fragments (M. Grusky, M. Naaman, Y. Artzi, "Newsroom: A Dataset of 1.3 Million
 * Summaries with Diverse Extractive Strategies", 2018): the runs of words that both texts have,
 * found greedily from the summary's first word on.
 */
struct summary_copied {
	double coverage; /* share of the summary's words that are in a fragment, 0 to 1 */
	double density; /* the mean length of the fragment that a word is in; 0 for none */
	size_t longest; /* the longest fragment, in words */
};

struct summary_copied summary_copied(const struct summary_words *said,
				     const struct summary_words *ticket);

#endif

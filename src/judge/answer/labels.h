/*
 * Counts of one candidate by label, with abstention apart: the answer "other" for a ticket with
 * another label means "I am not sure". It is wrong but does no harm. Pure.
 */
#ifndef JUDGE_ANSWER_LABELS_H
#define JUDGE_ANSWER_LABELS_H

#include "judge/score.h"

struct label_score {
	size_t n_gold, n_said, n_right;
	/* In 0..1; -1 if the label was never answered, or no ticket has it. F1 is 0 if only one of
	 * the two is defined. */
	double precision, recall, f1;
};

struct label_report {
	struct label_score *labels; /* one per label; owned by the arena */
	double macro_f1; /* mean over the labels that some ticket has */
	/* Abstention; all 0 if the job has no label "other" (has_other). */
	bool has_other;
	size_t n_other_right; /* gold "other", answered "other" */
	size_t n_unsure; /* another label, answered "other" */
	size_t n_wrong; /* answered with a wrong label, or not at all */
	size_t n_answered; /* with some label, and not because unsure */
	double coverage; /* their share of the tickets */
	double accuracy_answered; /* right among them */
};

/* `other` is the index of the label "other", or -1. */
void labels_score(struct arena *a, const struct score *score, int other,
		  struct label_report *ret_report);

#endif

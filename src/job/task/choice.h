/*
 * A question with labels: its type, and from the labels' probabilities to the one that is answered.
 * Pure.
 */
#ifndef JOB_TASK_CHOICE_H
#define JOB_TASK_CHOICE_H

/* How a decision API or a decision model is asked. */
enum asks {
	ASKS_CHOICE, /* which label fits best */
	ASKS_YES_NO, /* whether the first label of two fits */
	ASKS_SCORE, /* which step of a scale */
	ASKS_EACH, /* of each label whether it fits */
	ASKS_COUNT,
};

/* Most steps of ASKS_SCORE: more are asked for as a choice. */
enum { ASKS_SCORE_MOST = 10 };

/* ASKS_EACH: a label fits from this probability on. */
#define EACH_FITS 0.5

/*
 * `likeliest` is the most probable label, or -1. Of a yes-or-no question (yes_at above 0) the first
 * label is answered if its probability is at least yes_at, and the second if it is not.
 */
int choice_of(double yes_at, int likeliest, const double *probs);

#endif

/*
 * From the probabilities of labels to the one that is answered. Pure.
 */
#ifndef JOB_TASK_CHOICE_H
#define JOB_TASK_CHOICE_H

/*
 * `likeliest` is the most probable label, or -1. Of a yes-or-no question (yes_at above 0) the first
 * label is answered if its probability is at least yes_at, and the second if it is not.
 */
int choice_of(double yes_at, int likeliest, const double *probs);

#endif

/*
 * What a manager can do today: which candidate to use, which smaller one may do, and about how many
 * tickets to label until that is known. Pure. Must not know names, reports or the store.
 */
#ifndef JUDGE_RECOMMEND_H
#define JUDGE_RECOMMEND_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/decide.h"

enum {
	RECOMMEND_MOST_TICKETS = 1000, /* beyond these the answer is "more than 1,000" */
	RECOMMEND_SECONDS_A_TICKET = 30, /* assumed pace of a person who labels short tickets */
};

struct recommendation {
	int today; /* the smallest candidate that is GOOD ENOUGH or ABOVE THE BAR, or -1 */
	int maybe; /* a smaller one that scored the bar and is not proven, or -1 */
	size_t tickets_to_label; /* until `maybe` is proven, or RECOMMEND_MOST_TICKETS */
	bool more; /* more than tickets_to_label */
	double minutes_to_label; /* of tickets_to_label, at RECOMMEND_SECONDS_A_TICKET */
};

/*
 * Of a decision on the same contenders. Both are -1 if nothing is decided, nothing was measured or
 * no candidate that may be used scored the bar.
 */
void recommend(const struct contender *contenders, const struct standard *standard,
	       const struct decision *decision, struct recommendation *ret_recommendation);

#endif
